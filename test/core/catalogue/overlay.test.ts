import { describe, expect, it } from 'vitest';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { listPrice } from '../../../src/core/catalogue/list-price.ts';
import type { Model, Size } from '../../../src/core/catalogue/model.ts';
import { overlaid, type OverlayPrice } from '../../../src/core/catalogue/overlay.ts';
import { toDecimal, usd } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { route } from '../../../src/core/order/route.ts';
import { anOrder, aWant, TODAY } from '../../support/pricing.ts';

const cited = {
  platform: 'gateway.example',
  source: 'https://gateway.example/prices',
  checked: '2026-11-20',
  confidence: 'high',
} as const;

const price = (changes: Partial<OverlayPrice>): OverlayPrice => ({
  model: 'gemini-3-pro-image',
  lane: 'now',
  meter: 'image',
  size: null,
  price: usd('0.09'),
  from: '2026-01-01',
  until: null,
  ...changes,
});

const proIn = (models: readonly Model[]): Model => {
  const found = models.find(({ id }) => id === 'gemini-3-pro-image');
  if (!found) throw new Error('no Pro');
  return found;
};

describe('an overlay', () => {
  it('of a flat price makes every size cost that, and drafts nothing', () => {
    const pro = proIn(overlaid(MODELS, { cited, prices: [price({})] }));
    const made = quote(anOrder(pro, { size: '4K', count: 3 }), TODAY);
    expect([made.low, made.expected, made.high].map(toDecimal)).toEqual(['0.27', '0.27', '0.27']);
    expect(made.lines[0]?.rateFrom).toMatchObject(cited);
    expect(made.warnings).toEqual([]);
  });

  it('of a flat price for one size leaves the others as they were', () => {
    const pro = proIn(overlaid(MODELS, { cited, prices: [price({ size: '4K' })] }));
    const at = (size: Size) => toDecimal(listPrice(pro, 'now', size, TODAY)?.price ?? usd('0'));
    expect([at('1K'), at('4K')]).toEqual(['0.1344', '0.09']);
  });

  it('of one meter replaces that and no other, and every line says whose its price is', () => {
    const pro = proIn(
      overlaid(MODELS, { cited, prices: [price({ meter: 'image output', price: usd('100') })] }),
    );
    const rates = quote(anOrder(pro), TODAY).lines.map(({ meter, rate, rateFrom }) => [
      meter,
      toDecimal(rate),
      rateFrom.platform,
    ]);
    expect(rates).toEqual([
      ['text input', '2', 'google'],
      ['image output', '100', 'gateway.example'],
      ['text output', '12', 'google'],
      ['thinking', '12', 'google'],
    ]);
  });

  it('of one lane leaves the others as they were', () => {
    const prices = [price({ lane: 'batch', meter: 'image output', price: usd('1') })];
    const pro = proIn(overlaid(MODELS, { cited, prices }));
    expect(toDecimal(listPrice(pro, 'now', '1K', TODAY)?.price ?? usd('0'))).toBe('0.1344');
  });

  it('of one size leaves a flat price for the other sizes', () => {
    const prices = [price({ model: 'imagen-4.0-generate-001', size: '2K' })];
    const imagen = overlaid(MODELS, { cited, prices }).find(({ id }) => id === 'imagen-4.0-generate-001');
    const each = (['1K', '2K'] as const).map(
      (size) => imagen && listPrice(imagen, 'now', size, '2026-03-15')?.price,
    );
    expect(each).toEqual([usd('0.04'), usd('0.09')]);
  });

  it('makes a lane known that was not', () => {
    const models = overlaid(MODELS, {
      cited,
      prices: [price({ model: 'gemini-nano-banana-2.1', lane: 'flex' })],
    });
    const want = aWant({ lane: 'flex' });
    const ask = {
      model: 'nano-banana-2.1',
      want,
      day: TODAY,
      allowRetired: false,
      onRetired: 'fail',
      sandbox: false,
    } as const;
    expect(toDecimal(route({ ...ask, models }).quote.expected)).toBe('0.09');
    expect(() => route(ask)).toThrow('no known price in lane flex');
  });

  it('moves what auto takes', () => {
    const models = overlaid(MODELS, { cited, prices: [price({ price: usd('0.01') })] });
    const ask = {
      model: 'auto',
      want: aWant(),
      day: TODAY,
      allowRetired: false,
      onRetired: 'fail',
      sandbox: false,
    } as const;
    expect(route({ ...ask, models }).order.model.id).toBe('gemini-3-pro-image');
  });

  it('is in force on its days only', () => {
    const pro = proIn(
      overlaid(MODELS, { cited, prices: [price({ from: '2026-05-01', until: '2026-06-01' })] }),
    );
    const at = (day: string) => toDecimal(listPrice(pro, 'now', '1K', day)?.price ?? usd('0'));
    expect([at('2026-04-30'), at('2026-05-01'), at('2026-05-31'), at('2026-06-01')]).toEqual([
      '0.1344',
      '0.09',
      '0.09',
      '0.1344',
    ]);
  });

  it('takes the place of the rows that it prices: they do not come back when it ends', () => {
    const until = '2026-06-01';
    const prices = [price({ meter: 'image output', until }), price({ meter: 'thinking', until })];
    const left = proIn(overlaid(MODELS, { cited, prices })).rates.filter(
      ({ lane, platform }) => lane === 'now' && platform === 'google',
    );
    expect(left.map(({ meter }) => meter)).toEqual(expect.arrayContaining(['text input', 'text output']));
    expect(left.filter(({ meter }) => meter === 'image output' || meter === 'thinking')).toEqual([]);
  });

  it('leaves models that it does not name alone', () => {
    const models = overlaid(MODELS, { cited, prices: [price({})] });
    expect(models.filter((model, at) => model === MODELS[at])).toHaveLength(MODELS.length - 1);
  });
});
