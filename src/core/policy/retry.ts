import { Failure } from '../errors.ts';

export interface RetryPolicy {
  /** Sends after the first. */
  readonly retries: number;
  /** All waiting together, in milliseconds. */
  readonly budgetMs: number;
}

/** What has been tried so far. */
export interface Tried {
  /** Sends, at least one. */
  readonly sends: number;
  readonly waitedMs: number;
}

export type Verdict = { readonly waitMs: number } | { readonly stop: Failure };

// Arithmetic with fractions may be off a whole number by this much.
const DUST = 1e-6;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;

/**
 * Whether to send again after `failure`, and when. A wait that the server states is kept to the millisecond; where it
 * states none, the wait is anything up to a ceiling that doubles, so that many callers do not return together.
 * `random` is 0 ≤ x < 1.
 */
export function verdict(failure: Failure, policy: RetryPolicy, tried: Tried, random: number): Verdict {
  if (!failure.repeat || failure.charged !== 'no' || tried.sends > policy.retries) return { stop: failure };
  const waitMs = waitFor(failure, tried, random);
  if (waitMs <= policy.budgetMs - tried.waitedMs) return { waitMs };
  return { stop: comeBack(failure, waitMs) };
}

function waitFor({ retryAfterSeconds }: Failure, { sends }: Tried, random: number): number {
  if (retryAfterSeconds !== undefined) return Math.max(0, Math.ceil(retryAfterSeconds * 1_000 - DUST));
  const ceiling = Math.min(FIRST_BACKOFF_MS * 2 ** (sends - 1), LONGEST_BACKOFF_MS);
  return Math.ceil(ceiling * random);
}

/** The same failure, saying when it makes sense to come back. */
function comeBack(failure: Failure, waitMs: number): Failure {
  if (failure.retryAfterSeconds !== undefined) return failure;
  const { kind, message, hint, charged, repeat, detail, cause } = failure;
  const retryAfterSeconds = Math.ceil(waitMs / 1_000);
  return new Failure(kind, message, { hint, charged, repeat, detail, cause, retryAfterSeconds });
}
