import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellPath, shellWord } from '../../../src/core/text/shell.ts';
import { lacks } from '../../support/lacks.ts';

describe('a word for a shell', () => {
  it.each([
    ['images/hero-1.webp', 'images/hero-1.webp'],
    ['a cat.png', "'a cat.png'"],
    ["it's", String.raw`'it'\''s'`],
    ['$(rm -rf ~)`x`', "'$(rm -rf ~)`x`'"],
    ['~/x', "'~/x'"],
    ['', "''"],
    ['two\nlines', String.raw`$'two\012lines'`],
    ["\u001B[2Jit's\\", String.raw`$'\033[2Jit\'s\\'`],
  ])('is %j as %s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  it('takes no file for a flag', () => {
    expect([shellPath('-rf'), shellPath('a-b')]).toEqual(['./-rf', 'a-b']);
  });

  it.skipIf(lacks('bash'))('is read by bash as what it was, whatever that is', () => {
    // No program can be given a null character; half a surrogate pair is no text.
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((one) => one.replaceAll('\0', ''));
    const texts = [
      ...fc.sample(text, 300),
      ...Array.from({ length: 255 }, (_, code) => String.fromCharCode(code + 1)),
    ];
    const script = `printf '%s\\0' ${texts.map(shellWord).join(' ')}`;
    const read = execFileSync('bash', ['-s'], { input: script, env: { LC_ALL: 'C.UTF-8' } }).toString();
    expect(read.split('\0').slice(0, -1)).toEqual(texts);
  });
});
