import { Failure, usageFailure } from '../../core/errors.ts';
import type { Job } from '../../ports/index.ts';
import { mustBeHere, advance } from './advance.ts';
import { nameOf } from './resolve.ts';
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
    let { batch } = taken;
    if (batch !== null || taken.stage === 'creating') mustBeHere(taken, context);
    if (taken.stage === 'creating') batch = (await batches.find(nameOf(taken), leave))[0]?.name ?? null;
    if (taken.stage === 'creating' && batch === null) {
      throw new Failure('unavailable', `It is not clear yet whether job ${jobId.slice(0, 8)} was made.`, {
        hint: 'pixtab batch fetch finds out; cancel it then.',
      });
    }
    if (taken.stage === 'creating' && batch !== null) await jobs.created(jobId, batch);
    if (batch === null) {
      for (const { attempt, state } of await jobs.items(jobId))
        if (state === 'held')
          await books.ledger.release(attempt.attemptId, 'cancelled before it was sent', 'cancelled');
      await jobs.done(jobId, 'cancelled before it was sent');
      return true;
    }
    if (taken.stage !== 'done' && taken.stage !== 'ended') isKnown = await batches.cancel(batch, leave);
  } finally {
    await jobs.leave(jobId).catch(() => undefined);
  }
  const { status, failure } = await advance(jobId, context);
  if (!isKnown && failure !== null) throw failure;
  return status === 'done';
}
