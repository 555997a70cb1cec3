import type { Quote } from '../line.ts';
import { minus, type Usd } from '../money.ts';
import { added, NOTHING, type Range } from './price.ts';

/** What a plan comes to. */
export interface Tally {
  readonly create: number;
  readonly change: number;
  readonly keep: number;
  readonly orphan: number;
  /** Of those to create or change: what is bought, and what is there already. */
  readonly bought: number;
  readonly free: number;
  /** In the lanes that the manifest says. */
  readonly planned: Range;
  /** All of it in the half-price lane, as far as it is sold there. */
  readonly batch: Range;
  /** Bought, and not sold in the half-price lane. */
  readonly notInBatch: number;
}

export const EMPTY_TALLY: Tally = {
  create: 0,
  change: 0,
  keep: 0,
  orphan: 0,
  bought: 0,
  free: 0,
  notInBatch: 0,
  planned: NOTHING,
  batch: NOTHING,
};

/** One more picture; no quote when it costs nothing. */
export function counting(
  tally: Tally,
  action: 'create' | 'change' | 'keep' | 'orphan',
  quote: Quote | null,
  batch: Quote | null,
): Tally {
  const isWork = action === 'create' || action === 'change';
  return {
    ...tally,
    [action]: tally[action] + 1,
    bought: tally.bought + (quote === null ? 0 : 1),
    free: tally.free + (isWork && quote === null ? 1 : 0),
    notInBatch: tally.notInBatch + (quote !== null && batch === null ? 1 : 0),
    planned: quote === null ? tally.planned : added(tally.planned, quote),
    batch: quote === null ? tally.batch : added(tally.batch, batch ?? quote),
  };
}

/** What waiting saves. */
export const saving = ({ planned, batch }: Tally): Usd => minus(planned.expected, batch.expected);
