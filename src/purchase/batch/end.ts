import { Failure, usageFailure } from '../../core/errors.ts';
import { attemptAfter } from '../../core/manifest/number.ts';
import type { Books, Job, NewItem } from '../../ports.ts';
import { divided, sizeOf, type JobsWorld, type Weighed } from './plan.ts';
import { nameOf, tend } from './tend.ts';
import type { BatchWorld } from './world.ts';

/**
 * Cancels a job. One that was never made gives its holds back at once; one that runs is asked to end, and may still
 * bring what was finished by then. Whether it is over.
 */
export async function cancel(job: Job, world: BatchWorld): Promise<boolean> {
  const { books, batches, leave } = world;
  const { jobs } = books.ledger;
  const { jobId } = job;
  const taken = await jobs.take(jobId);
  if (taken === null)
    throw usageFailure(`Another process works on job ${jobId.slice(0, 8)}.`, 'Wait for it.');
  try {
    let { batch } = taken;
    if (taken.stage === 'creating') batch = (await batches.find(nameOf(taken), leave))?.name ?? null;
    if (taken.stage === 'creating' && batch === null) {
      throw new Failure('unavailable', `It is not clear yet whether job ${jobId.slice(0, 8)} was made.`, {
        hint: 'pixtab batch fetch finds out; cancel it then.',
      });
    }
    if (taken.stage === 'creating' && batch !== null) await jobs.created(jobId, batch);
    if (batch === null) {
      for (const { attempt, state } of await jobs.items(jobId))
        if (state === 'held') await books.ledger.release(attempt.attemptId, 'cancelled before it was sent');
      await jobs.done(jobId, 'cancelled before it was sent');
      return true;
    }
    if (taken.stage !== 'done' && taken.stage !== 'ended') await batches.cancel(batch, leave);
  } finally {
    await jobs.leave(jobId);
  }
  return (await tend(jobId, world)).status === 'done';
}

export interface Again {
  /** Also what was answered without a picture: the same words may be refused again, and cost again. */
  readonly refused: boolean;
  /** Also what may have been charged. */
  readonly unconfirmed: boolean;
}

/** The requests of a job that brought no picture, as new jobs of a run of its own; those that were repeated stay out. */
export async function again(
  job: Job,
  runId: string,
  which: Again,
  world: Pick<BatchWorld, 'books' | 'baseUrl'> & Pick<JobsWorld, 'newId' | 'tier'>,
): Promise<readonly string[]> {
  const { jobs } = world.books.ledger;
  const items = await jobs.items(job.jobId);
  const failed = items.filter(
    ({ state, images, resubmittedAs }) =>
      resubmittedAs === null &&
      (state === 'released' ||
        (which.refused && state === 'saved' && images === 0) ||
        (which.unconfirmed && state === 'unconfirmed')),
  );
  const each = Math.ceil(job.tokens / job.requests);
  const weighed: Weighed[] = [];
  for (const { attempt, request } of failed) {
    // A project asks by number, and may have done so already.
    const numbered = attemptAfter(attempt.attemptId);
    if (numbered !== null && (await isKnown(numbered, world.books))) continue;
    const attemptId = numbered ?? world.newId();
    const item: NewItem = { attempt: { ...attempt, attemptId, runId }, request, instead: attempt.attemptId };
    weighed.push({ item, bytes: sizeOf(item), tokens: each });
  }
  const plans = divided(weighed, world);
  if (plans.length > 0) await jobs.plan(plans);
  return plans.map(({ jobId }) => jobId);
}

const isKnown = async (attemptId: string, { ledger }: Pick<Books, 'ledger'>): Promise<boolean> =>
  (await ledger.receipts({ by: 'attempt', value: attemptId })).length > 0;
