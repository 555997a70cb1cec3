import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { laneBilled, togetherWith, tokensOfPicture, type Booked } from '../../../src/core/invoice/booked.ts';
import { doubtKey, isCountable, type LedgerTally } from '../../../src/core/invoice/ledger-tally.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { aLost, aPurchase, NB2, PRO, sidesOf, tokens, until } from './sides.ts';

const TEN = [['2026-10-01', '2026-10-10']] as const;
const tallied = (bought: readonly Booked[], more: Parameters<typeof sidesOf>[2] = {}): LedgerTally =>
  sidesOf(bought, [], { days: TEN, ...more }).ledger;
const only = ({ groups }: LedgerTally) => {
  const [group, ...more] = groups;
  expect([group === undefined, more]).toEqual([false, []]);
  return { days: Object.fromEntries(group?.days ?? []), floating: group?.floating ?? [] };
};

describe('pictures of the ledger', () => {
  it('are added up by day', () => {
    const { days, floating } = only(
      tallied([aPurchase('2026-10-04'), aPurchase('2026-10-04'), aPurchase('2026-10-05')]),
    );
    expect(days).toEqual({
      '2026-10-04': { quantity: 2240, amount: usd('0.2688'), low: 2240, high: 2240 },
      '2026-10-05': { quantity: 1120, amount: usd('0.1344'), low: 1120, high: 1120 },
    });
    expect(floating).toEqual([]);
  });

  it('of unknown outcome are no part of what was booked, and those alike are one', () => {
    const { days, floating } = only(
      tallied([
        aLost('2026-10-04', { attemptId: 'a' }),
        aLost('2026-10-04', { attemptId: 'b' }),
        aLost('2026-10-05', { attemptId: 'c' }),
      ]),
    );
    expect(days['2026-10-04']).toEqual({ quantity: 0, amount: 0n, low: 0, high: 0 });
    const alike = { quantity: 1120, isBooked: false, isCovered: true };
    expect(floating).toEqual([
      { ...alike, first: '2026-10-04', last: '2026-10-04', attemptIds: ['a', 'b'] },
      { ...alike, first: '2026-10-05', last: '2026-10-05', attemptIds: ['c'] },
    ]);
  });

  it('of midnight are booked on the later day, and may be on either', () => {
    const { days, floating } = only(tallied([aPurchase('', until('2026-10-04', '2026-10-05'))]));
    expect(days).toEqual({ '2026-10-05': { quantity: 1120, amount: usd('0.1344'), low: 0, high: 0 } });
    expect(floating).toMatchObject([
      { first: '2026-10-04', last: '2026-10-05', isBooked: true, isCovered: true },
    ]);
  });

  it.each([
    ['2026-09-30', '2026-10-01', '2026-10-01'],
    ['2026-10-10', '2026-10-11', '2026-10-10'],
  ])('of %s to %s are booked on the day that the invoice has', (first, last, day) => {
    const { days, floating } = only(tallied([aPurchase('', until(first, last))]));
    expect(Object.keys(days)).toEqual([day]);
    expect(floating).toMatchObject([{ first: day, last: day, isCovered: false }]);
  });

  it('of days that the invoice does not speak of are told apart', () => {
    const { groups, outside, ends } = tallied([
      aPurchase('2026-10-12', { lines: [tokens('image output', 1120), tokens('text output', 100, '12')] }),
      aPurchase('2026-09-29'),
    ]);
    expect([groups, outside, ends]).toEqual([
      [],
      { requests: 2, amount: usd('0.27') },
      ['2026-09-29', '2026-10-12'],
    ]);
    expect(tallied([]).ends).toBeNull();
  });

  it('that were not charged are on no invoice, but say when the ledger began', () => {
    expect(tallied([aPurchase('2026-10-04', { charged: 'no' })])).toMatchObject({
      groups: [],
      outside: { requests: 0 },
      ends: ['2026-10-04', '2026-10-04'],
    });
  });

  it('of an answer that did not split its output are whole ones', () => {
    const of = (quantity: number, size: '1K' | '4K' = '1K') =>
      only(tallied([aPurchase('2026-10-04', { size, lines: [tokens('image output', quantity)] })])).days[
        '2026-10-04'
      ];
    expect(of(1350)).toMatchObject({ quantity: 1350, low: 1120, high: 1120 });
    expect(of(2500)).toMatchObject({ low: 2240 });
    expect(of(2240)).toMatchObject({ low: 2240 });
    expect(of(1120)).toMatchObject({ low: 1120 });
    expect(of(900)).toMatchObject({ low: 900 });
    const imagen = {
      meter: 'image',
      quantity: 3,
      unit: 'image',
      rate: usd('0.02'),
      per: 1,
      amount: usd('0.06'),
    } as const;
    const flat = aPurchase('2026-10-04', { model: 'imagen-4.0-fast-generate-001', lines: [imagen] });
    expect(only(tallied([flat])).days['2026-10-04']).toMatchObject({ quantity: 3, low: 3 });
  });

  it('are kept apart by model and lane', () => {
    const { groups } = tallied([
      aPurchase('2026-10-04'),
      aPurchase('2026-10-04', { lane: 'batch' }),
      aPurchase('2026-10-04', { model: NB2 }),
    ]);
    expect(groups.map(({ model, lane }) => `${model} ${lane}`)).toEqual([
      `${PRO} now`,
      `${PRO} batch`,
      `${NB2} now`,
    ]);
  });
});

it('adds up the lines of an answer that are counted together', () => {
  const lines = [
    tokens('text input', 20, '2'),
    tokens('image input', 560, '2'),
    tokens('text input', 1, '2'),
  ];
  const { days } = only(tallied([aPurchase('2026-10-04', { lines, basis: 'estimated' })]));
  expect(days['2026-10-04']).toMatchObject({ quantity: 581, high: 4 * 581 + 2000 });
});

describe('text of the ledger', () => {
  const text = (day: string, changes: Partial<Booked> = {}) =>
    aPurchase(day, { lines: [tokens('text output', 100, '12'), tokens('thinking', 50, '12')], ...changes });

  it('is one with thinking, unless a SKU counts it apart', () => {
    const [together] = tallied([text('2026-10-04')]).groups;
    expect([together?.meters, together?.days.get('2026-10-04')]).toEqual([
      ['text output', 'thinking'],
      { quantity: 150, amount: usd('0.0018'), low: 150, high: 150 },
    ]);
    const skus = [
      {
        description: 'thinking',
        id: null,
        models: [PRO],
        lane: 'now',
        meters: ['thinking'],
        shared: false,
        source: '',
        checked: '',
        confidence: 'low',
      },
    ] as const;
    const metersWith = (changes: object) =>
      tallied([text('2026-10-04')], { skus: skus.map((sku) => ({ ...sku, ...changes })) }).groups.map(
        ({ meters }) => meters.join(' + '),
      );
    expect(metersWith({})).toEqual(['text output', 'thinking']);
    for (const other of [{ shared: true }, { lane: 'batch' }, { models: [NB2] }, { meters: ['search'] }])
      expect(metersWith(other)).toEqual(['text output + thinking']);
  });

  it.each<[string, Partial<Booked>, readonly [number, number]]>([
    ['was metered', {}, [150, 150]],
    ['was estimated', { basis: 'estimated' }, [0, 2600]],
    ['may not have been charged', { charged: 'unknown' }, [0, 150]],
    ['nobody knows of', { came: 'nobody knows', basis: null, charged: 'unknown' }, [0, 2600]],
  ])('that %s is so much on the invoice', (_, changes, [low, high]) => {
    expect(only(tallied([text('2026-10-04', changes)])).days['2026-10-04']).toMatchObject({ low, high });
  });

  it('may be on any day from its beginning to its end', () => {
    const { days } = only(tallied([text('', until('2026-10-04', '2026-10-06')), text('2026-10-05')]));
    expect(days).toEqual({
      '2026-10-04': { quantity: 0, amount: 0n, low: 0, high: 150 },
      '2026-10-05': { quantity: 150, amount: usd('0.0018'), low: 150, high: 300 },
      '2026-10-06': { quantity: 150, amount: usd('0.0018'), low: 0, high: 150 },
    });
  });
});

describe('what open questions would change on a day', () => {
  const doubtsOf = (...bought: readonly Booked[]) =>
    tallied(bought).doubts.get(doubtKey(PRO, 'now', '2026-10-04'));
  const lines = [
    tokens('image output', 3360),
    tokens('text output', 100, '12'),
    tokens('thinking', 30, '12'),
    tokens('text input', 20, '2'),
    tokens('image input', 560, '2'),
  ];

  it('is what came before the last picture, and beside it', () => {
    expect(doubtsOf(aPurchase('2026-10-04', { lines }))).toEqual({
      drafts: 2240,
      remainder: 100,
      refusedOutput: 0,
      refusedInput: 0,
      isMuddled: false,
    });
    expect(doubtsOf(aPurchase('2026-10-04', { lines, pictures: 3 }))?.drafts).toBe(0);
    expect(doubtsOf(aPurchase('2026-10-04', { lines, pictures: 4 }))?.drafts).toBe(0);
  });

  it('is all of an answer without a picture', () => {
    const refusal = aPurchase('2026-10-04', { came: 'no picture', lines });
    expect(doubtsOf(refusal, refusal)).toEqual({
      drafts: 0,
      remainder: 0,
      refusedOutput: 260,
      refusedInput: 1160,
      isMuddled: false,
    });
  });

  it.each<[string, Booked]>([
    ['unknown outcome', aLost('2026-10-04')],
    ['no usage', aPurchase('2026-10-04', { basis: 'estimated' })],
    ['another day', aPurchase('', until('2026-10-03', '2026-10-05'))],
    ['the day before', aPurchase('', until('2026-10-03', '2026-10-04'))],
  ])('is muddled by a request of %s, before or after', (_, other) => {
    const clear = aPurchase('2026-10-04');
    expect(doubtsOf(clear)?.isMuddled).toBe(false);
    expect(doubtsOf(clear, other)?.isMuddled).toBe(true);
    expect(doubtsOf(other, clear)?.isMuddled).toBe(true);
  });

  it('is nothing of drafts where pictures have no tokens', () => {
    const imagen = aPurchase('2026-10-04', { model: 'imagen-4.0-fast-generate-001', lines });
    expect(tallied([imagen]).doubts.get(doubtKey(imagen.model, 'now', '2026-10-04'))?.drafts).toBe(0);
  });
});

describe('a bill', () => {
  const model = findModel(PRO);
  const laneOf = (asked: Booked['lane'], ...rates: readonly string[]) =>
    laneBilled(
      model,
      asked,
      '1K',
      '2026-10-20',
      rates.map((rate) => tokens('image output', 1120, rate)),
    );

  it('is of the lane whose prices it has', () => {
    expect([laneOf('flex', '60'), laneOf('flex', '120'), laneOf('now', '60')]).toEqual([
      'flex',
      'now',
      'flex',
    ]);
  });

  it('is of the lane that was asked for where no other has its prices', () => {
    expect([
      laneOf('flex', '61'),
      laneOf('flex', '60', '120'),
      laneOf('priority', '60', '120'),
      laneOf('batch'),
    ]).toEqual(['flex', 'flex', 'priority', 'batch']);
  });

  it('counts meters together as most SKUs do', () => {
    expect(togetherWith('thinking')).toEqual(['text output', 'thinking']);
    expect(togetherWith('image input')).toEqual(['text input', 'image input']);
    expect(togetherWith('charge')).toEqual(['charge']);
  });

  it('counts pictures, or their tokens, and bounds the rest', () => {
    expect(
      [['image'], ['image output'], ['image output', 'thinking'], ['search']].map((meters) =>
        isCountable(meters as never),
      ),
    ).toEqual([true, true, false, false]);
    expect([tokensOfPicture(model, '4K'), tokensOfPicture(model, '512')]).toEqual([2000, null]);
  });
});
