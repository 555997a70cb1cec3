import { SPEND_LIMITS } from '../catalogue/account-limits.ts';
import type { SpendLimit } from '../catalogue/account-limits.ts';
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
  /** Whether the volume stays within the monthly limit, taken as 30 days. */
  readonly monthFits: boolean;
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
      monthFits: times(one.expected, perDay * MONTH_DAYS) <= limit.perMonth,
    })),
  };
}
