import { batchContext } from '../../purchase/batch/context.ts';
import type { BatchContext } from '../../purchase/batch/types.ts';
import type { Session } from '../../purchase/session.ts';
import { putsOriginals, type StoreOf } from '../../purchase/store-original.ts';
import type { Saver } from '../../purchase/types.ts';
import type { Queue } from '../../ports/index.ts';
import { jobWorker, type JobWorker } from '../../purchase/queue/job-worker.ts';
import type { WorkContext } from '../../purchase/queue/work-context.ts';
import type { Tier } from '../../core/catalogue/account-limits.ts';

/** Puts pictures of a queue into the store, and nowhere else. */
export async function queueSaver(session: Session, storeOf: StoreOf): Promise<Saver> {
  const onPicture = putsOriginals(storeOf, session.deps);
  return { ...(await session.saver()), onPicture };
}

/** What work on the jobs of a queue needs; nothing is submitted while that is paused. */
export const jobContext = async (session: Session, queue: Queue, storeOf: StoreOf): Promise<BatchContext> =>
  batchContext(session, {
    planFor: ({ save }) => save,
    onAnswer: () => {},
    saver: await queueSaver(session, storeOf),
    maySubmit: async () => !(await queue.status()).isPaused,
  });

/** Work on the jobs of a queue; null where whoever answers has no batch lane. */
export async function jobsAtWork(
  work: WorkContext,
  session: Session,
  storeOf: StoreOf,
  tier: Tier = 1,
): Promise<JobWorker | null> {
  const { deps, settings } = session;
  if (!settings.profile.can.batch) return null;
  const context = await jobContext(session, work.queue, storeOf);
  return jobWorker({ ...work, lane: { context, newId: deps.newId, tier }, isSandbox: deps.isSandbox });
}
