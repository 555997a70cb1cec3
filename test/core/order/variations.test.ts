import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinations, timesEach, variants } from '../../../src/core/order/variations.ts';

const word = fc.string({ minLength: 1, maxLength: 5 });
const lists = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    words: fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
  }),
  { selector: ({ name }) => name, maxLength: 3 },
);

describe('combinations', () => {
  it('are all there are, each once', () => {
    fc.assert(
      fc.property(lists, (lists) => {
        const made = combinations(lists);
        expect(made).toHaveLength(lists.reduce((product, { words }) => product * words.length, 1));
        expect(new Set(made.map((one) => JSON.stringify(one))).size).toBe(made.length);
        for (const { name, words } of lists) {
          expect(new Set(made.map((one) => one[name]))).toEqual(new Set(words));
        }
      }),
    );
  });

  it('are at most a hundred', () => {
    const words = (name: string, length: number) => ({
      name,
      words: Array.from({ length }, (_, index) => `${index}`),
    });
    expect(combinations([words('a', 10), words('b', 10)])).toHaveLength(100);
    expect(() => combinations([words('a', 101)])).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: '--vary makes 101 prompts; up to 100 are possible.',
      }),
    );
  });

  it('are of lists with a name each', () => {
    const one = { name: 'b', words: ['1'] };
    expect(() => combinations([{ name: 'a', words: ['1'] }, one, one])).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: '--vary b is given twice.',
        hint: 'Put all its words into one list.',
      }),
    );
  });
});

describe('each prompt', () => {
  it('is made as often as the count says, a hundred pictures at the most', () => {
    expect(timesEach(['a', 'b'], 2)).toEqual(['a', 'a', 'b', 'b']);
    expect(timesEach(['a', 'b'], 50)).toHaveLength(100);
    expect(() => timesEach(['a', 'b', 'c'], 34)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: '--vary makes 3 prompts, and with -n 34 that is 102 images; up to 100 are possible.',
      }),
    );
  });
});

describe('variants', () => {
  it.each([
    ['a cat', [], ['a cat']],
    ['a cat', [{ name: 'style', words: ['ink', 'oil'] }], ['a cat. Style: ink.', 'a cat. Style: oil.']],
    [
      'a {{animal}}',
      [
        { name: 'animal', words: ['cat', 'dog'] },
        { name: 'angle', words: ['front'] },
      ],
      ['a cat. Angle: front.', 'a dog. Angle: front.'],
    ],
    ['A cat. No dog', [{ name: 'angle', words: ['front'] }], ['A cat. No dog. Angle: front.']],
    ['A cat!', [{ name: 'angle', words: ['front'] }], ['A cat! Angle: front.']],
    ['a {{style}} cat', [{ name: 'style', words: ['blue'] }], ['a blue cat']],
  ])('%j with %j', (prompt, variations, whole) => {
    expect(variants(prompt, {}, {}, variations)).toEqual(whole);
  });

  it('of a style stand in for the style that was said, and nothing else does', () => {
    const said = { style: 'oil', negative: 'dogs' };
    const none = 'The picture shows none of the following:';
    const of = (name: string, word: string) =>
      variants('a {{what}}', { what: 'cat' }, said, [{ name, words: [word] }]);
    expect(of('style', 'ink')).toEqual([`a cat. Style: ink. ${none} dogs.`]);
    expect(of('negative', 'mice')).toEqual([`a cat. Style: oil. ${none} mice.`]);
    expect(of('angle', 'front')).toEqual([`a cat. Angle: front. Style: oil. ${none} dogs.`]);
  });
});
