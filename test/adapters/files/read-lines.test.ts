import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf } from '../../../src/adapters/files/read-lines.ts';

async function all(path: string, stdin = new PassThrough()): Promise<string[]> {
  const lines: string[] = [];
  for await (const piece of linesOf(path, stdin, `--prompt-file ${path}`)) lines.push(...piece);
  return lines;
}

describe('the lines of a file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pixtab-lines-'));
  });
  afterAll(async () => rm(folder, { recursive: true }));

  const read = async (text: string): Promise<string[]> => {
    const path = join(folder, 'prompts.txt');
    await writeFile(path, text);
    return all(path);
  };

  it.each([
    ['', []],
    ['one', ['one']],
    ['one\ntwo\n', ['one', 'two']],
    ['one\r\ntwo\r\n\r\nthree', ['one', 'two', '', 'three']],
    ['\uFEFFone\ntwo', ['one', 'two']],
  ])('%j are %j', async (text, lines) => {
    expect(await read(text)).toEqual(lines);
  });

  it('are whole, however the pieces fall, in any script', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n} 夕暮れの灯台 🗼 ${'x'.repeat(n % 50)}`);
    expect(await read(lines.join('\r\n'))).toEqual(lines);
  });

  it.each([
    ['one\ntw\xFFo\nthree', 2],
    [`${'long line\n'.repeat(60_000)}\xE4\n`, 60_001],
    ['\xFF\xFEo\x00n\x00', 1],
    [`${'x'.repeat(600_000)}\nlast \xE2\x82`, 2],
  ])('that are no UTF-8 are refused with their number', async (latin1, line) => {
    const path = join(folder, 'latin.txt');
    await writeFile(path, Buffer.from(latin1, 'latin1'));
    await expect(all(path)).rejects.toMatchObject({
      kind: 'usage',
      message: `--prompt-file ${path}, line ${line}: this is no UTF-8 text.`,
    });
  });

  it('may be longer than what is read at once, and hold the sign for what could not be read', async () => {
    const lines = ['夕'.repeat(300_000), 'a \uFFFD b', ''.padEnd(600_000, 'z')];
    expect(await read(lines.join('\n'))).toEqual(lines);
  });

  it('come from standard input too', async () => {
    const stdin = new PassThrough();
    stdin.end('one\ntwo');
    expect(await all('-', stdin)).toEqual(['one', 'two']);
  });

  it('that cannot be read are a mistake of the user', async () => {
    await expect(all(join(folder, 'none.txt'))).rejects.toMatchObject({ kind: 'usage' });
  });
});
