import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { until } from '../../bench/process.mjs';
import { workplace } from './pixtab.ts';

describe('prompts, in the sandbox', () => {
  it('come out of the book, with words filled in and varied', async () => {
    await using place = await workplace();
    expect((await place.run(['prompt', 'save', 'product', 'a {{item}} on a table'])).code).toBe(0);
    const args = ['generate', '--prompt', 'product', '--var', 'item=mug', '--vary', 'style=ink,oil'];
    const ran = await place.run([...args, '-o', '{n}-{slug}', '--sandbox']);
    expect(ran.code).toBe(0);
    expect(ran.stdout.split('\n').slice(0, 2)).toEqual([
      '1-a-mug-on-a-table-style-ink.jpg',
      '2-a-mug-on-a-table-style-oil.jpg',
    ]);
  });
});

describe('choosing the output, in the sandbox', () => {
  it.each([
    ['1920x1080', 'banner.jpg', 'jpeg'],
    ['728x90', 'leaderboard.png', 'png'],
    ['1080x1920', 'story.webp', 'webp'],
  ])('--size-exact %s makes exactly that', async (size, out, format) => {
    await using place = await workplace();
    const ran = await place.run(['a harbour', '--size-exact', size, '-o', out, '--sandbox']);
    expect(ran).toMatchObject({ code: 0, stdout: `${out}\n` });
    const [width, height] = size.split('x').map(Number);
    expect(await sharp(join(place.dir, out)).metadata()).toMatchObject({ format, width, height });
  });

  it.each([
    ['cover', 300, 200],
    ['contain', 300, 200],
    ['inside', 200, 200],
  ])('--fit %s', async (fit, width, height) => {
    await using place = await workplace();
    await place.run(['a cat', '--resize', '300x200', '--fit', fit, '-o', 'cat.png', '--sandbox']);
    expect(await sharp(join(place.dir, 'cat.png')).metadata()).toMatchObject({ width, height });
  });

  it.each(['png', 'jpg', 'webp'])(
    'a %s says where it comes from, on a machine without the ledger',
    async (ending) => {
      await using place = await workplace();
      const flags = ['--embed', '--sidecar', '-o', `cat.${ending}`, '--sandbox', '--json'];
      const bought = (await place.run(['a "cat" & a 猫', ...flags])).json<{
        runId: string;
        cost: { amount: string };
        images: { sha256: string }[];
      }>();
      const { runId, cost, images } = bought;
      const beside = JSON.parse(await readFile(join(place.dir, `cat.${ending}.json`), 'utf8'));
      expect(beside).toMatchObject({ runId, image: images[0] });

      await using elsewhere = await workplace();
      await writeFile(join(elsewhere.dir, 'found'), await readFile(join(place.dir, `cat.${ending}`)));
      const told = (await elsewhere.run(['receipt', 'found', '--json'])).json();
      expect(told['embedded']).toMatchObject({ prompt: 'a "cat" & a 猫', amount: cost.amount, runId });
    },
  );

  it('opens the picture with the program of the system', async () => {
    await using place = await workplace();
    const bin = join(place.dir, 'bin');
    await mkdir(bin);
    for (const name of ['xdg-open', 'open']) {
      await writeFile(join(bin, name), `#!/bin/sh\necho "$1" > "${place.dir}/opened"\n`);
      await chmod(join(bin, name), 0o755);
    }
    const ran = await place.spawned(['a cat', '-o', 'cat.jpg', '--open', '--sandbox'], {
      env: { PATH: `${bin}:${place.env['PATH']}` },
    });
    expect(ran.code).toBe(0);
    const opened = (): Promise<string> => readFile(join(place.dir, 'opened'), 'utf8').catch(() => '');
    // It is not waited for by pixtab.
    await until('the program was called', async () => (await opened()).endsWith('\n'));
    expect(await opened()).toBe(`${join(place.dir, 'cat.jpg')}\n`);
  });
});
