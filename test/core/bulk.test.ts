import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piling, quotePile } from '../../src/core/bulk.ts';
import { quote } from '../../src/core/quote.ts';
import { sum } from '../../src/core/money.ts';
import { anOrder, TODAY } from '../support/pricing.ts';

const usual = { count: 1, size: null, aspect: null };

describe('piling', () => {
  it('puts what asks for the same size and aspect together', () => {
    const { add, piles } = piling();
    add('one', usual);
    add('a longer prompt', { ...usual, count: 3 });
    add('wide', { ...usual, aspect: '16:9' });
    add('large', { ...usual, size: '2K' });
    add('two', usual);
    expect(
      piles().map(({ prompts, pictures, longest, size, aspect }) => [
        prompts,
        pictures,
        longest,
        size,
        aspect,
      ]),
    ).toEqual([
      [3, 5, 'a longer prompt', null, null],
      [1, 1, 'wide', null, '16:9'],
      [1, 1, 'large', '2K', null],
    ]);
  });

  it('of nothing is nothing', () => {
    expect(piling().piles()).toEqual([]);
  });
});

describe('the quote of a pile', () => {
  const prompts = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 100 })), {
    minLength: 1,
  });
  const model = fc.constantFrom('nano-banana-2-lite', 'nano-banana-pro', 'nano-banana', 'imagen-4-fast');

  it('is the sum of the quotes of its prompts', () => {
    fc.assert(
      fc.property(prompts, model, (wishes, name) => {
        const { add, piles } = piling();
        for (const [prompt, count] of wishes) add(prompt, { ...usual, count });
        const each = wishes.map(([prompt, count]) => quote(anOrder(name, { prompt, count }), TODAY));
        const [pile] = piles();
        if (!pile) throw new Error('no pile');
        const whole = quotePile(quote(anOrder(name, { prompt: pile.longest }), TODAY), pile);
        expect(whole.low).toBe(sum(each.map(({ low }) => low)));
        expect(whole.expected).toBe(sum(each.map(({ expected }) => expected)));
        expect(whole.high).toBe(sum(each.map(({ high }) => high)));
        expect(whole.count).toBe(wishes.reduce((total, [, count]) => total + count, 0));
        expect(sum(whole.lines.map(({ amount }) => amount))).toBe(whole.expected);
      }),
    );
  });
});
