import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutTo, widthOf } from '../../../src/core/text/width.ts';

describe('the columns of a terminal that a text takes', () => {
  it.each([
    ['', 0],
    ['a cat', 5],
    ['灯台', 4],
    ['등대', 4],
    ['ﾄｳﾀﾞｲ', 5],
    ['Ａ￥', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['a\u20DD', 1],
    ['می\u200Cخواهم', 7],
    ['🐈', 2],
    ['𠮷', 2],
    ['…', 1],
  ])('of %j are %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe('a text that is cut', () => {
  it.each([
    ['lighthouse', 10, 'lighthouse', 'lighthouse'],
    ['lighthouse', 9, 'lighthou…', 'ligh…ouse'],
    ['lighthouse', 8, 'lightho…', 'ligh…use'],
    ['lighthouse', 1, '…', '…'],
    ['灯台の絵', 8, '灯台の絵', '灯台の絵'],
    ['灯台の絵', 7, '灯台の…', '灯…絵'],
    ['灯台の絵', 6, '灯台…', '灯…絵'],
  ])('%j to %i columns is %j, or in the middle %j', (text, width, end, middle) => {
    expect([cutTo(text, width, 'end'), cutTo(text, width, 'middle')]).toEqual([end, middle]);
  });

  it('takes no more columns than there are, and keeps a text that fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('end', 'middle'),
        (text, width, where) => {
          const cut = cutTo(text, width, where);
          expect(widthOf(cut)).toBeLessThanOrEqual(width);
          expect(cut === text).toBe(widthOf(text) <= width);
        },
      ),
    );
  });
});
