import { LANES, type Lane, type Size } from '../catalogue/model.ts';
import type { Budget } from '../policy/budget.ts';
import { attempt } from '../order/route.ts';
import type { QuotedOrder } from '../order/route.ts';
import { Failure } from '../errors.ts';
import type { Usd } from './money.ts';
import { quote } from './quote.ts';

/** How many pictures a budget buys. */
export interface Affordable {
  readonly model: string;
  readonly lane: Lane;
  readonly size: Size;
  /** What one is expected to cost. */
  readonly each: Usd;
  /** In the period of the budget. */
  readonly pictures: number;
  /** With one decimal; null for a budget per run. */
  readonly perDay: number | null;
}

const MONTH_DAYS = 30;

/** Each offer in every lane that it is sold in; most pictures first. */
export function affordable(
  offers: readonly QuotedOrder[],
  { amount, per }: Pick<Budget, 'amount' | 'per'>,
): readonly Affordable[] {
  const days = per === 'month' ? MONTH_DAYS : 1;
  return offers
    .flatMap(({ order, quote: { day, priceHistory } }) =>
      LANES.flatMap((lane) => {
        const one = attempt(() => quote({ ...order, lane, count: 1 }, day, priceHistory));
        if (one instanceof Failure || one.expected === 0n) return [];
        const pictures = Number(amount / one.expected);
        const perDay = per === 'run' ? null : Math.floor((pictures * 10) / days) / 10;
        return { model: one.model, lane, size: one.size, each: one.expected, pictures, perDay };
      }),
    )
    .toSorted((a, b) => b.pictures - a.pictures);
}
