import type { Day } from '../../core/catalogue/model.ts';
import type { DraftWays } from './drafts.ts';
import type { QuotedOrder, Rejection } from '../../core/order/route.ts';

/** What there is to print: quotes of one order by different models, or of the orders of a file. */
export interface Estimate {
  readonly day: Day;
  readonly offers: readonly QuotedOrder[];
  /** Whether the offers are parts of one purchase, or alternatives to each other. */
  readonly parts: boolean;
  readonly why: string;
  readonly notices: readonly string[];
  readonly rejected: readonly Rejection[];
  /** Other ways to the same drafts, where a sheet is asked for. */
  readonly drafts?: DraftWays | undefined;
}
