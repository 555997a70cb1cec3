import { REQUEST_GUESSES, SPEND_LIMITS, type SpendLimit } from '../catalogue/account-limits.ts';
import { throughQueue, tokensOf, type QueueRounds } from '../policy/batch-queue.ts';
import type { Lane } from '../catalogue/model.ts';
import type { Quote } from './types.ts';
import { minus, times } from './money.ts';
import type { Usd } from './money.ts';

export interface Volume {
  /** Pictures a day. */
  readonly perDay: number;
  readonly days: number;
}

/** What a steady volume comes to. */
export interface Plan {
  readonly model: string;
  readonly lane: Lane;
  readonly perDay: Usd;
  readonly total: Usd;
  /** What it saves against the same model in lane now; null in that lane, or where the model is not sold there. */
  readonly saves: Usd | null;
  readonly limits: readonly LimitCheck[];
}

export interface LimitCheck extends SpendLimit {
  /** Pictures that fit into ten minutes. */
  readonly picturesPerTenMinutes: number;
  /** Whether what falls into one month, of 30 days at most, stays within the monthly limit. */
  readonly monthFits: boolean;
  /** Requests a day, as they were last published; null where that never was, or there was no limit. */
  readonly requestsPerDay: number | null;
  /** How a day's pictures get through the batch lane; null in the others. */
  readonly queue: QueueRounds | null;
}

const MONTH_DAYS = 30;

/** `one` is the quote of one picture, `standard` that of the same picture in lane now. */
export function planFor(one: Quote, standard: Quote | null, { perDay, days }: Volume): Plan {
  const pictures = perDay * days;
  const saves =
    standard === null || standard.lane === one.lane
      ? null
      : times(minus(standard.expected, one.expected), pictures);
  return {
    model: one.model,
    lane: one.lane,
    perDay: times(one.expected, perDay),
    total: times(one.expected, pictures),
    saves,
    limits: SPEND_LIMITS.map((limit) => ({
      ...limit,
      picturesPerTenMinutes: one.expected === 0n ? Infinity : Number(limit.perTenMinutes / one.expected),
      monthFits: times(one.expected, perDay * Math.min(days, MONTH_DAYS)) <= limit.perMonth,
      requestsPerDay:
        REQUEST_GUESSES.find(({ model, tier }) => model === one.model && tier === limit.tier)?.perDay ?? null,
      queue: one.lane === 'batch' ? throughQueue(one.model, limit.tier, perDay, tokensOf(one)) : null,
    })),
  };
}
