import { Failure } from '../../core/errors.ts';
import { format, toDecimal, type Usd } from '../../core/pricing/money.ts';

/** Refuses what could cost more than --max-cost allows; `instead` says how to make it cheaper. */
export function refuseAbove(
  maxCost: Usd | undefined,
  { high }: { readonly high: Usd },
  instead: string,
): void {
  if (maxCost === undefined || high <= maxCost) return;
  throw new Failure('budget', `This could cost ${format(high)}, and --max-cost is ${format(maxCost)}.`, {
    hint: `Nothing was sent. Allow it with --max-cost ${toDecimal(high)}, or ${instead}.`,
  });
}
