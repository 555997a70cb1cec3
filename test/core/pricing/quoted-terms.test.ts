import { describe, expect, it } from 'vitest';
import { quote } from '../../../src/core/pricing/quote.ts';
import { termsOf } from '../../../src/core/pricing/quoted-terms.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';

const { model } = anOrder('nano-banana-pro');
const whole = quote(anOrder(model), TODAY);

describe('what is kept of a quote with the purchase', () => {
  it('is what would be booked, without why', () => {
    const [first] = termsOf(model, whole).lines;
    expect(Object.keys(first ?? {})).toEqual(['meter', 'quantity', 'unit', 'rate', 'per', 'amount']);
    expect(whole.lines[0]).toMatchObject(first ?? {});
  });

  it('has the rates of its own where they are not the catalogue’s', () => {
    const rates = model.rates.slice(1);
    expect(termsOf(model, whole).rates).toBeNull();
    expect(termsOf({ ...model, rates }, whole).rates).toBe(rates);
    expect(termsOf({ ...model, id: 'of-somebody-else' }, whole).rates).toBe(model.rates);
  });
});
