import { describe, expect, it } from 'vitest';
import { bill } from '../../../src/core/pricing/bill.ts';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import type { Model } from '../../../src/core/catalogue/model.ts';
import { toDecimal, usd } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { saidBill } from '../../../src/core/pricing/said-bill.ts';
import type { Order } from '../../../src/core/order/order.ts';
import type { Reply } from '../../../src/core/order/reply.ts';
import { anOrder, aPicture, aRefusal, aReply, aUsage, TODAY } from '../../support/pricing.ts';

const PRO = findModel('nano-banana-pro');
const USAGE = aUsage({ prompt: 22, candidates: 1216, imageOutput: 1120, thoughts: 179 });

function billOf(reply: Reply, model: Model = PRO, changes: Partial<Order> = {}) {
  const order = anOrder(model, changes);
  const { lane, size } = order;
  return bill({ model, lane, size, day: TODAY, quote: quote(order, TODAY), reply });
}

const linesOf = (reply: Reply, model?: Model, changes?: Partial<Order>) =>
  billOf(reply, model, changes).lines.map(({ meter, quantity }) => [meter, quantity]);

describe('what the seller says that it charged', () => {
  const metered = billOf(aReply({ usage: USAGE }));

  it.each(['0.000000001', '0.2', '50'])('is the bill, whatever usage would come to: %s', (dollars) => {
    const stated = usd(dollars);
    expect(billOf(aReply({ usage: USAGE, stated }))).toEqual({
      basis: 'stated',
      charged: 'yes',
      lines: [{ meter: 'charge', quantity: 1, unit: 'request', rate: stated, per: 1, amount: stated }],
      amount: stated,
    });
  });

  it.each(['50.000000001', '-0.000000001', '0'])('is a mistake, for a picture: %s', (dollars) => {
    expect(billOf(aReply({ usage: USAGE, stated: usd(dollars) }))).toEqual(metered);
  });

  it('may be nothing where no picture came', () => {
    expect(billOf({ ...aRefusal('SAFETY', '', USAGE), stated: usd('0') })).toEqual({
      basis: 'stated',
      charged: 'no',
      lines: [],
      amount: 0n,
    });
  });

  it('is the bill, whichever model answered', () => {
    const stated = usd('0.01');
    const reply = aReply({ usage: USAGE, stated, modelVersion: 'gemini-3.1-flash-image' });
    expect(billOf(reply).amount).toBe(stated);
  });
});

describe('usage that cannot be', () => {
  const booked = quote(anOrder(PRO), TODAY).expected;
  const { maxPromptTokens } = PRO.inputs;
  const { maxOutputTokens } = PRO;

  it.each<[string, Partial<typeof USAGE>]>([
    ['all that the model takes', { prompt: maxPromptTokens }],
    ['all that it can give', { candidates: maxOutputTokens ?? 0 }],
    ['as few as the smallest picture', { candidates: 1120, imageOutput: 1120 }],
    ['a picture that is counted beside the rest', { candidates: 5, imageOutput: 1120 }],
    ['no split, and enough', { candidates: 1120, imageOutput: null }],
  ])('is none of these: %s', (_, changes) => {
    const made = billOf(aReply({ usage: { ...USAGE, ...changes } }));
    expect([made.basis, made.doubt]).toEqual(['metered', undefined]);
  });

  it.each<[string, Partial<typeof USAGE>, string]>([
    ['more than it takes', { prompt: maxPromptTokens + 1 }, 'more than the'],
    ['more than it can give', { candidates: (maxOutputTokens ?? 0) + 1 }, 'that the model can give'],
    ['more thoughts than it can give', { thoughts: (maxOutputTokens ?? 0) + 1 }, 'that the model can give'],
    ['fewer than that', { candidates: 1119, imageOutput: 1119 }, 'fewer than the 1120 of the smallest'],
    ['no split, and fewer', { candidates: 1119, imageOutput: null }, 'fewer than the 1120'],
    ['half a token', { thoughts: 0.5 }, '0.5 is no number of tokens'],
    ['less than nothing', { thoughts: -1 }, '-1 is no number of tokens'],
    ['more than can be counted', { total: 2 ** 60 }, 'is no number of tokens'],
  ])('is %s: the expected price is booked, as if nothing had been reported', (_, changes, doubt) => {
    const made = billOf(aReply({ usage: { ...USAGE, ...changes } }));
    expect([made.basis, made.amount]).toEqual(['estimated', booked]);
    expect(made.doubt).toContain(doubt);
  });

  it('of a model whose most is not known is believed, however much it is', () => {
    const usage = { ...USAGE, candidates: 10_000_000 };
    expect(billOf(aReply({ usage }), { ...PRO, maxOutputTokens: null }).doubt).toBeUndefined();
  });

  it('may be little where no picture came, not where one came beside the asked, or broken', () => {
    const usage = aUsage({ prompt: 10, candidates: 5 });
    const [image] = aReply().images;
    const extras = image === undefined ? [] : [image];
    expect(billOf(aRefusal('SAFETY', '', usage)).doubt).toBeUndefined();
    expect(billOf(aReply({ images: [], extras, usage })).doubt).toContain('fewer');
    expect(billOf(aRefusal('UNDECODABLE_IMAGE', '', usage)).doubt).toContain('fewer');
    expect(billOf(aReply({ extras, usage })).doubt).toContain('fewer');
  });

  it('that was not understood is said in its own words', () => {
    expect(billOf(aReply({ usage: null, usageProblem: 'it is a song' })).doubt).toBe('it is a song');
  });
});

describe('whether an answer was charged', () => {
  const counted = (imageOutput: number | null) => aUsage({ prompt: 10, candidates: 1120, imageOutput });

  it.each([
    [1120, 'yes'],
    [1, 'yes'],
    [0, 'unknown'],
    [null, 'unknown'],
  ] as const)('without a picture, of which usage counts %s tokens: %s', (imageOutput, charged) => {
    expect(billOf(aRefusal('OTHER', '', counted(imageOutput))).charged).toBe(charged);
  });

  it('is yes for what came beside the picture that was asked for', () => {
    const [image] = aReply().images;
    if (image === undefined) throw new TypeError('no picture');
    expect(billOf(aReply({ images: [], extras: [image] })).charged).toBe('yes');
    expect(billOf(aReply({ images: [image], extras: [image] })).charged).toBe('yes');
  });

  it('that says it is free is free by what it reports, or by what was expected', () => {
    const free = (usage: typeof USAGE | null) => billOf(aRefusal('OTHER', 'It will not be charged.', usage));
    expect(free(USAGE)).toMatchObject({ basis: 'metered', charged: 'no', amount: 0n, lines: [] });
    expect(free(null)).toMatchObject({ basis: 'estimated', charged: 'no', amount: 0n, lines: [] });
  });

  it('of a seller who takes nothing for refusals is no for a refusal, and yes for a picture', () => {
    const relayed: Model = { ...PRO, rates: PRO.rates.map((rate) => ({ ...rate, refusals: 'free' })) };
    expect(billOf(aRefusal('SAFETY', '', USAGE), relayed)).toMatchObject({ charged: 'no', amount: 0n });
    expect(billOf(aReply({ usage: USAGE }), relayed)).toMatchObject({
      charged: 'yes',
      amount: billOf(aReply({ usage: USAGE })).amount,
    });
  });
});

describe('what came out where no picture did', () => {
  it.each([
    // total, what the output is
    [10, []],
    [15, [['text output', 5]]],
    [
      0,
      [
        ['text output', 40],
        ['thinking', 60],
      ],
    ],
    [
      9,
      [
        ['text output', 40],
        ['thinking', 60],
      ],
    ],
    [50, [['thinking', 40]]],
    [
      90,
      [
        ['text output', 20],
        ['thinking', 60],
      ],
    ],
  ])('of a total of %i, with 10 asked, 40 told and 60 thought', (total, output) => {
    const thoughts = total === 15 ? 0 : 60;
    const usage = { ...aUsage({ prompt: 10, candidates: 40, thoughts }), total };
    expect(linesOf(aRefusal('SAFETY', '', usage))).toEqual([['text input', 10], ...output]);
  });
});

describe('a prompt that is not split', () => {
  const priced = (meter: string, price: string): Model => ({
    ...PRO,
    rates: PRO.rates.map((rate) => (rate.meter === meter ? { ...rate, price: usd(price) } : rate)),
  });
  const meterOf = (model: Model, inputs = [aPicture]) =>
    linesOf(aReply({ usage: { ...USAGE, promptText: null, promptImage: null } }), model, { inputs })[0]?.[0];

  it('is at the dearer rate, and that of text where they are the same or no picture was given', () => {
    expect(meterOf(priced('image input', '9'))).toBe('image input');
    expect(meterOf(priced('image input', '1'))).toBe('text input');
    expect(meterOf(priced('text input', '9'))).toBe('text input');
    expect(meterOf(PRO)).toBe('text input');
    expect(meterOf(priced('image input', '9'), [])).toBe('text input');
  });

  it('is at that of pictures where nothing else was quoted', () => {
    const order = anOrder(PRO, { inputs: [aPicture] });
    const lines = quote(order, TODAY).lines.filter(({ meter }) => meter !== 'text input');
    const { lane, size, model } = order;
    const made = bill({ model, lane, size, day: TODAY, quote: { lines }, reply: aReply({ usage: USAGE }) });
    expect(made.lines[0]?.meter).toBe('image input');
  });
});

it('of two models that may have answered, a reading by usage is not given up for a guess', () => {
  // The lite model has no price for a search, so its reading would be the quote.
  const reply = aReply({ usage: USAGE, searches: 1, modelVersion: 'gemini-3.1-flash-lite-image' });
  const asked = findModel('nano-banana-2.1');
  expect(billOf(reply, asked)).toEqual(billOf({ ...reply, modelVersion: null }, asked));
});

it('a bill that somebody says is one line', () => {
  expect(saidBill(4, usd('0.2'))).toEqual({
    basis: 'estimated',
    charged: 'yes',
    lines: [{ meter: 'image', quantity: 4, unit: 'image', rate: usd('0.2'), per: 4, amount: usd('0.2') }],
    amount: usd('0.2'),
  });
  expect(toDecimal(saidBill(1, usd('3')).amount)).toBe('3');
});
