import type { Deps, Job } from '../../ports/index.ts';
import type { BatchContext } from './types.ts';

const WHY = 'The sandbox that it was at is gone.';

/** Whether a job was made at a sandbox that does not run any more. */
export const isLost = async (
  { baseUrl }: Pick<Job, 'baseUrl'>,
  context: Pick<BatchContext, 'baseUrl' | 'sandbox'>,
  { isSandbox }: Pick<Deps, 'isSandbox'>,
): Promise<boolean> => context.sandbox && baseUrl !== context.baseUrl && !(await isSandbox(baseUrl));

/** Ends a job of a sandbox that does not run any more. It never cost money, so its holds are given back. */
export async function closeLostJob(
  { jobId }: Pick<Job, 'jobId'>,
  { books }: Pick<BatchContext, 'books'>,
): Promise<void> {
  const { ledger } = books;
  if ((await ledger.jobs.take(jobId)) === null) return;
  for (const { attempt, state } of await ledger.jobs.items(jobId))
    if (state === 'held' || state === 'sent') await ledger.release(attempt.attemptId, WHY, 'unavailable');
  await ledger.jobs.done(jobId, WHY);
}
