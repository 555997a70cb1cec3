import { Failure } from '../../core/errors.ts';
import { format, sum, times, type Usd } from '../../core/pricing/money.ts';
import { quote } from '../../core/pricing/quote.ts';
import type { EstimateFlags } from './flags.ts';
import type { Estimate } from './types.ts';

/** The failure of an estimate that is above what --fail-over or --max-cost allow; null where it is not. */
export function overCostLimit(made: Estimate, flags: EstimateFlags): Failure | null {
  const limits = [
    ['--fail-over', flags.failOver],
    ['--max-cost', flags.maxCost],
  ] as const;
  const most = highest(made, flags.perDay);
  const what = flags.perDay === undefined ? 'This' : 'A day of this';
  for (const [name, limit] of limits) {
    if (limit === undefined || most === null || most <= limit) continue;
    return new Failure('budget', `${what} could cost ${format(most)}, and ${name} is ${format(limit)}.`);
  }
  return null;
}

/** What is gated: the whole file, the order by the model that is taken, or a day of such pictures. */
function highest({ offers, parts }: Estimate, perDay: number | undefined): Usd | null {
  if (parts && perDay === undefined) return sum(offers.map(({ quote: { high } }) => high));
  const [taken] = offers;
  if (taken === undefined) return null;
  if (perDay === undefined) return taken.quote.high;
  const { day, priceHistory } = taken.quote;
  return times(quote({ ...taken.order, count: 1 }, day, priceHistory).high, perDay);
}
