import { Failure } from '../../core/errors.ts';
import type { Job } from '../../ports/index.ts';
import type { BatchContext } from './types.ts';

/** The name by which a job is found at the API when its creation was interrupted. */
export const nameOf = ({ jobId }: Pick<Job, 'jobId'>): string => `pixtab-${jobId}`;

/** Lists of jobs were seen to lag by minutes: https://github.com/googleapis/python-genai/issues/1250, checked 2026-11-26. */
export const LOOKED_FOR_MS = 10 * 60_000;

/**
 * The answer to the creation was lost: looks for the job by its name. That a list does not show it proves nothing for some
 * minutes, counted from when the answer was lost; only then it may be created again.
 */
export async function resolve(job: Job, context: BatchContext): Promise<'on' | 'queued'> {
  const { books, clock } = context;
  const { jobs } = books.ledger;
  const isNew = job.lostAt === null || job.lostAt < (job.sentAt ?? 0);
  // Whoever waited for the answer is gone.
  if (isNew) await jobs.lost(job.jobId, 'It was interrupted while it was made.');
  const lostAt = isNew ? clock.now() : (job.lostAt ?? clock.now());
  try {
    if (await takeUp(job, context)) return 'on';
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'unavailable') throw error;
    // What cannot be read says nothing about the job.
    await jobs.lost(job.jobId, error.message, lostAt);
    return 'queued';
  }
  if (clock.now() < lostAt + LOOKED_FOR_MS) return 'queued';
  await jobs.notCreated(job.jobId, 'It was interrupted before it was made.');
  return 'on';
}

/** Looks for a job that may have been made. Resolves to whether it was. */
export async function takeUp(job: Job, { books, batches, leave }: BatchContext): Promise<boolean> {
  const [first] = await batches.find(nameOf(job), leave);
  if (first === undefined) return false;
  await books.ledger.jobs.created(job.jobId, first.name);
  return true;
}
