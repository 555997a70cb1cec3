import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ROOT, pathOf, textOf, USER_PAGES } from '../docs/pages.ts';
import { tempDir } from '../support/tempdir.ts';
import { workplace } from './pixtab.ts';
import { played } from './play.ts';

/** Some pages have twenty commands, and the machine may be busy. */
const PATIENCE_MS = 400_000;

describe.concurrent('the commands of the pages (npm run docs writes what they print anew)', () => {
  it.for(USER_PAGES)('work as %s shows them', { timeout: PATIENCE_MS }, async (page, { expect }) => {
    const { text, unexpected } = await played(await textOf(page));
    expect(unexpected).toEqual([]);
    await expect(text).toMatchFileSnapshot(pathOf(page));
  });
});

it('shows the picture in the README that its session makes', async () => {
  await using place = await workplace();
  await place.run(['a lighthouse at dusk', '--sandbox', '-o', 'lighthouse.jpg']);
  const [made, shown] = await Promise.all(
    [join(place.dir, 'lighthouse.jpg'), join(ROOT, 'docs/lighthouse.jpg')].map(thumbnail),
  );
  const differences = made?.map((value, index) => Math.abs(value - (shown?.[index] ?? 0)));
  // Encoders may differ by a shade from machine to machine; pictures do not.
  expect(Math.max(...(differences ?? [255]))).toBeLessThan(12);
});

const thumbnail = async (path: string): Promise<number[]> => [
  ...(await sharp(path).resize(32, 32).raw().toBuffer()),
];

it('says how to build it where that was left out', async () => {
  await using checkout = await tempDir();
  await cp(join(ROOT, 'bin'), checkout.at('bin'), { recursive: true });
  await cp(join(ROOT, 'package.json'), checkout.at('package.json'));
  const ran = new Promise<[number | null, string]>((resolve) => {
    const child = execFile(process.execPath, [checkout.at('bin/pixtab.cjs')], (_, __, stderr) => {
      resolve([child.exitCode, stderr]);
    });
  });
  expect(await ran).toEqual([1, 'pixtab is not built yet: npm run build, in its folder, builds it.\n']);
});
