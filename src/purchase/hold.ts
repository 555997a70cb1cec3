import { Failure } from '../core/errors.ts';
import { hashIn } from '../core/manifest/fingerprint.ts';
import { answerSpace } from '../core/order/answer-space.ts';
import type { Books, JobPlan } from '../ports/index.ts';
import { MOST_AT_ONCE } from './batch/collect.ts';
import type { PlannedAttempt } from './plan-attempts.ts';

/** What is held together. */
export interface Holding {
  readonly attempts: readonly PlannedAttempt[];
  readonly jobs: readonly JobPlan[];
  /** What is asked for by jobs. */
  readonly batched: Parameters<typeof answerSpace>[0];
}

/** Proves that the answers could be kept, and holds the price of everything: all of it or nothing, in whatever lane. */
export async function proveAndHold(
  { attempts, jobs, batched }: Holding,
  concurrency: number,
  { ledger, journal }: Books,
): Promise<void> {
  if (attempts.length + jobs.length === 0) return;
  const orders = [...attempts.map(({ order }) => order), ...batched];
  await journal.prove(
    answerSpace(orders, jobs.length > 0 ? Math.max(concurrency, MOST_AT_ONCE) : concurrency),
  );
  const plans = attempts.map(({ plan }) => plan);
  try {
    if (jobs.length > 0) await ledger.jobs.plan(jobs, plans);
    else await ledger.hold(plans);
  } catch (error) {
    // Attempts at a picture of a manifest are numbered, so whoever comes second finds the number taken.
    if (error instanceof Failure || !plans.some(isNumbered)) throw error;
    throw new Failure('unavailable', 'Another process began to buy some of these pictures just now.', {
      hint: 'Wait for that to end, then apply again.',
      cause: error,
    });
  }
}

const isNumbered = ({ attemptId }: { readonly attemptId: string }): boolean => hashIn(attemptId) !== null;
