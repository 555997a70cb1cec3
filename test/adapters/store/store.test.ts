import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { store } from '../../../src/adapters/store/store.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakePictureStore } from '../../support/fakes/store.ts';
import { anOriginal, hashOf, storeContract } from '../../support/store.contract.ts';
import { tempDir } from '../../support/tempdir.ts';

const dir = await tempDir();
afterAll(() => dir[Symbol.asyncDispose]());
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

  it('drops what was not used for longest when it is full, and keeps what was just put', async () => {
    const folder = newFolder();
    const clock = fakeClock();
    const one = store(folder, clock, 8000);
    for (const letter of ['a', 'b', 'c']) {
      await one.put(hashOf(letter), anOriginal('x'.repeat(2000)));
      clock.advance(60_000);
    }
    await one.get(hashOf('a'));
    clock.advance(60_000);
    await one.put(hashOf('d'), anOriginal('x'.repeat(2000)));
    expect(await names(folder)).toEqual([hashOf('a'), hashOf('d')].concat(hashOf('c')).toSorted());
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
    await expect(store(file, fakeClock()).put(hashOf('a'), anOriginal('x'))).rejects.toMatchObject({
      kind: 'disk',
      charged: 'no',
    });
  });

  it('takes nothing but a hash for a name', async () => {
    await expect(store(newFolder(), fakeClock()).has('../../etc/passwd')).rejects.toThrow(/not a hash/i);
  });
});
