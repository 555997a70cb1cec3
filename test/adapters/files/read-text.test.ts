import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readStdin, readText } from '../../../src/adapters/files/read-text.ts';
import { tempDir } from '../../support/tempdir.ts';

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

describe('text files', () => {
  it('are read whole, in any script', async () => {
    await using folder = await tempDir();
    await writeFile(folder.at('prompt.txt'), '灯台 at dusk\n');
    expect(await readText(folder.at('prompt.txt'))).toBe('灯台 at dusk\n');
  });

  it.each([
    ['one that is not there', 'nowhere.txt', /nowhere\.txt cannot be read: there is no such file/],
    ['a folder', '', /cannot be read: a folder/],
    ['a picture', 'cat.jpg', /cat\.jpg is no UTF-8 text/],
  ])('%s is refused by name', async (_what, name, message) => {
    await using folder = await tempDir();
    await writeFile(folder.at('cat.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    await expect(readText(folder.at(name))).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });

  it('with more values than fit into memory are refused before they are read as what they are', async () => {
    await using folder = await tempDir();
    await writeFile(folder.at('bomb.json'), `[${'[],'.repeat(8_000_001)}[]]`);
    await expect(readText(folder.at('bomb.json'))).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('more than 8,000,000 values'),
    });
  });

  it('keep a letter whole that arrives in two pieces', async () => {
    const bytes = Buffer.from('灯台');
    expect(await readStdin(chunks(bytes.subarray(0, 2), bytes.subarray(2)))).toBe('灯台');
  });
});
