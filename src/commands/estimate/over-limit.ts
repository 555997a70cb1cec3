import type { Failure } from '../../core/errors.ts';
import { sum, times, type Usd } from '../../core/pricing/money.ts';
import { quote } from '../../core/pricing/quote.ts';
import { overLimit } from '../shared/cost-limit.ts';
import type { EstimateFlags } from './flags.ts';
import type { Estimate } from './types.ts';

/** The failure of an estimate that is above what --fail-over or --max-cost allow; null where it is not. */
export function estimateOverLimit(made: Estimate, flags: EstimateFlags): Failure | null {
  const high = highest(made, flags.perDay);
  if (high === null) return null;
  const what = flags.perDay === undefined ? 'This' : 'A day of this';
  return (
    overLimit(flags.failOver, { high }, '--fail-over', what) ??
    overLimit(flags.maxCost, { high }, '--max-cost', what)
  );
}

/** The price that is held against the limit: of the whole file, of the order by the model that is taken, or of a day. */
function highest({ offers, parts }: Estimate, perDay: number | undefined): Usd | null {
  if (parts && perDay === undefined) return sum(offers.map(({ quote: { high } }) => high));
  const [taken] = offers;
  if (taken === undefined) return null;
  if (perDay === undefined) return taken.quote.high;
  const { day, priceHistory } = taken.quote;
  return times(quote({ ...taken.order, count: 1 }, day, priceHistory).high, perDay);
}
