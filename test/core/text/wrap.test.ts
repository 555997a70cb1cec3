import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../../src/core/text/width.ts';
import { wrapped } from '../../../src/core/text/wrap.ts';

describe('a sentence in a narrow terminal', () => {
  it.each([
    ['price  $0.0342 expected for 1 image', 40, ['price  $0.0342 expected for 1 image']],
    [
      'price  $0.0342 expected for 12 images; from $0.0336, at most $0.0358',
      40,
      ['price  $0.0342 expected for 12 images;', '       from $0.0336, at most $0.0358'],
    ],
    [
      'ok    base URL    Requests go to https://generativelanguage.googleapis.com.',
      50,
      ['ok    base URL    Requests go to', '  https://generativelanguage.googleapis.com.'],
    ],
    ['pixtab: There is no API key here today.', 30, ['pixtab: There is no API key', '        here today.']],
    ['  Say it: pixtab "a lighthouse"', 20, ['  Say it: pixtab "a', '  lighthouse"']],
    [
      '+ hero                       $0.0342  nano-banana-2-lite 1K',
      40,
      ['+ hero                       $0.0342', '  nano-banana-2-lite 1K'],
    ],
    [
      'There is no API key here, so nothing was sent.',
      26,
      ['There is no API key here,', 'so nothing was sent.'],
    ],
    ['There is no key here,  and this is why.', 30, ['There is no key here,  and', 'this is why.']],
    // With twenty columns beside its label, and with one less.
    ['one two  a b c d e f g h i j k', 29, ['one two  a b c d e f g h i j', '         k']],
    ['one two  a b c d e f g h i j k', 28, ['one two  a b c d e f g h i j', '  k']],
    ['one two  abcdefghijklmnopqrst x', 29, ['one two  abcdefghijklmnopqrst', '         x']],
    ['one two  x abcdefghijklmnopqrst', 29, ['one two  x', '         abcdefghijklmnopqrst']],
    ['one two  x abcdefghijklmnopqrstu', 29, ['one two  x', '  abcdefghijklmnopqrstu']],
    ['a-word-that-is-wider-than-it', 10, ['a-word-that-is-wider-than-it']],
  ])('breaks %j at %i columns between words, under its text', (line, room, lines) => {
    expect(wrapped(line, room)).toEqual(lines);
  });

  it('does not count escape codes', () => {
    const bold = '\u001B[1mten letter\u001B[22m';
    expect(wrapped(`${bold} more`, 15)).toEqual([`${bold} more`]);
  });

  it('loses and adds no word, and is as narrow as its words allow', () => {
    const words = fc.array(fc.stringMatching(/^[a-z$.:;]{1,12}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 14, max: 100 }), (words, room) => {
        const lines = wrapped(words.join(' '), room);
        expect(lines.join(' ').split(/ +/)).toEqual(words);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(room);
      }),
    );
  });
});
