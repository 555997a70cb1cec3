import { Failure, usageFailure } from '../../core/errors.ts';
import type { Job } from '../../ports/index.ts';
import { advance } from './advance.ts';
import { hidden } from './failures.ts';
import { mustBeHere } from './is-here.ts';
import { isHidden, takeUp } from './resolve.ts';
import type { BatchContext } from './types.ts';

/**
 * Cancels a job. A job that was never created gives its holds back at once. A running job is asked to end, and may still
 * bring pictures that were finished by then. Resolves to whether the job is over.
 */
export async function cancel(job: Job, context: BatchContext): Promise<boolean> {
  const { books, batches, leave } = context;
  const { jobs } = books.ledger;
  const { jobId } = job;
  const taken = await jobs.take(jobId);
  if (taken === null)
    throw usageFailure(`Another process works on job ${jobId.slice(0, 8)}.`, 'Wait for it.');
  let isKnown = true;
  try {
    const { stage, lostAt, sentAt } = taken;
    // What was looked for in vain may have been made, in spite of what the list said by then.
    const mayBeMade = stage === 'creating' || (stage === 'uploaded' && lostAt !== null);
    if (taken.batch !== null || mayBeMade) mustBeHere(taken, context);
    const batch = mayBeMade ? await takeUp(taken, context) : taken.batch;
    if (mayBeMade && batch === null && isHidden(taken, lostAt ?? sentAt ?? 0, context)) throw hidden(taken);
    if (stage === 'creating' && batch === null) {
      throw new Failure('unavailable', `It is not clear yet whether job ${jobId.slice(0, 8)} was made.`, {
        hint: 'pixtab batch fetch finds out; cancel it then.',
      });
    }
    if (batch === null) {
      for (const { attempt, state } of await jobs.items(jobId))
        if (state === 'held')
          await books.ledger.release(attempt.attemptId, 'cancelled before it was sent', 'cancelled');
      await jobs.done(jobId, 'cancelled before it was sent');
      return true;
    }
    if (stage !== 'done' && stage !== 'ended') isKnown = await batches.cancel(batch, leave);
  } finally {
    await jobs.leave(jobId).catch(() => undefined);
  }
  const { status, failure } = await advance(jobId, context);
  if (!isKnown && failure !== null) throw failure;
  return status === 'done';
}
