import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupPrompts, quoteGroup, type PromptWant } from '../../../src/core/pricing/prompt-groups.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { sum } from '../../../src/core/pricing/money.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';

const usual: PromptWant = { model: 'auto', count: 1, size: null, aspect: null, lane: 'now', thinking: null };

describe('groupPrompts', () => {
  it('puts what asks for the same size and aspect together', () => {
    const { add, groups } = groupPrompts();
    add('one', usual, 1);
    add('a longer prompt', { ...usual, count: 3 }, 2);
    add('wide', { ...usual, aspect: '16:9' }, 3);
    add('large', { ...usual, size: '2K' }, 4);
    add('two', usual, 5);
    add('a longer pROMPT', usual, 6);
    expect(
      groups().map(({ prompts, pictures, longest, longestAt, size, aspect }) => [
        prompts,
        pictures,
        longest,
        longestAt,
        size,
        aspect,
      ]),
    ).toEqual([
      [4, 6, 'a longer prompt', 2, null, null],
      [1, 1, 'wide', 3, null, '16:9'],
      [1, 1, 'large', 4, '2K', null],
    ]);
  });

  it.each([{ model: 'nano-banana-pro' }, { lane: 'batch' }, { thinking: 'high' }] as const)(
    'keeps %j apart',
    (difference) => {
      const { add, groups } = groupPrompts();
      add('one', usual, 1);
      add('two', { ...usual, ...difference }, 2);
      add('three', { ...usual, ...difference, count: 4 }, 3);
      expect(groups().map(({ pictures }) => pictures)).toEqual([1, 5]);
      expect(groups()[1]).toMatchObject(difference);
    },
  );

  it('asks for nothing else when only the number differs', () => {
    const { add, groups } = groupPrompts();
    add('one', usual, 1);
    add('two', { ...usual, count: 2 }, 2);
    expect(groups()).toHaveLength(1);
  });

  it('of nothing is nothing', () => {
    expect(groupPrompts().groups()).toEqual([]);
  });
});

describe('the quote of a group', () => {
  const prompts = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 100 })), {
    minLength: 1,
  });
  const model = fc.constantFrom('nano-banana-2-lite', 'nano-banana-pro', 'nano-banana', 'imagen-4-fast');

  it('is the sum of the quotes of its prompts', () => {
    fc.assert(
      fc.property(prompts, model, (wishes, name) => {
        const { add, groups } = groupPrompts();
        for (const [prompt, count] of wishes) add(prompt, { ...usual, count }, 1);
        const each = wishes.map(([prompt, count]) => quote(anOrder(name, { prompt, count }), TODAY));
        const [group] = groups();
        if (!group) throw new Error('no group');
        const whole = quoteGroup(quote(anOrder(name, { prompt: group.longest }), TODAY), group);
        expect(whole.low).toBe(sum(each.map(({ low }) => low)));
        expect(whole.expected).toBe(sum(each.map(({ expected }) => expected)));
        expect(whole.high).toBe(sum(each.map(({ high }) => high)));
        expect(whole.count).toBe(wishes.reduce((total, [, count]) => total + count, 0));
        expect(sum(whole.lines.map(({ amount }) => amount))).toBe(whole.expected);
        expect(whole.lines.map(({ quantity }) => quantity)).toEqual(
          whole.lines.map((_, index) =>
            each.reduce((total, { lines }) => total + (lines[index]?.quantity ?? 0), 0),
          ),
        );
      }),
    );
  });
});
