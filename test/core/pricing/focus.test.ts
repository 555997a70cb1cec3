import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANES, METERS } from '../../../src/core/catalogue/model.ts';
import { FOCUS_COLUMNS, focusRows, type BilledLine } from '../../../src/core/pricing/focus.ts';
import { nano, priced, toDecimal, usd } from '../../../src/core/pricing/money.ts';
import { brokenRules } from './focus-rules.ts';

const UNIT = { image: ['image', 1], search: ['search', 1000] } as const;

const aLine: fc.Arbitrary<BilledLine> = fc
  .record({
    meter: fc.constantFrom(...METERS),
    quantity: fc.integer({ min: 1, max: 1_000_000 }),
    rate: fc.bigInt({ min: 1n, max: 200_000_000_000n }).map(nano),
    lane: fc.constantFrom(...LANES),
    project: fc.option(fc.string({ maxLength: 20 })),
    labels: fc.array(fc.string({ maxLength: 20 }), { maxLength: 3 }),
    at: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
  })
  .map(({ meter, quantity, rate, lane, project, labels, at }) => {
    const [unit, per] =
      meter === 'image' || meter === 'search' ? UNIT[meter] : (['token', 1_000_000] as const);
    const line = { meter, quantity, unit, rate, per, amount: priced(rate, quantity, per) };
    return {
      line,
      lane,
      project,
      labels,
      at,
      attemptId: 'attempt-1',
      runId: 'run-1',
      model: 'gemini-3-pro-image',
      size: '1K',
      seller: 'Google',
    };
  });

const LINE: BilledLine = {
  line: {
    meter: 'image output',
    quantity: 1120,
    unit: 'token',
    rate: usd('120'),
    per: 1e6,
    amount: usd('0.1344'),
  },
  attemptId: 'attempt-1',
  runId: 'run-1',
  model: 'gemini-3-pro-image',
  lane: 'now',
  size: '1K',
  project: 'shop',
  labels: ['hero'],
  at: Date.UTC(2026, 9, 1, 6, 59),
  seller: 'Google',
};

describe('a row of FOCUS 1.2', () => {
  it('breaks none of the validator’s rules, whatever is billed', () => {
    fc.assert(
      fc.property(fc.array(aLine, { minLength: 1, maxLength: 8 }), (lines) => {
        expect(brokenRules(lines.map(focusRows('0123-4567')))).toEqual([]);
      }),
    );
  });

  it('is billed at the ledger’s amount, to the nano-dollar', () => {
    fc.assert(
      fc.property(aLine, (line) => {
        const { BilledCost, EffectiveCost } = focusRows('a')(line);
        expect([BilledCost, EffectiveCost]).toEqual([
          toDecimal(line.line.amount),
          toDecimal(line.line.amount),
        ]);
      }),
    );
  });

  it('counts tokens, and prices them by the million', () => {
    expect(focusRows('0123-4567')(LINE)).toMatchObject({
      BilledCost: '0.1344',
      ListCost: '0.1344',
      ListUnitPrice: '120',
      ConsumedQuantity: '1120',
      ConsumedUnit: 'Tokens',
      PricingQuantity: '0.00112',
      PricingUnit: '1000000 Tokens',
      SkuMeter: 'Image Output Tokens',
      Tags: '{"project":"shop","label/hero":true}',
    });
  });

  it('is of the month that it was in California', () => {
    expect(focusRows('a')(LINE)).toMatchObject({
      BillingPeriodStart: '2026-09-01T07:00:00Z',
      BillingPeriodEnd: '2026-10-01T07:00:00Z',
      ChargePeriodStart: '2026-10-01T06:00:00Z',
      ChargePeriodEnd: '2026-10-01T07:00:00Z',
    });
  });

  it('is of its own month, however rows follow each other', () => {
    const rowOf = focusRows('a');
    const starts = [
      [2026, 8, 30, 12],
      [2026, 9, 1, 6],
      [2026, 9, 1, 7],
      [2026, 10, 1, 6],
      [2026, 8, 1, 7],
      [2026, 8, 1, 6],
      [2026, 10, 1, 7],
    ].map(([year = 0, month = 0, day = 0, hour = 0]) =>
      rowOf({ ...LINE, at: Date.UTC(year, month, day, hour) }),
    );
    expect(starts.map(({ BillingPeriodStart }) => String(BillingPeriodStart).slice(0, 7))).toEqual([
      '2026-09',
      '2026-09',
      '2026-10',
      '2026-10',
      '2026-09',
      '2026-08',
      '2026-11',
    ]);
  });

  it('names its SKU, and counts single things by themselves', () => {
    const line = {
      meter: 'image',
      quantity: 2,
      unit: 'image',
      rate: usd('0.04'),
      per: 1,
      amount: usd('0.08'),
    } as const;
    expect(focusRows('a')({ ...LINE, line, project: null, labels: [] })).toMatchObject({
      SkuId: 'gemini-3-pro-image/image/now',
      SkuPriceId: 'gemini-3-pro-image/image/now/0.04',
      PricingUnit: 'Images',
      PricingQuantity: '2',
      Tags: '{}',
    });
    expect(focusRows('a')(LINE)['SkuId']).toBe('gemini-3-pro-image/image-output/now');
  });

  it.each([
    ['BilledCost', null, 'BilledCost-C-003-M'],
    ['ConsumedUnit', null, 'ConsumedUnit-C-006-C'],
    ['SkuPriceId', null, 'SkuPriceId-C-005-C'],
    ['ListCost', '0.14', 'ListCost-C-009-C'],
    ['InvoiceIssuerName', 'somebody else', 'BilledCost-C-005-C'],
    ['ChargeCategory', 'Fun', 'ChargeCategory-C-003-M'],
    ['ChargePeriodStart', '2026-10-01', 'ChargePeriodStart-C-002-M'],
    ['ServiceSubcategory', 'Bots and Pictures', 'ServiceSubcategory-C-003-M'],
  ])('with %s %s would break a rule: the rules bite', (column, value, rule) => {
    expect(brokenRules([{ ...focusRows('a')(LINE), [column]: value }])).toContain(rule);
  });

  it('without a column breaks the rule that it must be there', () => {
    for (const column of FOCUS_COLUMNS.filter(
      (name) =>
        !/^(x_|ChargeFrequency|InvoiceId|ServiceSubcategory|PricingCategory|ContractedUnitPrice)/.test(name),
    )) {
      const { [column]: _, ...rest } = focusRows('a')(LINE);
      expect([column, brokenRules([rest]).length > 0]).toEqual([column, true]);
    }
  });
});
