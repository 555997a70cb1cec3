import { Failure, restated } from '../core/errors.ts';
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
    // A server that went away while it wrote may have written them, and then whoever waits for jobs goes on with them.
    if (error instanceof Failure && error.kind === 'unavailable' && jobs.length > 0)
      throw restated(error, { hint: [error.hint, PLANNED].filter(Boolean).join(' ') });
    // Attempts at a picture of a manifest are numbered, so whoever comes second finds the number taken.
    if (error instanceof Failure || !plans.some(isNumbered)) throw error;
    throw new Failure('unavailable', 'Another process began to buy some of these pictures just now.', {
      hint: 'Wait for that to end, then apply again.',
      cause: error,
    });
  }
}

const PLANNED = 'Should its jobs be in pixtab batch list, pixtab batch cancel gives back what they hold.';

const isNumbered = ({ attemptId }: { readonly attemptId: string }): boolean => hashIn(attemptId) !== null;
