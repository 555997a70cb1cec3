import { Failure, mostPressing } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Job, Queue, QueueJob } from '../../ports/index.ts';
import { isHere } from '../../purchase/batch/is-here.ts';
import { cancel } from '../../purchase/batch/cancel.ts';
import { withSession } from '../../purchase/session.ts';
import { storesFor } from '../../purchase/store-original.ts';
import { cancelSentence } from '../batch/cancel.ts';
import { shortId } from '../batch/output.ts';
import { current } from '../batch/watch.ts';
import type { QueueContext } from './flags.ts';
import { jobContext } from './job-context.ts';

/** A worker has a job only while it looks at it, or uploads it. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 1_000;

/** What became of the jobs of a queue that was cancelled. */
interface CancelledJobs {
  readonly cancelled: readonly QueueJob[];
  /** What kept a job from being cancelled. */
  readonly failure: Failure | null;
}

/** Cancels jobs as pixtab batch cancel does: at once what was not made yet, and the rest as far as the API still can. */
export async function cancelJobs(
  queue: Queue,
  { flags, settings, deps, terminal }: QueueContext,
): Promise<CancelledJobs> {
  const { clock, stop } = deps;
  return withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
    const { ledger } = session.books;
    const storeOf = storesFor(
      { sandbox: settings.sandbox, folder: flags.store, limit: flags.storeLimit },
      deps,
    );
    const context = await jobContext(session, queue, storeOf);
    const cancelled: QueueJob[] = [];
    const failures: Failure[] = [];

    /** Once nobody works on it. */
    async function free(jobId: string): Promise<Job | undefined> {
      for (const until = clock.now() + PATIENCE_MS; ;) {
        const [job] = await current([jobId], ledger);
        if (job?.busy !== true || clock.now() >= until) return job;
        await clock.sleep(LOOK_MS, stop);
      }
    }

    async function cancelOne(jobId: string): Promise<void> {
      const job = await free(jobId);
      if (job === undefined) return;
      if (job.batch !== null && !isHere(job, context))
        return terminal.note(`note   job ${shortId(job)} is of another API or key, and goes on`);
      const pictures = await queue.inJob(jobId);
      const isOver = await cancel(job, context);
      for (const picture of pictures) {
        const end = await queue.finish(picture.plan.attemptId);
        if (end?.state === 'cancelled') cancelled.push(picture);
      }
      for (const now of await current([jobId], ledger)) terminal.note(cancelSentence(now, isOver));
    }

    for (const jobId of await queue.openJobs()) {
      try {
        await cancelOne(jobId);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        terminal.note(`note   job ${shortId({ jobId })}: ${printable(error.message)}`);
        failures.push(error);
      }
    }
    return { cancelled, failure: mostPressing(failures) ?? null };
  });
}
