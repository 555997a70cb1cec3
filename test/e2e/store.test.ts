import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startScript } from '../../bench/process.mjs';
import { tempDir } from '../support/tempdir.ts';

const LIMIT = 50_000;
const Counts = z.object({ put: z.number(), found: z.number(), absent: z.number() });

it('gives whole pictures or none, however many processes fill a store and make room in it', async () => {
  await using folder = await tempDir();
  const processes = Array.from({ length: 8 }, async (_, number) => {
    const { stdout } = await startScript('storer', [folder.path, String(number), '150', String(LIMIT)]).ran;
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
