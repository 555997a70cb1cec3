import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted, excerpt, fileSize, printable } from '../../../src/core/text/text.ts';

describe('printable', () => {
  it.each([
    ['\u001B[31mred\u001B[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['a\rb', 'a\\u{d}b'],
    ['two\nlines\tand', 'two lines and'],
    ['\u202Eevil', '\\u{202e}evil'],
    ['\u009B31m', '\\u{9b}31m'],
    ['lone \uD800 surrogate', 'lone \\u{d800} surrogate'],
    ['👩‍🚀 灯台 می‌خواهم', '👩‍🚀 灯台 می‌خواهم'],
  ])('makes %j safe', (text, safe) => {
    expect(printable(text)).toBe(safe);
  });

  it('lets no control character through, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => !/\p{Cc}|\p{Zl}|[\u202A-\u202E]/u.test(printable(text)),
      ),
    );
  });
});

describe('excerpt', () => {
  it('keeps a short text whole', () => {
    expect(excerpt('  a   lighthouse ')).toBe('a lighthouse');
  });

  it('is never wider than asked, however long the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.integer({ min: 2, max: 80 }),
        (text, width) => {
          expect(Array.from(excerpt(text, width)).length).toBeLessThanOrEqual(width);
        },
      ),
    );
    expect(excerpt('x'.repeat(200_000), 10)).toBe('xxxxxxxxx…');
  });
});

it('counts in words', () => {
  expect([counted(1, 'image'), counted(4, 'image')]).toEqual(['1 image', '4 images']);
});

it.each([
  [1, '1 kB'],
  [12_345, '13 kB'],
  [999_999, '1000 kB'],
  [1_000_000, '1.0 MB'],
  [61_040_000, '61.0 MB'],
])('says of %d bytes that they are %s', (bytes, size) => {
  expect(fileSize(bytes)).toBe(size);
});
