import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../../src/core/catalogue/price-changes.ts';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import type { Model, Rate } from '../../../src/core/catalogue/model.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { MODELS_TODAY, TODAY } from '../../support/pricing.ts';

describe('what changed between two days', () => {
  it('is nothing between a day and itself', () => {
    expect(changesBetween(TODAY, TODAY)).toEqual([]);
  });

  it('names models that came, aged and went', () => {
    const statuses = changesBetween('2026-03-15', TODAY, MODELS_TODAY).flatMap((change) =>
      change.kind === 'status' ? [[change.model, change.before, change.after]] : [],
    );
    expect(statuses).toEqual([
      ['gemini-nano-banana-2.1', 'unreleased', 'active'],
      ['gemini-3.1-flash-lite-image', 'unreleased', 'active'],
      ['gemini-3.1-flash-image', 'active', 'deprecated'],
      ['gemini-2.5-flash-image', 'active', 'restricted'],
      ['imagen-4.0-fast-generate-001', 'active', 'retired'],
      ['imagen-4.0-generate-001', 'active', 'retired'],
      ['imagen-4.0-ultra-generate-001', 'active', 'retired'],
    ]);
  });

  it('names a price that is new, one that moved, and one that ended', () => {
    const fast = findModel('imagen-4-fast');
    const [rate] = fast.rates;
    if (!rate) throw new Error('no rate');
    const moving: Model = {
      ...fast,
      rates: [
        { ...rate, until: '2026-02-01' },
        { ...rate, price: usd('0.03'), from: '2026-02-01', until: '2026-05-01' },
      ],
    };
    const prices = (from: string, to: string) =>
      changesBetween(from, to, [moving]).flatMap((change) =>
        change.kind === 'price' ? [[change.before, change.after]] : [],
      );
    expect(prices('2026-01-31', '2026-02-01')).toEqual([[usd('0.02'), usd('0.03')]]);
    expect(prices('2026-02-01', '2026-04-30')).toEqual([]);
    expect(prices('2026-04-30', '2026-05-01')).toEqual([[usd('0.03'), null]]);
    expect(prices('2025-01-01', '2026-01-01')).toEqual([[null, usd('0.02')]]);
  });

  it('says of a price which it is: its lane, its meter and its size', () => {
    const banana = findModel('nano-banana-2.1');
    const rates = banana.rates.filter(({ lane, meter }) => lane === 'batch' && meter === 'image output');
    const large = rates.map((rate): Rate => ({ ...rate, size: '2K', price: usd('16') })).slice(0, 1);
    const changes = changesBetween('2026-10-05', '2026-10-06', [{ ...banana, rates: [...rates, ...large] }]);
    const price = { kind: 'price', model: banana.id, lane: 'batch', meter: 'image output', before: null };
    expect(changes.slice(1)).toEqual([
      { ...price, size: '1K', after: usd('15'), per: 1_000_000 },
      { ...price, size: null, after: usd('15'), per: 1_000_000 },
      { ...price, size: '2K', after: usd('16'), per: 1_000_000 },
    ]);
  });
});
