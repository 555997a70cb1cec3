import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODELS, sizesOf } from '../../../src/core/catalogue/catalogue.ts';
import type { PriceHistory } from '../../../src/core/pricing/price-history.ts';
import { sum } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';

const LITE = 'gemini-3.1-flash-lite-image';
const historyOf = (pictures: number, quantities: PriceHistory['quantities']): PriceHistory => ({
  pictures,
  quantities,
});

describe('a quote with a price history', () => {
  it('expects what was seen on the average, and says so', () => {
    const order = anOrder(LITE, { count: 3 });
    const plain = quote(order, TODAY);
    const moved = quote(
      order,
      TODAY,
      historyOf(20, { 'image output': 20 * 1120, 'text output': 20 * 100 + 9 }),
    );
    const line = moved.lines.find(({ meter }) => meter === 'text output');
    expect(line).toMatchObject({ quantity: 300 });
    expect(line?.why).toContain('your last 20 bills');
    expect(moved.expected).toBeLessThan(plain.expected);
    expect(moved.expected).toBe(sum(moved.lines.map(({ amount }) => amount)));
  });

  it('leaves the input to the order', () => {
    const order = anOrder(LITE);
    const priceHistory = historyOf(20, { 'text input': 99_999 });
    const input = (priceHistory: PriceHistory | null) =>
      quote(order, TODAY, priceHistory).lines.find(({ meter }) => meter === 'text input');
    expect(input(priceHistory)).toEqual(input(null));
  });

  it('takes what no bill had for nothing', () => {
    const moved = quote(anOrder(LITE), TODAY, historyOf(20, {}));
    expect(moved.lines.find(({ meter }) => meter === 'text output')?.quantity).toBe(0);
  });

  it('expects as much thinking as was seen, where the usual level is asked for', () => {
    const order = anOrder(LITE);
    const thinking = quote(order, TODAY, historyOf(20, { thinking: 2_000 })).lines.find(
      ({ meter }) => meter === 'thinking',
    );
    expect(thinking?.quantity).toBe(100);
    const other = anOrder(LITE, { thinking: 'high' });
    const text = quote(other, TODAY, historyOf(20, { 'text output': 2_000 })).lines.find(
      ({ meter }) => meter === 'text output',
    );
    expect(text?.quantity).toBe(100);
  });

  it('does not say that it was learned where it cannot differ', () => {
    const { lines } = quote(anOrder(LITE), TODAY, historyOf(20, { 'image output': 9 }));
    expect(lines.find(({ meter }) => meter === 'image output')?.why).not.toContain('bills');
  });

  it('says nothing about a level of thinking that was asked for', () => {
    const order = anOrder(LITE, { thinking: 'high' });
    const thinking = (priceHistory: PriceHistory | null) =>
      quote(order, TODAY, priceHistory).lines.find(({ meter }) => meter === 'thinking');
    expect(thinking(historyOf(20, { thinking: 20 }))).toEqual(thinking(null));
  });

  it('never moves low or high, and never leaves their range, whatever was billed', () => {
    const orders = MODELS.filter(({ family }) => family === 'gemini').flatMap((model) =>
      sizesOf(model).map((size) => anOrder(model.id, { size })),
    );
    const meters = ['image output', 'text output', 'thinking', 'text input'] as const;
    const quantities = fc.record(Object.fromEntries(meters.map((meter) => [meter, fc.nat(10_000_000)])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...orders),
        fc.integer({ min: 20, max: 200 }),
        quantities,
        (order, n, seen) => {
          const plain = quote(order, TODAY);
          const moved = quote(order, TODAY, historyOf(n, seen));
          expect([moved.low, moved.high]).toEqual([plain.low, plain.high]);
          expect(moved.expected >= moved.low && moved.expected <= moved.high).toBe(true);
        },
      ),
    );
  });
});
