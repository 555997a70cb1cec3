import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { tempDir } from '../support/tempdir.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const LIMIT = 50_000;
const Counts = z.object({ put: z.number(), found: z.number(), absent: z.number() });
let built = '';

// Children run what is in src: bundled inside the project, where its packages are found.
beforeAll(async () => {
  await mkdir(join(ROOT, 'node_modules', '.cache'), { recursive: true });
  built = await mkdtemp(join(ROOT, 'node_modules', '.cache', 'storer-'));
  const input = join(ROOT, 'test', 'support', 'storer.ts');
  const bundle = await rolldown({ input, platform: 'node', external: /^[^./]/ });
  await bundle.write({ dir: built, format: 'esm', entryFileNames: 'storer.mjs' });
  await bundle.close();
});

afterAll(() => rm(built, { recursive: true, force: true }));
const execute = promisify(execFile);

it('gives whole pictures or none, however many processes fill a store and make room in it', async () => {
  await using folder = await tempDir();
  const processes = Array.from({ length: 8 }, async (_, number) => {
    const args = [join(built, 'storer.mjs'), folder.path, String(number), '150', String(LIMIT)];
    const { stdout } = await execute(process.execPath, args);
    return Counts.parse(JSON.parse(stdout));
  });
  const all = await Promise.all(processes);
  const total = (name: 'put' | 'found' | 'absent'): number => all.reduce((sum, one) => sum + one[name], 0);
  expect(total('put') + total('found') + total('absent')).toBe(8 * 150);
  // Both happened all the time: pictures of others were read, and room was made.
  expect(total('found')).toBeGreaterThan(50);
  expect(total('absent')).toBeGreaterThan(50);
  expect(await sizeOf(folder.path)).toBeLessThanOrEqual(LIMIT * 1.5);
});

async function sizeOf(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  expect(files.filter(({ name }) => name.endsWith('.tmp'))).toEqual([]);
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
