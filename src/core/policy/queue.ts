import type { FailureKind } from '../errors.ts';
import { sum, type Usd } from '../pricing/money.ts';
import type { AttemptState } from './attempt-state.ts';

/**
 * How far a picture of a queue is: nobody has it yet; somebody is at it; it is in a job of lane batch; it is there; the
 * answer held none; it was not bought, or is paid for and not in its place; nobody knows whether it was charged; it was
 * taken off the queue.
 */
export const QUEUE_STATES = [
  ...(['waiting', 'working', 'inJobs'] as const),
  ...(['done', 'refused', 'failed', 'unconfirmed', 'cancelled'] as const),
] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

/** Those that ended without a picture, and may be asked for again. */
export const QUEUE_SHORT = ['refused', 'failed', 'unconfirmed'] as const satisfies readonly QueueState[];

/** A number for each. */
export const countsOf = (of: (state: QueueState) => number): Readonly<Record<QueueState, number>> => ({
  waiting: of('waiting'),
  working: of('working'),
  inJobs: of('inJobs'),
  done: of('done'),
  refused: of('refused'),
  failed: of('failed'),
  unconfirmed: of('unconfirmed'),
  cancelled: of('cancelled'),
});

/** One request that was made for a picture of a queue. */
export interface QueuedAttempt {
  readonly state: AttemptState;
  readonly hasImage: boolean;
  readonly releasedAs: FailureKind | null;
  readonly why: string | null;
  /** What it came to: its bill, the expected price where that is unknown, nothing where it was not charged. */
  readonly amount: Usd;
}

export interface QueueEnd {
  readonly state: Exclude<QueueState, 'waiting' | 'working' | 'inJobs'>;
  readonly amount: Usd;
  /** A sentence; null where all is well. */
  readonly why: string | null;
}

/** What became of a picture, from all that was asked for it, the first first; null while something may still come of it. */
export function endOfQueued(attempts: readonly QueuedAttempt[]): QueueEnd | null {
  if (attempts.some(({ state }) => state === 'held' || state === 'sent' || state === 'replied')) return null;
  const amount = sum(attempts.map((attempt) => attempt.amount));
  const has = (...states: readonly AttemptState[]): boolean =>
    attempts.some(({ state }) => states.includes(state));
  const last = attempts.at(-1);
  if (attempts.some(({ hasImage }) => hasImage)) return { state: 'done', amount, why: null };
  if (has('unconfirmed')) return { state: 'unconfirmed', amount, why: whyOf(attempts, 'unconfirmed') };
  if (has('settled')) return { state: 'failed', amount, why: UNFINISHED };
  if (has('saved')) return { state: 'refused', amount, why: whyOf(attempts, 'saved') ?? REFUSED };
  return { state: last?.releasedAs === 'cancelled' ? 'cancelled' : 'failed', amount, why: last?.why ?? null };
}

const UNFINISHED = 'It is paid for and not in the store: pixtab recover where it was bought.';
const REFUSED = 'The answer held no image.';

const whyOf = (attempts: readonly QueuedAttempt[], state: AttemptState): string | null =>
  attempts.findLast((attempt) => attempt.state === state)?.why ?? null;

/** The shortest time that a rate is made of, and the longest that one is looked at. */
const SHORTEST_MS = 1_000;
export const RATE_MS = 60_000;

/** Pictures a minute, of so many that ended since a moment; null where none did. */
export function perMinute(ended: number, since: number | null, now: number): number | null {
  if (ended === 0 || since === null) return null;
  const window = Math.min(RATE_MS, Math.max(SHORTEST_MS, now - since));
  return Math.round((ended * 60_000 * 10) / window) / 10;
}

/** Seconds until a queue is empty if it goes on as in the last minute; null where nobody can know. */
export const secondsLeft = (open: number, rate: number | null): number | null =>
  open === 0 ? 0 : rate === null || rate === 0 ? null : Math.ceil((open * 60) / rate);
