import { Failure } from '../../core/errors.ts';
import { isTwin, type Job } from '../../ports/index.ts';
import { nameOf } from './resolve.ts';
import type { BatchContext } from './types.ts';

/**
 * Other jobs of the same name: one whose making was not heard of, and that no list showed until it was made again. Each
 * costs as much as the first, so it is written down like any job, and its pictures are fetched.
 */
export async function bookTwins(job: Job, context: BatchContext): Promise<void> {
  const { books, batches, leave, saver } = context;
  if (isTwin(job)) return;
  try {
    for (const { name } of await batches.find(nameOf(job), leave)) {
      const jobId = await books.ledger.jobs.twin(job.jobId, name);
      if (jobId === null) continue;
      saver.remark(
        `Job ${job.jobId.slice(0, 8)} was made twice: ${name} is the same once more, and is fetched and counted as job ${jobId.slice(0, 8)}.`,
      );
    }
  } catch (error) {
    // The job itself is complete; batch fetch with its id looks once more.
    if (!(error instanceof Failure)) throw error;
  }
}
