import { describe, expect, it } from 'vitest';
import type { Booked } from '../../../src/core/invoice/booked.ts';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { apart, compare, totalsOf } from '../../../src/core/invoice/compare.ts';
import { disagrees, VERDICTS, type Sides } from '../../../src/core/invoice/compared-row.ts';
import type { InvoiceLine } from '../../../src/core/invoice/line.ts';
import { SKUS } from '../../../src/core/invoice/sku-table.ts';
import { nano, priced, usd } from '../../../src/core/pricing/money.ts';
import { aLine, aLost, aPurchase, NB2, PRO, sidesOf, tokens, until } from './sides.ts';

const DAY = '2026-10-04';
type More = NonNullable<Parameters<typeof sidesOf>[2]>;
const compared = (bought: readonly Booked[], invoiced: readonly InvoiceLine[], more: More = {}) =>
  compare(sidesOf(bought, invoiced, { days: [['2026-10-01', '2026-10-10']], ...more }));
const only = (...given: Parameters<typeof compared>) => {
  const { rows } = compared(...given);
  expect(rows).toHaveLength(1);
  const [row] = rows;
  return [row?.verdict, row?.why];
};

const textLine = (quantity: number, changes: Partial<InvoiceLine> = {}) =>
  aLine(DAY, quantity, {
    sku: 'Gemini 3.1 Flash Image Text Output - Predictions',
    cost: priced(usd('3'), quantity, 1_000_000),
    ...changes,
  });
const text = (quantity: number, changes: Partial<Booked> = {}) =>
  aPurchase(DAY, { model: NB2, lines: [tokens('text output', quantity, '3')], ...changes });

describe('text that a SKU counts for the model alone', () => {
  it.each<[string, readonly Booked[], readonly InvoiceLine[], More, readonly unknown[]]>([
    ['agrees to the token', [text(100)], [textLine(100)], {}, ['agrees', null]],
    [
      'is somebody else’s where there is more',
      [text(100)],
      [textLine(101)],
      {},
      ['invoice only', '1 tokens more than this ledger knows: another user, machine or ledger.'],
    ],
    [
      'is missing where there is less',
      [text(100)],
      [textLine(98)],
      {},
      ['ledger only', '2 tokens fewer than this ledger paid for.'],
    ],
    [
      'is missing where there is none',
      [text(100)],
      [],
      {},
      ['ledger only', '100 tokens fewer than this ledger paid for.'],
    ],
    [
      'comes later where the day is open',
      [text(100)],
      [textLine(98)],
      { openFrom: DAY },
      ['not billed yet', 'Google’s exports lag up to a day behind.'],
    ],
    ['agrees on an open day', [text(100)], [textLine(100)], { openFrom: DAY }, ['agrees', null]],
    [
      'is too much on an open day too',
      [text(100)],
      [textLine(101)],
      { openFrom: DAY },
      ['invoice only', '1 tokens more than this ledger knows: another user, machine or ledger.'],
    ],
    [
      'agrees within what was a guess',
      [text(100, { basis: 'estimated' })],
      [textLine(2400)],
      {},
      [
        'agrees',
        'It comes out with requests of unknown outcome, or with those that were under way at midnight.',
      ],
    ],
    [
      'is too much beyond a guess',
      [text(100, { basis: 'estimated' })],
      [textLine(2401)],
      {},
      ['invoice only', '1 tokens more than this ledger knows: another user, machine or ledger.'],
    ],
    [
      'comes later where the day is open and has nothing',
      [text(100)],
      [],
      { openFrom: DAY },
      ['not billed yet', 'Google’s exports lag up to a day behind.'],
    ],
    [
      'may be none on an open day too',
      [text(100, { basis: 'estimated' })],
      [],
      { openFrom: DAY },
      ['agrees', null],
    ],
    [
      'is too much beyond a guess and what is certain',
      [text(100, { basis: 'estimated' }), text(100)],
      [textLine(2501)],
      {},
      ['invoice only', '1 tokens more than this ledger knows: another user, machine or ledger.'],
    ],
    [
      'is no number of pictures',
      [text(100)],
      [textLine(1220)],
      {},
      ['invoice only', '1120 tokens more than this ledger knows: another user, machine or ledger.'],
    ],
    ['may be none where it was a guess', [text(100, { basis: 'estimated' })], [], {}, ['agrees', null]],
  ])('%s', (_, bought, invoiced, more, row) => {
    expect(only(bought, invoiced, more)).toEqual(row);
    expect(compared(bought, invoiced, more).settleable).toEqual([]);
  });
});

describe('text that a SKU counts with that of other models', () => {
  const SHARED = 'Generate_content text output token count for gemini 3 pro short';
  const own = aPurchase(DAY, { lines: [tokens('text output', 100, '12')] });
  const line = (quantity: number, sku = SHARED) => aLine(DAY, quantity, { sku });

  it.each([
    [100, 'within', 'Its SKU counts other models too, so this is only not too much.'],
    [9000, 'within', 'Its SKU counts other models too, so this is only not too much.'],
    [97, 'ledger only', '3 tokens fewer than this ledger paid for.'],
  ])('is bounded by %i', (quantity, verdict, why) => {
    expect(only([own], [line(quantity)])).toEqual([verdict, why]);
  });

  it('may be of a SKU that nobody knows, or of none', () => {
    const sku = 'Generate_content text output for Gemini 3 Pro Image';
    expect(only([own], [line(100, sku)])).toEqual(['unknown SKU', `By its words, "${sku}" may be this.`]);
    expect(only([own], [])).toEqual(['no SKU known', 'No SKU is known that counts this for the model.']);
    expect(only([own], [line(97), line(100, sku)])[0]).toBe('unknown SKU');
  });

  it('is bounded too where a SKU counts a part of it apart', () => {
    const lines = [tokens('text output', 100, '12'), tokens('thinking', 50, '12')];
    const shared = SKUS.find(({ description }) => description === SHARED);
    const skus = shared
      ? [shared, { ...shared, description: 'thinking', meters: ['thinking'], shared: false } as const]
      : [];
    const { rows } = compared([aPurchase(DAY, { lines })], [line(100), line(50, 'thinking')], { skus });
    expect(rows.map(({ meters, verdict }) => [meters.join(), verdict])).toEqual([
      ['text output', 'within'],
      ['thinking', 'price differs'],
    ]);
  });

  it('is searches where searches are counted', () => {
    const searches = aPurchase(DAY, { lines: [{ ...tokens('search', 5, '14'), unit: 'search', per: 1000 }] });
    const paid = aLine(DAY, 3, { sku: 'Generate content search query gemini 3 paid' });
    expect(only([searches], [paid])).toEqual(['ledger only', '2 searches fewer than this ledger paid for.']);
  });
});

describe('a price', () => {
  const bought = [aPurchase(DAY)];
  const priceOf = (cost: string, more: Partial<InvoiceLine> = {}, others: readonly Booked[] = []) =>
    only([...bought, ...others], [aLine(DAY, 1120, { cost: usd(cost), within: nano(0n), ...more })]);

  it('is the catalogue’s, as far as the invoice is exact', () => {
    expect(priceOf('0.1344')).toEqual(['agrees', null]);
    expect(priceOf('0.134400001', { within: nano(1n) })).toEqual(['agrees', null]);
    expect(priceOf('0.134399999', { within: nano(1n) })).toEqual(['agrees', null]);
    expect(priceOf('0.13', { within: usd('0.005') })).toEqual(['agrees', null]);
    for (const cost of ['0.134400002', '0.134399998'])
      expect(priceOf(cost, { within: nano(1n) })[0]).toBe('price differs');
    expect(priceOf('0.15')).toEqual([
      'price differs',
      '$0.15 on the invoice for what was booked at $0.1344.',
    ]);
  });

  it('that was booked is another one where the catalogue has changed since', () => {
    const old = [aPurchase(DAY, { lines: [tokens('image output', 1120, '100')] })];
    const costing = (cost: string) => only(old, [aLine(DAY, 1120, { cost: usd(cost) })]);
    expect(costing('0.112')).toEqual(['agrees', null]);
    expect(costing('0.1344')).toEqual([
      'price differs',
      '$0.1344 on the invoice for what was booked at $0.112.',
    ]);
  });

  it('is looked at too where requests of unknown outcome are among it', () => {
    const lost = [aLost(DAY)];
    const why =
      'It comes out with requests of unknown outcome, or with those that were under way at midnight.';
    const two = (cost: string) => only([...bought, ...lost], [aLine(DAY, 2240, { cost: usd(cost) })]);
    expect(two('0.2688')).toEqual(['agrees', why]);
    expect(two('0.3')).toEqual(['price differs', '$0.30 on the invoice for what comes to $0.2688.']);
    for (const cost of ['0.2', '0.1344']) expect(two(cost)[0]).toBe('price differs');
    expect(priceOf('0.1344', {}, [aLost('', until(DAY, '2026-10-05'))])).toEqual(['agrees', null]);
    // What was booked counts, whatever the catalogue has learned since.
    const old = { lines: [tokens('image output', 1120, '100')] };
    const cost = usd('0.112');
    expect(
      only([aPurchase(DAY, old), aLost('', until(DAY, '2026-10-05'))], [aLine(DAY, 1120, { cost })]),
    ).toEqual(['agrees', null]);
  });

  it('of what was not booked like this is one of the catalogue’s', () => {
    const sizes = MODELS.map((model) =>
      model.id === PRO
        ? {
            ...model,
            rates: model.rates.flatMap((rate) => [
              rate,
              { ...rate, size: '4K', price: nano(2n * rate.price) } as const,
            ]),
          }
        : model,
    );
    const two = (cost: string, models: Sides['models']) =>
      only([...bought, aLost(DAY)], [aLine(DAY, 2240, { cost: usd(cost) })], { models });
    for (const cost of ['0.2688', '0.4', '0.5376']) expect(two(cost, sizes)[0]).toBe('agrees');
    expect(two('0.26', sizes)[0]).toBe('price differs');
    expect(two('0.6', sizes)).toEqual([
      'price differs',
      '$0.60 on the invoice for what comes to $0.2688 or $0.5376.',
    ]);
    expect(
      two(
        '0.6',
        MODELS.map((model) => ({ ...model, rates: [] })),
      )[0],
    ).toBe('agrees');
  });

  it('of what only the invoice has is not looked at', () => {
    expect(compared([], [aLine(DAY, 1120, { cost: usd('9') })]).rows).toMatchObject([
      {
        model: PRO,
        verdict: 'invoice only',
        ledger: { quantity: 0 },
        invoice: { quantity: 1120, amount: usd('9') },
      },
    ]);
  });
});

describe('a comparison', () => {
  it('has its rows in the order of days', () => {
    const { rows } = compared(
      [
        aPurchase('2026-10-06'),
        aPurchase('2026-10-02', { model: NB2, lines: [tokens('image output', 1120, '60')] }),
        aPurchase('2026-10-04'),
      ],
      [],
    );
    expect(rows.map(({ period }) => period)).toEqual(['2026-10-02', '2026-10-04', '2026-10-06']);
  });

  it('has what only the invoice has, of another model, lane or meter than the ledger', () => {
    const lines = [
      'Image Output - Predictions',
      'Image Output - Batch Predictions',
      'Text Output - Predictions',
    ].map((end) => aLine(DAY, 1120, { sku: `Gemini 3.1 Flash Image ${end}` }));
    const rowsBeside = (changes: Partial<Booked>) =>
      compared([aPurchase(DAY, changes)], lines)
        .rows.filter(({ verdict }) => verdict === 'invoice only')
        .map(({ model, lane, meters }) => `${model} ${lane} ${meters.join()}`);
    const [pictures, batch, words] = [
      `${NB2} now image output`,
      `${NB2} batch image output`,
      `${NB2} now text output,thinking`,
    ];
    expect(rowsBeside({})).toEqual([pictures, batch, words]);
    expect(rowsBeside({ model: NB2, lines: [tokens('image output', 1120, '60')] })).toEqual([batch, words]);
    expect(rowsBeside({ model: NB2, lane: 'batch', lines: [tokens('image output', 1120, '30')] })).toEqual([
      pictures,
      words,
    ]);
    expect(rowsBeside({ model: NB2, lines: [tokens('text output', 1120, '3')] })).toEqual([pictures, batch]);
  });

  it('leaves out what is of models that nobody sells here, and what SKUs share', () => {
    const skus = [{ ...sidesOf([], []).skus[0], models: ['gemini-9'] }] as never;
    expect(compared([], [aLine(DAY, 1120)], { skus }).rows).toEqual([]);
    const shared = aLine(DAY, 100, {
      sku: 'Generate_content text output token count for gemini 3 pro short',
    });
    expect(compared([], [shared]).rows).toEqual([]);
  });

  it('adds up both sides, without what SKUs share', () => {
    const shared = aLine(DAY, 100, {
      sku: 'Generate_content text output token count for gemini 3 pro short',
    });
    const lines = [tokens('image output', 1120), tokens('text output', 100, '12')];
    const { rows } = compared([aPurchase(DAY, { lines })], [aLine(DAY, 1120), shared]);
    expect(totalsOf(rows)).toEqual({ ledger: usd('0.1356'), invoice: usd('0.1344') });
    expect(totalsOf(compared([aPurchase(DAY)], []).rows)).toEqual({ ledger: usd('0.1344'), invoice: 0n });
  });

  it('says with four of its verdicts that something is wrong', () => {
    expect(VERDICTS.filter((verdict) => disagrees(verdict))).toEqual([
      'invoice only',
      'ledger only',
      'price differs',
      'unknown SKU',
    ]);
  });

  it.each<[string, readonly Booked[], readonly InvoiceLine[], string | null]>([
    ['no line', [aPurchase(DAY)], [], 'The invoice has no line with a day.'],
    [
      'no purchase',
      [],
      [aLine(DAY, 1)],
      'The ledger is empty: there is nothing to compare the invoice with.',
    ],
    ['the same day', [aPurchase(DAY)], [aLine(DAY, 1)], null],
    ['days that meet', [aPurchase(DAY)], [aLine('2026-10-01', 1), aLine(DAY, 1)], null],
    ['days that meet at their end', [aPurchase(DAY)], [aLine(DAY, 1), aLine('2026-10-09', 1)], null],
    [
      'later days',
      [aPurchase(DAY), aPurchase('2026-10-05')],
      [aLine('2026-10-06', 1)],
      'The invoice is about 2026-10-06 to 2026-10-06, and the ledger about 2026-10-04 to 2026-10-05: they have no day in common.',
    ],
    [
      'earlier days',
      [aPurchase(DAY)],
      [aLine('2026-10-03', 1)],
      'The invoice is about 2026-10-03 to 2026-10-03, and the ledger about 2026-10-04 to 2026-10-04: they have no day in common.',
    ],
  ])('of %s is told to be none, or not', (_, bought, invoiced, sentence) => {
    expect(apart(sidesOf(bought, invoiced))).toBe(sentence);
  });
});
