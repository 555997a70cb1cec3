import { describe, expect, it } from 'vitest';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import type { ComparedRow } from '../../../src/core/invoice/compared-row.ts';
import type { Finding } from '../../../src/core/invoice/findings.ts';
import { priceDifferences, proposedPrices, type PriceDifference } from '../../../src/core/invoice/propose.ts';
import { nano, usd } from '../../../src/core/pricing/money.ts';
import { PRO } from './sides.ts';

const MICRO = nano(1_000n);

const row = (
  period: string,
  quantity: number,
  amount: string,
  changes: Partial<ComparedRow> = {},
): ComparedRow => ({
  period,
  model: PRO,
  lane: 'now',
  meters: ['image output'],
  ledger: { quantity, amount: usd(amount) },
  invoice: { quantity, amount: usd(amount), within: MICRO },
  verdict: 'price differs',
  why: null,
  pictures: null,
  ...changes,
});
const differences = (...rows: readonly ComparedRow[]) => priceDifferences(rows, MODELS);
const prices = (...rows: readonly ComparedRow[]) => differences(...rows).map(({ invoice }) => invoice);

describe('another price than the catalogue’s', () => {
  it('is said once for all of its days, since the first', () => {
    const [one, ...more] = differences(row('2026-10-04', 1120, '0.1456'), row('2026-10-05', 2240, '0.2912'));
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      model: PRO,
      lane: 'now',
      meters: ['image output'],
      invoice: usd('130'),
      per: 1_000_000,
      since: '2026-10-04',
      days: 2,
      catalogue: { price: usd('120'), meter: 'image output' },
    });
  });

  it('is told apart by model, lane and meter', () => {
    const rows = [
      row('2026-10-04', 1120, '0.1456'),
      row('2026-10-04', 1120, '0.0728', { lane: 'batch' }),
      row('2026-10-04', 1120, '0.0784', { model: 'gemini-3.1-flash-image' }),
      row('2026-10-04', 100, '0.0015', { meters: ['text output', 'thinking'] }),
    ];
    expect(prices(...rows)).toEqual([usd('130'), usd('65'), usd('70'), usd('15')]);
  });

  it('is the roundest from which all amounts come', () => {
    expect(prices(row('2026-10-04', 1120, '0.139999'))).toEqual([usd('125')]);
    expect(prices(row('2026-10-04', 1120, '0.138208'))).toEqual([usd('123.4')]);
    expect(prices(row('2026-10-04', 1120, '1.12'))).toEqual([usd('1000')]);
    // As far as amounts were rounded, whether to a millionth or to a cent.
    const cents = { invoice: { quantity: 1120, amount: usd('0.15'), within: usd('0.005') } };
    expect(prices(row('2026-10-04', 1120, '0.15', cents))).toEqual([usd('130')]);
    const wide = { invoice: { quantity: 1_000_000, amount: usd('130.5'), within: usd('0.5') } };
    expect(prices(row('2026-10-04', 1_000_000, '130.5', wide))).toEqual([usd('130')]);
    const narrow = { invoice: { quantity: 1_000_000, amount: usd('130.123456785'), within: nano(3n) } };
    expect(prices(row('2026-10-04', 1_000_000, '130', narrow))).toEqual([usd('130.123456785')]);
    const free = { invoice: { quantity: 1120, amount: usd('0'), within: MICRO } };
    expect(prices(row('2026-10-04', 1120, '0', free))).toEqual([usd('0')]);
    const exact = { invoice: { quantity: 1120, amount: usd('0.146'), within: nano(0n) } };
    expect(prices(row('2026-10-04', 1120, '0.146', exact))).toEqual([usd('130.357142857')]);
  });

  it('is the middle where amounts come from no one price', () => {
    const exact = (period: string, amount: string) =>
      row(period, 1_000_000, amount, {
        invoice: { quantity: 1_000_000, amount: usd(amount), within: nano(0n) },
      });
    expect(prices(exact('2026-10-04', '130'), exact('2026-10-05', '140'))).toEqual([usd('135')]);
    expect(prices(exact('2026-10-04', '140'), exact('2026-10-05', '130'))).toEqual([usd('135')]);
  });

  it('is no difference where the catalogue has learned it since', () => {
    expect(differences(row('2026-10-04', 1120, '0.1344'))).toEqual([]);
  });

  it.each<[string, Partial<ComparedRow>]>([
    ['agrees', { verdict: 'agrees' }],
    ['is not on the invoice', { invoice: null }],
    ['has no quantity', { invoice: { quantity: 0, amount: usd('1'), within: MICRO } }],
    ['has less than none', { invoice: { quantity: -5, amount: usd('1'), within: MICRO } }],
  ])('is not in a row that %s', (_, changes) => {
    expect(differences(row('2026-10-04', 1120, '0.1456', changes))).toEqual([]);
  });

  it('of what the catalogue has no price for is by a million', () => {
    expect(differences(row('2026-10-04', 1120, '0.1456', { lane: 'priority' }))).toMatchObject([
      { catalogue: null, per: 1_000_000, invoice: usd('130') },
    ]);
  });

  it('of a month is compared with the price of its last day', () => {
    const [one] = differences(row('2026-10', 1120, '0.1456'));
    expect([one?.since, one?.catalogue?.price]).toEqual(['2026-10', usd('120')]);
  });
});

describe('a file of prices', () => {
  const difference: PriceDifference = {
    model: PRO,
    lane: 'now',
    meters: ['image output'],
    catalogue: null,
    invoice: usd('130'),
    per: 1_000_000,
    since: '2026-10-04',
    days: 2,
  };
  const refusals = (changes: Partial<Finding>): readonly Finding[] => [
    { question: 'drafts', answer: 'free', days: {}, sure: 'high' },
    { question: 'refusals', answer: 'free', days: {}, sure: 'high', ...changes },
  ];
  const proposed = (differences: readonly PriceDifference[], findings: readonly Finding[] = []) =>
    proposedPrices(differences, findings, { names: ['a.csv', 'b.csv'], day: '2026-11-01' });

  it('says what it is from', () => {
    expect(proposed([difference])).toEqual({
      schema: 'pixtab.prices/1',
      source: 'https://console.cloud.google.com/billing',
      checked: '2026-11-01',
      note: 'proposed by pixtab reconcile from a.csv, b.csv; look at it before you use it',
      refusals: 'charged',
      prices: [{ model: PRO, lane: 'now', from: '2026-10-04', perMillion: { imageOutput: '130' } }],
    });
  });

  it.each<[Partial<PriceDifference>, object]>([
    [{ since: '2026-10' }, { from: '2026-10-01', perMillion: { imageOutput: '130' } }],
    [
      { meters: ['text output', 'thinking'] },
      { from: '2026-10-04', perMillion: { textOutput: '130', thinking: '130' } },
    ],
    [
      { meters: ['text input', 'image input'] },
      { from: '2026-10-04', perMillion: { textInput: '130', imageInput: '130' } },
    ],
    [{ meters: ['image'] }, { from: '2026-10-04', perImage: '130' }],
  ])('has for %j a price %j', (changes, price) => {
    expect(proposed([{ ...difference, ...changes }])).toMatchObject({
      prices: [{ model: PRO, lane: 'now', ...price }],
    });
  });

  it('is none where no price differs that a file can say', () => {
    expect(proposed([])).toBeNull();
    expect(proposed([{ ...difference, invoice: usd('0') }])).toBeNull();
    expect(proposed([{ ...difference, meters: ['search'] }])).toBeNull();
  });

  it.each<[string, readonly Finding[]]>([
    ['free', refusals({})],
    ['charged', refusals({ sure: 'medium' })],
    ['charged', refusals({ answer: 'charged' })],
    ['charged', refusals({}).slice(0, 1)],
  ])('has refusals %s', (terms, findings) => {
    expect(proposed([difference], findings)).toMatchObject({ refusals: terms });
  });
});
