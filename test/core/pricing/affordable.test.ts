import { describe, expect, it } from 'vitest';
import { affordable } from '../../../src/core/pricing/affordable.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import type { Order } from '../../../src/core/order/order.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';

const offer = (model: string, changes: Partial<Order> = {}) => {
  const order = anOrder(model, changes);
  return { order, quote: quote(order, TODAY) };
};
const IMAGEN = offer('imagen-4');

describe('what a budget buys', () => {
  it('is counted in whole pictures, and by the day with one decimal', () => {
    const buys = (per: 'day' | 'month' | 'run' | 'total', dollars: string) =>
      affordable([IMAGEN], { per, amount: usd(dollars) }).map(({ pictures, perDay }) => [pictures, perDay]);
    expect(buys('day', '1.03')).toEqual([[25, 25]]);
    expect(buys('month', '1.03')).toEqual([[25, 0.8]]);
    expect(buys('run', '1.03')).toEqual([[25, null]]);
    expect(buys('day', '0.039')).toEqual([[0, 0]]);
  });

  it('is by one picture, however many are asked for, in every lane that sells it, most pictures first', () => {
    const rows = affordable([offer('nano-banana-pro', { count: 4 }), offer('nano-banana-2-lite')], {
      per: 'day',
      amount: usd('10'),
    });
    expect(rows.map(({ pictures }) => pictures)).toEqual(
      rows.map(({ pictures }) => pictures).toSorted((a, b) => b - a),
    );
    expect(rows.map(({ model, lane }) => `${model} ${lane}`).toSorted()).toEqual([
      'gemini-3-pro-image batch',
      'gemini-3-pro-image flex',
      'gemini-3-pro-image now',
      'gemini-3.1-flash-lite-image batch',
      'gemini-3.1-flash-lite-image now',
    ]);
    const now = rows.find(({ model, lane }) => model === 'gemini-3-pro-image' && lane === 'now');
    expect(now?.each).toBe(quote(anOrder('nano-banana-pro'), TODAY).expected);
  });

  it('is nothing to be counted where pictures cost nothing', () => {
    const free = anOrder('imagen-4');
    const rates = free.model.rates.map((rate) => ({ ...rate, price: usd('0') }));
    const order = { ...free, model: { ...free.model, rates } };
    expect(affordable([{ order, quote: quote(order, TODAY) }], { per: 'day', amount: usd('1') })).toEqual([]);
  });
});
