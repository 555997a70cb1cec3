import { mkdir, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatedPlace, type GatedPlace } from './place.ts';

const buy = (here: GatedPlace, ...flags: string[]) => here.run(['a cat', '--json', '-o', 'out/', ...flags]);

describe('a ledger', () => {
  it.each<[string, (path: string, bytes: Buffer) => Promise<void>]>([
    ['emptied', (path) => truncate(path, 0)],
    ['cut off in the middle', (path, bytes) => truncate(path, Math.floor(bytes.length / 2))],
    ['overwritten at its start', (path, bytes) => writeFile(path, bytes.fill(0x20, 0, 64))],
    ['overwritten where its tables are', (path, bytes) => writeFile(path, bytes.fill(0xff, 100, 8192))],
    ['replaced by something else', (path) => writeFile(path, 'a shopping list\n'.repeat(600))],
  ])('%s is said to be damaged, is left as it is, and nothing is bought', async (_, damage) => {
    await using here = await gatedPlace();
    // In a process of its own, which leaves no connection open that would write to the file once more.
    expect((await here.spawned(['a cat', '--json', '-o', 'out/'])).code).toBe(0);
    const path = join(here.home, 'state', 'sandbox', 'ledger.db');
    await damage(path, await readFile(path));
    const before = await readFile(path);

    for (const command of [['a dog'], ['budget', 'set', '1/day'], ['spend'], ['receipt', 'x'], ['verify']]) {
      const { code, stdout, stderr } = await here.run([...command, '--json']);
      expect([command, code]).toEqual([command, 2]);
      expect(stderr).toContain('ledger.db is damaged');
      expect(stderr).toContain('It was left as it is.');
      expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    }
    expect(here.sandbox.meter()).toMatchObject({ charged: 1 });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  it('that was lost learns of a paid request from the kept answer, once', async () => {
    await using here = await gatedPlace();
    await interrupted(here);
    for (const part of ['', '-wal', '-shm']) {
      await rm(join(here.home, 'state', 'sandbox', `ledger.db${part}`), { force: true });
    }
    const { total } = here.sandbox.meter();
    for (const settled of [total, '0']) {
      const recovered = await here.json<object>(['recover', '--out', 'elsewhere']);
      expect(recovered).toMatchObject({ outcome: 'ok', settled });
      const spent = await here.json<object>(['spend']);
      expect(spent).toMatchObject({ total: { settled: total, requests: 1, images: 1 } });
    }
    expect(await here.pictures()).toHaveLength(1);
  });
});

describe('a kept answer', () => {
  it.each<[string, (path: string, bytes: Buffer) => Promise<void>, string]>([
    ['cut off', (path, bytes) => truncate(path, bytes.length - 100), 'bytes are there'],
    ['cut off in its first line', (path) => truncate(path, 40), 'ends before the answer begins'],
    ['emptied', (path) => truncate(path, 0), 'ends before the answer begins'],
    [
      'changed',
      (path, bytes) => writeFile(path, bytes.fill(0x41, bytes.length - 9)),
      'not those that were written',
    ],
    ['made up', (path) => writeFile(path, '{"schema":"else"}\n{}'), 'does not say whose answer it is'],
  ])('%s is said to be damaged, is left as it is, and is counted', async (_, damage, problem) => {
    await using here = await gatedPlace();
    const path = await interrupted(here);
    await damage(path, await readFile(path));
    const before = await readFile(path);
    const settled = async (): Promise<unknown> => (await here.json<{ total: object }>(['spend'])).total;
    const total = await settled();

    for (const _ of [1, 2]) {
      const { code, stderr } = await here.run(['recover']);
      expect(code).toBe(8);
      expect(stderr).toContain(problem);
      expect(stderr).toContain(path);
    }
    expect((await readFile(path)).equals(before)).toBe(true);
    expect(await here.pictures()).toEqual([]);
    // It was booked before the disk failed, and stays so.
    expect(await settled()).toEqual(total);
    expect(total).toMatchObject({ settled: here.sandbox.meter().total, requests: 1 });
  });
});

/** A picture that was paid for and could not be saved; the path of its answer. */
async function interrupted(here: GatedPlace): Promise<string> {
  here.gate.shut();
  const ran = buy(here, '-o', 'cat.jpg', '--force');
  await here.gate.holds(1, { ran });
  await mkdir(join(here.dir, 'cat.jpg'));
  here.gate.open();
  expect((await ran).code).toBe(11);
  const journal = join(here.home, 'state', 'sandbox', 'journal');
  const [name = ''] = await readdir(journal);
  return join(journal, name);
}
