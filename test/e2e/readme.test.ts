import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { tempDir } from '../support/tempdir.ts';
import { workplace } from './pixtab.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Every ```console block of the README: the command after "$ npx pixtab", and the lines that follow. */
async function sessions(): Promise<{ args: string[]; shown: string[] }[]> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(/```console\n\$ npx pixtab (.+)\n([\s\S]*?)```/g)].map(
    ([, command = '', output = '']) => ({
      args: [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ''),
      shown: output.trimEnd().split('\n'),
    }),
  );
}

it('shows sessions in the README that come out word for word', async () => {
  const all = await sessions();
  expect(all.length).toBeGreaterThan(1);
  for (const { args, shown } of all) {
    await using place = await workplace();
    const ran = await place.run(args);
    expect(ran.code).toBe(0);
    const said = [...ran.stdout.trimEnd().split('\n'), ...ran.stderr.trimEnd().split('\n')].filter(
      (line) => line !== '',
    );
    expect(shown.filter((line) => line !== '').toSorted()).toEqual(said.toSorted());
  }
});

it('shows the picture in the README that its session makes', async () => {
  await using place = await workplace();
  await place.run(['a lighthouse at dusk', '--sandbox', '-o', 'lighthouse.jpg']);
  const [made, shown] = await Promise.all(
    [join(place.dir, 'lighthouse.jpg'), join(ROOT, 'test/readme/lighthouse.jpg')].map(thumbnail),
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
    const child = execFile(process.execPath, [checkout.at('bin/pixtab.js')], (_, __, stderr) => {
      resolve([child.exitCode, stderr]);
    });
  });
  expect(await ran).toEqual([1, 'pixtab is not built yet: npm run build, in its folder, builds it.\n']);
});
