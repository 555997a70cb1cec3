import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { inLaneNow } from '../../../src/core/pricing/lane-saving.ts';
import { usd } from '../../../src/core/pricing/money.ts';

const PRO = findModel('nano-banana-pro');
const order = { model: PRO.id, size: '1K', day: '2026-11-22' } as const;

describe('inLaneNow', () => {
  it('is what the same quantities cost in lane now', () => {
    const lines = [
      { meter: 'image output', quantity: 1120 },
      { meter: 'text output', quantity: 100 },
    ] as const;
    // $120 and $12 for a million: https://ai.google.dev/gemini-api/docs/pricing
    expect(inLaneNow({ ...order, lines })).toBe(usd('0.1356'));
  });

  it('is not known where a price is not', () => {
    expect(inLaneNow({ ...order, lines: [{ meter: 'charge', quantity: 1 }] })).toBeNull();
    expect(inLaneNow({ ...order, model: 'somebody-elses', lines: [] })).toBeNull();
    expect(
      inLaneNow({ ...order, day: '2019-01-01', lines: [{ meter: 'image output', quantity: 1 }] }),
    ).toBeNull();
  });
});
