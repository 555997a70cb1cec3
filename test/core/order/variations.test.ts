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
    const ten = (name: string) => ({ name, words: Array.from({ length: 11 }, (_, index) => `${index}`) });
    expect(() => combinations([ten('a'), ten('b')])).toThrow(
      '--vary makes 121 prompts; up to 100 are possible.',
    );
    expect(() =>
      combinations([
        { name: 'a', words: ['1'] },
        { name: 'a', words: ['2'] },
      ]),
    ).toThrow(/twice/);
  });
});

describe('each prompt', () => {
  it('is made as often as the count says, a hundred pictures at the most', () => {
    expect(timesEach(['a', 'b'], 2)).toEqual(['a', 'a', 'b', 'b']);
    expect(timesEach(['a', 'b'], 50)).toHaveLength(100);
    expect(() => timesEach(['a', 'b', 'c'], 34)).toThrow(
      '--vary makes 3 prompts, and with -n 34 that is 102 images; up to 100 are possible.',
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

  it('of a style stand in for the style that was said', () => {
    expect(variants('a cat', {}, { style: 'oil' }, [{ name: 'style', words: ['ink'] }])).toEqual([
      'a cat. Style: ink.',
    ]);
  });
});
