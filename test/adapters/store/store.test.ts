import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { store } from '../../../src/adapters/store/store.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakePictureStore } from '../../support/fakes/store.ts';
import { anOriginal, hashOf, storeContract } from '../../support/store.contract.ts';
import { tempDir } from '../../support/tempdir.ts';
import { lacks } from '../../support/lacks.ts';

const dir = await tempDir();
afterAll(() => dir[Symbol.asyncDispose]());
const NOW = Date.now();
const newFolder = (): string => dir.at(randomUUID());

storeContract('a folder', () => store(newFolder(), fakeClock()));
storeContract('the fake', fakePictureStore);

const names = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();

describe('a folder', () => {
  it.each<[string, (content: Buffer) => Buffer]>([
    ['a byte is changed', (content) => Buffer.from(content).fill(1, content.length - 1)],
    ['the end is missing', (content) => content.subarray(0, -1)],
    ['it is empty', () => Buffer.alloc(0)],
    ['its head is no JSON', (content) => Buffer.concat([Buffer.from('x'), content])],
  ])('drops a picture when %s', async (_, damage) => {
    const folder = newFolder();
    const one = store(folder, fakeClock());
    await one.put(hashOf('a'), anOriginal('picture'));
    const path = join(folder, 'aa', hashOf('a'));
    await writeFile(path, damage(await readFile(path)));
    expect(await one.get(hashOf('a'))).toBeNull();
    expect(await names(folder)).toEqual([]);
  });

  /** A picture that was last used so many minutes ago. */
  async function used(folder: string, letter: string, minutes: number): Promise<void> {
    await store(folder, fakeClock()).put(hashOf(letter), anOriginal('x'.repeat(2000)));
    const at = new Date(NOW - minutes * 60_000);
    await utimes(join(folder, letter.repeat(2), hashOf(letter)), at, at);
  }

  it('drops what was not used for longest when it is full, and keeps what was just put', async () => {
    const folder = newFolder();
    for (const [letter, minutes] of [
      ['a', 30],
      ['b', 20],
      ['c', 10],
    ] as const)
      await used(folder, letter, minutes);
    const one = store(folder, { now: () => NOW }, 8000);
    // It is the oldest; to read it makes it the latest.
    await one.get(hashOf('a'));
    await one.put(hashOf('d'), anOriginal('x'.repeat(2000)));
    expect(await names(folder)).toEqual(['a', 'c', 'd'].map(hashOf));
  });

  it('counts what other processes have put there meanwhile', async () => {
    const folder = newFolder();
    const limit = 60_000;
    const one = store(folder, { now: () => NOW }, limit);
    await one.put(hashOf('a'), anOriginal('x'.repeat(2000)));
    await used(folder, 'b', 60);
    await store(folder, fakeClock()).put(hashOf('c'), anOriginal('x'.repeat(limit)));
    // As far as it knows there is room; after a twentieth of the limit it looks again.
    for (const letter of ['d', 'e']) await one.put(hashOf(letter), anOriginal('x'.repeat(2000)));
    expect(await names(folder)).not.toContain(hashOf('b'));
  });

  it.skipIf(lacks('files as POSIX has them') || lacks('a user who is not root'))(
    'says that it cannot be read, rather than that nothing is there',
    async () => {
      const folder = newFolder();
      const one = store(folder, fakeClock());
      await one.put(hashOf('a'), anOriginal('x'));
      await chmod(join(folder, 'aa'), 0);
      await expect(one.get(hashOf('a'))).rejects.toMatchObject({ kind: 'usage', charged: 'no' });
      await expect(store(folder, fakeClock()).has(hashOf('a'))).rejects.toMatchObject({ kind: 'usage' });
      await chmod(join(folder, 'aa'), 0o700);
    },
  );

  it('says that a picture which is a folder cannot be read', async () => {
    const folder = newFolder();
    await mkdir(join(folder, 'aa', hashOf('a')), { recursive: true });
    await expect(store(folder, fakeClock()).get(hashOf('a'))).rejects.toMatchObject({
      kind: 'usage',
      charged: 'no',
    });
  });

  it('keeps a picture that alone is larger than the limit', async () => {
    const folder = newFolder();
    const one = store(folder, fakeClock(), 10);
    await one.put(hashOf('a'), anOriginal('x'.repeat(100)));
    expect(await names(folder)).toEqual([hashOf('a')]);
  });

  it('says why it cannot keep a picture, and that nothing is charged for that', async () => {
    const file = newFolder();
    await writeFile(file, 'a file');
    await expect(store(file, fakeClock()).prove()).rejects.toMatchObject({ kind: 'usage', charged: 'no' });
    await expect(store(file, fakeClock()).put(hashOf('a'), anOriginal('x'))).rejects.toMatchObject({
      kind: 'disk',
      charged: 'no',
    });
  });

  it('takes nothing but a hash for a name', async () => {
    await expect(store(newFolder(), fakeClock()).has('../../etc/passwd')).rejects.toThrow(/not a hash/i);
  });
});
