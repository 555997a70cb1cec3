import { describe, expect, it } from 'vitest';
import { format, toDecimal, usd } from '../../../src/core/pricing/money.ts';
import { planFor } from '../../../src/core/pricing/volume-plan.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';

const of = (model: string, lane: 'now' | 'batch') => quote(anOrder(model, { lane }), TODAY);

describe('a plan', () => {
  it('multiplies out a month, and says what the half-price lane saves', () => {
    const now = of('nano-banana-2.1', 'now');
    const plan = planFor(of('nano-banana-2.1', 'batch'), now, { perDay: 1000, days: 30 });
    expect([plan.perDay, plan.total, plan.saves].map((amount) => amount && toDecimal(amount))).toEqual([
      '18.30375',
      '549.1125',
      '549.1125',
    ]);
    expect(planFor(now, now, { perDay: 1000, days: 30 }).saves).toBeNull();
    expect(planFor(now, null, { perDay: 1, days: 1 }).saves).toBeNull();
  });

  it('says where the limits of an account bite', () => {
    const pro = of('nano-banana-pro', 'now');
    const { limits } = planFor(pro, pro, { perDay: 60, days: 7 });
    expect(
      limits.map(({ tier, picturesPerTenMinutes, perMonth, monthFits }) => [
        tier,
        picturesPerTenMinutes,
        format(perMonth),
        monthFits,
      ]),
    ).toEqual([
      [1, 70, '$250.00', true],
      [2, 354, '$2,000.00', true],
      [3, 1419, '$20,000.00', true],
    ]);
  });

  it('judges the days that there are, and the lane that is shown', () => {
    const now = of('nano-banana-pro', 'now');
    const fits = (days: number) => planFor(now, now, { perDay: 120, days }).limits[0]?.monthFits;
    expect([fits(1), fits(30), fits(365)]).toEqual([true, false, false]);
    expect(planFor(now, now, { perDay: 120, days: 1 }).limits[0]).toMatchObject({
      queue: null,
      requestsPerDay: 250,
    });
    const batch = of('nano-banana-pro', 'batch');
    expect(planFor(batch, now, { perDay: 30_000, days: 1 }).limits[0]?.queue?.rounds).toBeGreaterThan(20);
  });

  it('fits a month, or does not', () => {
    const imagen = quote(anOrder('imagen-4-fast'), '2026-03-15');
    // $250 are 12,500 pictures at $0.02; 30 days of 416 stay below, of 417 do not.
    const fits = (perDay: number) => planFor(imagen, null, { perDay, days: 30 }).limits[0]?.monthFits;
    expect([fits(416), fits(417)]).toEqual([true, false]);
    expect(planFor(imagen, null, { perDay: 12_500, days: 1 }).limits[0]?.monthFits).toBe(true);
  });

  it('knows the requests that each tier may send', () => {
    const pro = of('nano-banana-pro', 'now');
    const { limits } = planFor(pro, null, { perDay: 1, days: 1 });
    expect(limits.map(({ requestsPerDay }) => requestsPerDay)).toEqual([250, 15_000, 15_000]);
  });

  it('of what costs nothing, has room for any number', () => {
    const free = { ...of('nano-banana-pro', 'now'), expected: usd('0') };
    const { limits } = planFor(free, null, { perDay: 1_000_000, days: 30 });
    expect(limits.map(({ picturesPerTenMinutes }) => picturesPerTenMinutes)).toEqual([
      Infinity,
      Infinity,
      Infinity,
    ]);
  });
});
