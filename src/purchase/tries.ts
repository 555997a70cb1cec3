import { fateOf, type Fate, type PastTry, type Why } from '../core/policy/next-try.ts';
import { sum, ZERO, type Usd } from '../core/pricing/money.ts';
import { sellerOf } from '../core/providers/sold-by.ts';
import type { QuotedOrder } from '../core/order/route.ts';
import type { AttemptResult } from './types.ts';

/** Pictures of one order that were held together and asked of one model. */
export interface Try {
  readonly why: Why;
  readonly offer: QuotedOrder;
  /** Numbers of the pictures within the whole order, from 0, one after the other as the requests ask for them. */
  readonly pictures: readonly number[];
  readonly results: readonly AttemptResult[];
}

/** The numbers of every picture of an order. */
export const everyPicture = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index);

/** A request's result with the numbers of the pictures it was for. Those that it brought come first. */
export interface Share {
  readonly result: AttemptResult;
  readonly pictures: readonly number[];
}

export function sharesOf({ pictures, results }: Try): readonly Share[] {
  let done = 0;
  return results.map((result) => {
    const own = pictures.slice(done, done + result.plan.images);
    done += own.length;
    return { result, pictures: own };
  });
}

/** The numbers of the pictures that a request did not bring. */
export const missingOf = ({ result, pictures }: Share): readonly number[] =>
  pictures.slice(result.images.length);

/** What became of each picture, as far as it decides what may be tried next. */
export function pastTry(made: Try): PastTry {
  const fates = new Map<number, Fate>();
  for (const share of sharesOf(made)) {
    const { failure, refusals, images } = share.result;
    const fate = fateOf(failure, refusals);
    for (const [index, picture] of share.pictures.entries()) {
      // Pictures on disk and books in trouble end the run all the same.
      fates.set(picture, fate !== 'end' && index < images.length ? 'delivered' : fate);
    }
  }
  return { why: made.why, gateway: sellerOf(made.offer.order.model), fates };
}

export const isUnconfirmed = ({ bill, failure }: AttemptResult): boolean =>
  bill === null && failure?.charged !== 'no';

/** What a request counts for: its bill, or the expected price where nobody can know. */
export function spentOn(results: readonly AttemptResult[]): Usd {
  return sum(
    results.map((result) => result.bill?.amount ?? (isUnconfirmed(result) ? result.plan.expected : ZERO)),
  );
}

export const anyUnknown = (results: readonly AttemptResult[]): boolean => results.some(isUnconfirmed);
