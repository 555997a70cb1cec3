import { cp, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { BIN, until, type Started } from '../../bench/process.mjs';
import { tempDir, type TempDir } from '../support/tempdir.ts';
import { gatedPlace, place, submitted, type GatedPlace, type Place } from './place.ts';

// pixtab is updated, or built anew, while it runs: no file of it can be loaded any more.

interface Installed {
  readonly bin: string;
  remove(): Promise<void>;
}

async function installed(folder: TempDir): Promise<Installed> {
  await cp(join(dirname(BIN), '..'), folder.at('pixtab'), { recursive: true });
  await symlink(join(import.meta.dirname, '../../node_modules'), folder.at('node_modules'));
  return {
    bin: folder.at('pixtab/bin/pixtab.cjs'),
    remove: () => rename(folder.at('pixtab'), folder.at('gone')),
  };
}

const IDS = ['a', 'b', 'c'];

async function prepared(here: GatedPlace): Promise<void> {
  const create = { width: 64, height: 64, channels: 3, background: 'teal' } as const;
  await writeFile(join(here.dir, 'photo.png'), await sharp({ create }).png().toBuffer());
  const images = IDS.map((id) => ({ id, prompt: `the picture ${id}`, format: 'webp' }));
  await writeFile(join(here.dir, 'pixtab.json'), JSON.stringify({ images }));
}

const DOORS: readonly (readonly string[])[] = [
  ['generate', 'a cat', '-n', '3', '--concurrency', '1', '-o', 'images/'],
  ['generate', 'a cat', '-n', '3', '--resize', '300x200', '--embed', '--sidecar', '-o', 'images/{n}.webp'],
  ['edit', 'photo.png', '-p', 'at night', '-n', '3', '-o', 'images/'],
  ['apply', '--concurrency', '1'],
];

it.each(DOORS)('%s puts every picture that it pays for on disk', async (...args) => {
  await using folder = await tempDir();
  const { bin, remove } = await installed(folder);
  await using here = await gatedPlace();
  await prepared(here);
  here.gate.shut();
  const buyer = here.start(args, { bin });
  await until('the first request is sent', () => here.gate.waiting() > 0, buyer);
  await remove();
  here.gate.open();
  await expectAll(here, buyer);
});

it('batch wait puts every picture of its job on disk', async () => {
  await using folder = await tempDir();
  const { bin, remove } = await installed(folder);
  await using here = await place();
  expect((await submitted(here, ['a cat', '-n', '3', '--lane', 'batch', '-o', 'images/'])).code).toBe(12);
  here.sandbox.control.change({ batchMs: 3_600_000 });
  const waiting = here.start(['batch', 'wait'], { bin });
  await until('it waits', () => waiting.said().includes('0 of 1 job done'), waiting);
  await remove();
  here.sandbox.control.change({ batchMs: 0 });
  await expectAll(here, waiting);
});

it('chat saves the next turn', async () => {
  await using folder = await tempDir();
  const { bin, remove } = await installed(folder);
  await using here = await gatedPlace();
  const chat = here.start(['chat', '-o', 'images/'], { bin, input: null });
  chat.child.stdin.write('a harbour\n');
  await until('the first turn is bought', () => chat.said().includes('for 1 turn of'), chat);
  await remove();
  chat.child.stdin.end('at night\nat noon\n');
  await expectAll(here, chat);
});

async function expectAll(here: Place, { ran }: Started): Promise<void> {
  const { code, stderr } = await ran;
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const names = await readdir(join(here.dir, 'images'));
  expect(names.filter((name) => !name.endsWith('.json'))).toHaveLength(3);
  expect(here.sandbox.meter().charged).toBe(3);
}
