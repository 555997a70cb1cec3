import { Failure } from '../../core/errors.ts';
import type { Job } from '../../ports/index.ts';
import { hidden } from './failures.ts';
import { isOf } from './is-here.ts';
import type { BatchContext } from './types.ts';

/** The name by which a job is found at the API when its creation was interrupted. */
export const nameOf = ({ jobId }: Pick<Job, 'jobId'>): string => `pixtab-${jobId}`;

/** Lists of jobs were seen to lag by minutes: https://github.com/googleapis/python-genai/issues/1250, checked 2026-11-26. */
export const LOOKED_FOR_MS = 10 * 60_000;

// Two days to run, two days for the results: https://ai.google.dev/gemini-api/docs/batch-api, checked 2026-11-22
export const FORGOTTEN_MS = 4 * 24 * 3_600_000;

/**
 * The answer to the creation was lost: looks for the job by its name. That a list does not show it proves nothing for some
 * minutes, counted from when the answer was lost; only then it may be created again, and with its own key alone: the list of
 * another project never shows it.
 */
export async function resolve(job: Job, context: BatchContext): Promise<'on' | 'queued'> {
  const { books, clock } = context;
  const { jobs } = books.ledger;
  const { lostAt: before, sentAt } = job;
  const isNew = before === null || (sentAt !== null && before < sentAt);
  // Whoever waited for the answer is gone.
  if (isNew) await jobs.lost(job.jobId, 'It was interrupted while it was made.');
  const lostAt = isNew ? clock.now() : before;
  try {
    if (await takeUp(job, context)) return 'on';
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'unavailable') throw error;
    // What cannot be read says nothing about the job.
    await jobs.lost(job.jobId, error.message, lostAt);
    return 'queued';
  }
  if (clock.now() < lostAt + LOOKED_FOR_MS) return 'queued';
  if (isOf(job, context)) await jobs.notCreated(job.jobId, 'It was interrupted before it was made.');
  else if (isHidden(job, lostAt, context)) throw hidden(job);
  else await giveUp(job, context);
  return 'on';
}

/** Ends a job that nobody can find out about any more: it counts as made. */
async function giveUp({ jobId }: Job, { books: { ledger } }: BatchContext): Promise<void> {
  const why = 'It may have been made with another key, and nothing was heard of it.';
  for (const { attempt, state } of await ledger.jobs.items(jobId))
    if (state === 'sent') await ledger.unconfirm(attempt.attemptId, why);
  await ledger.jobs.done(jobId, why);
}

/** Whether a job of which nothing is heard since then may be another key's, where the list of this one does not show it. */
export const isHidden = (
  job: Pick<Job, 'account'>,
  since: number,
  context: Pick<BatchContext, 'account' | 'clock'>,
): boolean => !isOf(job, context) && context.clock.now() < since + FORGOTTEN_MS;

/** Looks for a job that may have been made. Resolves to its name at the API; null where no list shows it. */
export async function takeUp(job: Job, { books, batches, leave }: BatchContext): Promise<string | null> {
  const [first] = await batches.find(nameOf(job), leave);
  if (first === undefined) return null;
  await books.ledger.jobs.created(job.jobId, first.name);
  return first.name;
}
