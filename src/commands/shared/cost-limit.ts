import { Failure } from '../../core/errors.ts';
import { atMost, format, roundedUp, toDecimal, type Usd } from '../../core/pricing/money.ts';

/** The failure of what could cost more than a flag allows, named by the flag; null where it could not. */
export function overLimit(
  limit: Usd | undefined,
  { high }: { readonly high: Usd },
  flag: string,
  what = 'This',
): Failure | null {
  if (limit === undefined || high <= limit) return null;
  return new Failure('budget', `${what} could cost ${atMost(high)}, and ${flag} is ${format(limit)}.`);
}

/** Refuses what could cost more than --max-cost allows; `instead` says how to make it cheaper. */
export function refuseAbove(
  maxCost: Usd | undefined,
  { high }: { readonly high: Usd },
  instead: string,
): void {
  const failure = overLimit(maxCost, { high }, '--max-cost');
  if (!failure) return;
  const eaten = maxCost === 0n ? ' A shell takes $20 for a variable and leaves the 0.' : '';
  const hint = `Nothing was sent. Allow it with --max-cost ${toDecimal(roundedUp(high))}, or ${instead}.${eaten}`;
  throw new Failure('budget', failure.message, { hint, code: 'over-max-cost' });
}
