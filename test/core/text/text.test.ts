import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  counted,
  excerpt,
  fileSize,
  harmless,
  isYes,
  printable,
  thousands,
} from '../../../src/core/text/text.ts';

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

describe('harmless', () => {
  it.each([
    [
      'a\\u001b in \u001B[1mbold\u001B[22m, \u001B[2mdim\u001B[22m',
      'a\\u001b in \u001B[1mbold\u001B[22m, \u001B[2mdim\u001B[22m',
    ],
    [
      '\u001B[31mred\u001B[39m \u001B[32m \u001B[33m \u001B[36m',
      '\u001B[31mred\u001B[39m \u001B[32m \u001B[33m \u001B[36m',
    ],
    ['\u001B[34mblue', '\\u001b[34mblue'],
    ['\u001B[2J', '\\u001b[2J'],
    ['\u001B]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['\u009B31m \r \u202E \u2028 \u2029', '\\u009b31m \\u000d \\u202e \\u2028 \\u2029'],
    ['\u{E0041}', '\\udb40\\udc41'],
    ['two\nlines\tand 👩‍🚀 می‌خواهم', 'two\nlines\tand 👩‍🚀 می‌خواهم'],
  ])('makes %j safe, and leaves styles and lines', (text, safe) => {
    expect(harmless(text)).toBe(safe);
  });

  it('leaves a document of JSON what it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(harmless(JSON.stringify(text)))).toBe(text);
      }),
    );
  });
});

describe('excerpt', () => {
  it('keeps a short text whole', () => {
    expect(excerpt('  a   lighthouse ')).toBe('a lighthouse');
    expect(excerpt('x'.repeat(120))).toBe('x'.repeat(120));
    expect(excerpt('x'.repeat(121))).toBe(`${'x'.repeat(119)}…`);
  });

  it('ends with an ellipsis where only the text behind what it looks at is cut', () => {
    expect(excerpt(`ab${' '.repeat(38)}`, 10)).toBe('ab');
    expect(excerpt(`ab${' '.repeat(39)}`, 10)).toBe('ab…');
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

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [12_000, '12,000'],
  [1_234_567, '1,234,567'],
  [-1000, '-1,000'],
  [1234.5678, '1,234.5678'],
  [1000.1234567, '1,000.1234567'],
  [12_345_678_901_234_567_890n, '12,345,678,901,234,567,890'],
])('parts the thousands of %s: %s', (count, text) => {
  expect(thousands(count)).toBe(text);
});

it.each(['y', 'Y', ' yes ', 'YES\n'])('takes %j for a yes', (answer) => {
  expect(isYes(answer)).toBe(true);
});

it.each(['', 'n', 'no', 'ye', 'yep', 'yess', 'my', 'oh yes'])('takes %j for no yes', (answer) => {
  expect(isYes(answer)).toBe(false);
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
