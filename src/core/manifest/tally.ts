import { LANES, type Lane } from '../catalogue/model.ts';
import type { Quote } from '../pricing/types.ts';
import { minus, ZERO, type Usd } from '../pricing/money.ts';
import type { QuotedOrder } from '../order/route.ts';
import { tokensOf } from '../policy/batch-queue.ts';
import { loaded, type Load, type Spending } from '../policy/through-limits.ts';
import { added, NOTHING, type PictureQuote, type Range } from './price.ts';

/** What is bought in one lane. */
export interface Share {
  readonly pictures: number;
  readonly range: Range;
}

/** What a plan comes to. */
export interface Tally {
  readonly create: number;
  readonly change: number;
  readonly keep: number;
  readonly orphan: number;
  /** Pictures that were asked for already, and are not here yet. */
  readonly underWay: number;
  /** Pictures that were asked for in vain, and are asked for again only with --force. */
  readonly barred: number;
  /** Pictures that cannot be bought, as those of a model that was shut down. */
  readonly impossible: number;
  /** Of those to create or change: what is bought, and what is there already. */
  readonly bought: number;
  readonly free: number;
  /** The price in the lanes that were asked for. */
  readonly planned: Range;
  readonly lanes: Readonly<Record<Lane, Share>>;
  /** What these lanes save against lane now. */
  readonly saved: Usd;
  /** All of it in the half-price lane, as far as it is sold there. */
  readonly batch: Range;
  /** Bought, and not sold in the half-price lane. */
  readonly notInBatch: number;
  /** What is bought by batch, and what could be. */
  readonly queued: Load;
  readonly queueable: Load;
  /** Requests of what is bought in the other lanes, by model. */
  readonly sent: Readonly<Record<string, number>>;
}

const NO_SHARE: Share = { pictures: 0, range: NOTHING };

export const EMPTY_TALLY: Tally = {
  create: 0,
  change: 0,
  keep: 0,
  orphan: 0,
  underWay: 0,
  barred: 0,
  impossible: 0,
  bought: 0,
  free: 0,
  notInBatch: 0,
  planned: NOTHING,
  lanes: { now: NO_SHARE, flex: NO_SHARE, batch: NO_SHARE, priority: NO_SHARE },
  saved: ZERO,
  batch: NOTHING,
  queued: {},
  queueable: {},
  sent: {},
};

/** What a picture is bought for; the offer is null when it costs nothing. */
export interface Priced {
  readonly offer: QuotedOrder | null;
  readonly now: Quote | null;
  readonly batch: Quote | null;
}

export const UNPRICED: Priced = { offer: null, now: null, batch: null };

export const pricedAs = (quoted: PictureQuote | null): Priced => quoted ?? UNPRICED;

/** One more picture. */
export function counting(
  tally: Tally,
  action: keyof Pick<Tally, 'create' | 'change' | 'keep' | 'orphan' | 'underWay' | 'barred' | 'impossible'>,
  { offer, now, batch }: Priced = UNPRICED,
): Tally {
  const counted = { ...tally, [action]: tally[action] + 1 };
  const isWork = action === 'create' || action === 'change';
  if (offer === null) return isWork ? { ...counted, free: tally.free + 1 } : counted;
  const { quote, order } = offer;
  const { pictures, range } = tally.lanes[order.lane];
  const isQueued = order.lane === 'batch';
  return {
    ...counted,
    bought: tally.bought + 1,
    notInBatch: tally.notInBatch + (batch === null ? 1 : 0),
    planned: added(tally.planned, quote),
    lanes: { ...tally.lanes, [order.lane]: { pictures: pictures + 1, range: added(range, quote) } },
    saved: minus(tally.saved, minus(quote.expected, (now ?? quote).expected)),
    batch: added(tally.batch, batch ?? quote),
    queued: isQueued ? loaded(tally.queued, quote.model, tokensOf(quote)) : tally.queued,
    queueable: batch === null ? tally.queueable : loaded(tally.queueable, batch.model, tokensOf(batch)),
    sent: isQueued ? tally.sent : { ...tally.sent, [quote.model]: (tally.sent[quote.model] ?? 0) + 1 },
  };
}

/** What it asks of an account's limits. */
export const spendingIn = ({ planned, lanes, sent }: Tally): Spending => ({
  now: minus(planned.expected, lanes.batch.range.expected),
  total: planned.expected,
  requests: sent,
});

/** What waiting for all of it would save. */
export const saving = ({ planned, batch }: Tally): Usd => minus(planned.expected, batch.expected);

/** Lanes in which anything is bought. */
export const lanesIn = ({ lanes }: Tally): readonly (readonly [Lane, Share])[] =>
  LANES.map((lane) => [lane, lanes[lane]] as const).filter(([, { pictures }]) => pictures > 0);
