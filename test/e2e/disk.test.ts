import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../support/lacks.ts';
import { gatedPlace, type GatedPlace } from './place.ts';
import { disk } from './mount.ts';
import type { Ran } from './pixtab.ts';

interface Document {
  readonly outcome: string;
  readonly cost: { readonly amount: string } | null;
  readonly images: readonly { readonly path: string }[];
}

/** Buys one picture, and lets something happen while it is under way. */
async function during(here: GatedPlace, happening: () => Promise<unknown>, ...flags: string[]): Promise<Ran> {
  here.gate.shut();
  const ran = here.run(['a cat', '--json', ...flags]);
  await here.gate.holds(1, { ran });
  await happening();
  here.gate.open();
  return ran;
}

const recover = (here: GatedPlace, ...flags: string[]): Promise<Ran> => here.run(['recover', ...flags]);

/** The books after all is finished: one charge, one bill of the same amount, one picture, nothing open. */
async function expectAllIsWell(here: GatedPlace): Promise<void> {
  const { charged, total } = here.sandbox.meter();
  const spent = await here.json<{ total: object }>(['spend']);
  expect(spent.total).toMatchObject({ settled: total, requests: charged, unconfirmedRequests: 0 });
  expect(await here.pictures()).toHaveLength(charged);
  expect(here.ledger('SELECT * FROM holds')).toEqual([]);
  expect(await recover(here)).toMatchObject({ code: 0, stdout: '' });
  expect((await here.run(['verify'])).code).toBe(0);
}

describe('a place that fails while the request is under way', () => {
  it.each<[string, (folder: string) => Promise<unknown>, string[]]>([
    ['its file turned into a folder', (folder) => mkdir(join(folder, 'cat.jpg')), ['--force']],
    [
      'its folder turned into a file',
      async (folder) => {
        await rm(folder, { recursive: true });
        await writeFile(folder, 'mine');
      },
      [],
    ],
    [
      // As root too: nobody may write there.
      'its folder refuses new files',
      async (folder) => {
        await rm(folder, { recursive: true });
        await symlink('/sys', folder);
      },
      [],
    ],
  ])('%s: exit 11, then recover finishes', async (_, happening, flags) => {
    await using here = await gatedPlace();
    const folder = join(here.dir, 'out');
    const ran = await during(here, () => happening(folder), '-o', 'out/cat.jpg', ...flags);
    expect(ran.code).toBe(11);
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'disk', images: [], cost: { charged: 'yes' } });

    expect((await recover(here)).code).toBe(11);
    await rename(folder, join(here.home, 'away'));
    expect(await recover(here)).toMatchObject({ code: 0, stdout: 'out/cat.jpg\n' });
    await expectAllIsWell(here);
  });

  it('takes the next free name where one is taken meanwhile', async () => {
    await using here = await gatedPlace();
    const ran = await during(here, () => mkdir(join(here.dir, 'cat.jpg')), '-o', 'cat.jpg');
    expect(ran.code).toBe(0);
    expect((JSON.parse(ran.stdout) as Document).images).toMatchObject([{ path: 'cat-2.jpg' }]);
    await expectAllIsWell(here);
  });
});

describe.skipIf(lacks('the right to mount a file system'))('a full disk', () => {
  it('where the picture should be: nothing is sent', async () => {
    await using here = await gatedPlace();
    using small = disk(join(here.dir, 'out'), '24k');
    const { code, stderr } = await here.run(['a cat', '-o', small.path]);
    expect(code).toBe(2);
    expect(stderr).toContain('has room for 25 kB, and these pictures need about');
    expect(here.sandbox.meter()).toMatchObject({ charged: 0 });
  });

  it('where the picture should be, once the request is under way: exit 11, then recover finishes elsewhere', async () => {
    await using here = await gatedPlace();
    using small = disk(join(here.dir, 'out'), '4m');
    const { code, stdout } = await during(here, async () => small.occupy(), '-o', small.path);
    expect(code).toBe(11);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'disk', images: [], cost: { charged: 'yes' } });
    expect((await recover(here)).code).toBe(11);
    expect((await recover(here, '--out', 'elsewhere')).code).toBe(0);
    small.empty();
    await expectAllIsWell(here);
  });

  it('where the books are: nothing is sent', async () => {
    await using here = await gatedPlace();
    using small = disk(here.home, '24m');
    await here.run(['budget', 'set', '1/day']);
    small.occupy();
    const { code, stdout } = await here.run(['a cat', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'usage', images: [], cost: null });
    expect(stdout).toContain(here.home);
    expect(stdout).toContain('PIXTAB_HOME');
    expect(here.sandbox.meter()).toMatchObject({ charged: 0 });
  });

  it('where the books are, once the request is under way: the picture is saved and the money counted', async () => {
    await using here = await gatedPlace();
    using small = disk(here.home, '24m');
    const ran = await during(here, async () => small.occupy(), '-o', 'cat.jpg');
    expect(ran.code).toBe(11);
    const document = JSON.parse(ran.stdout) as Document;
    expect(document).toMatchObject({
      outcome: 'disk',
      images: [{ path: 'cat.jpg' }],
      cost: { charged: 'yes' },
    });
    expect(ran.stderr).toContain('The picture is saved (cat.jpg)');
    expect(here.sandbox.meter()).toMatchObject({ charged: 1, total: document.cost?.amount });

    small.empty();
    // The answer could not be kept and the bill not be booked, so the ledger counts what it knew before.
    const { total } = await here.json<{ total: object }>(['spend']);
    expect(total).toMatchObject({ settled: '0', requests: 0, unconfirmedRequests: 1 });
    expect(here.ledger('SELECT * FROM holds')).toEqual([]);
    expect((await here.run(['verify'])).code).toBe(0);
  });

  it('where the raw answer should be: the picture is saved, the bill is booked, and nothing more is bought', async () => {
    await using here = await gatedPlace();
    using small = disk(here.home, '24m');
    const flags = ['-n', '3', '--concurrency', '1', '-o', 'out/'];
    const { code, stdout } = await during(here, async () => small.occupy(130_000), ...flags);
    expect(code).toBe(11);
    const document = JSON.parse(stdout) as Document;
    expect(document.images).toHaveLength(1);
    expect(here.sandbox.meter()).toMatchObject({ charged: 1, total: document.cost?.amount });
    await expectAllIsWell(here);
  });
});
