import pLimit from 'p-limit';
import { MOST_JOB_REQUESTS } from '../../core/catalogue/account-limits.ts';
import { asFailure, FAILURES, mostPressing, restated, type Failure } from '../../core/errors.ts';
import { answerSpace } from '../../core/order/answer-space.ts';
import type { QueueEnd, QueueState } from '../../core/policy/queue.ts';
import type { Deps, JobItem, QueueJob } from '../../ports/index.ts';
import { closeLostJob, isLost } from '../batch/close-lost-job.ts';
import { isHere } from '../batch/is-here.ts';
import { MOST_AT_ONCE } from '../batch/collect.ts';
import { endOfItems } from '../batch/outcome.ts';
import { planJobs } from '../batch/plan.ts';
import type { Advanced, BatchLane } from '../batch/types.ts';
import { isGoingOn, jobLooks, longerPause } from '../batch/wait.ts';
import type { PurchaseRequest } from '../request.ts';
import { toldQueue } from './told-queue.ts';
import type { WorkContext } from './work-context.ts';

export type JobWorker = ReturnType<typeof jobWorker>;

/** What work on the jobs of a queue needs. */
export interface JobWorkerOptions extends WorkContext {
  readonly lane: Pick<BatchLane, 'context' | 'newId' | 'tier'>;
  readonly isSandbox: Deps['isSandbox'];
}

/** How the jobs of a queue stand that are not done. */
export interface JobsStand {
  /** What is in the way of one of them; null where nothing is. */
  readonly failure: Failure | null;
  /** Whether none of them goes on by itself. */
  readonly isStuck: boolean;
}

const ALL_WELL: JobsStand = { failure: null, isStuck: false };

/** Pictures of a job that come to their ends at the same time: the ledger writes them down together. */
const FINISHED_AT_ONCE = 8;

/** Gathers what waits for lane batch into jobs, and takes the jobs of a queue as far as they go, whoever made them. */
export function jobWorker({ queue, lane, isSandbox, requestOf, prepare, onEvent }: JobWorkerOptions) {
  const { context } = lane;
  const { books, clock, stop } = context;
  const { ledger } = books;
  const look = jobLooks(context);
  const told = new Map<string, string>();
  const later = toldQueue(queue);
  let stand = ALL_WELL;
  let pause = longerPause();
  let lookAt = -Infinity;

  /** All that waits, in jobs as large as may be. */
  async function gatherAll(): Promise<boolean> {
    await later.catchUp();
    let isAny = false;
    while (!stop.aborted) {
      const taken = await queue.takeForJobs(MOST_JOB_REQUESTS);
      if (taken.length === 0) break;
      isAny = true;
      await gather(taken);
    }
    return isAny;
  }

  async function gather(taken: readonly QueueJob[]): Promise<void> {
    for (const job of taken) onEvent({ event: 'taken', job });
    const mine = new Set(taken);
    try {
      await prepare(taken);
      const jobOf = new Map<PurchaseRequest, QueueJob>();
      for (const job of taken) jobOf.set(requestOf(job).request, job);
      const requests = [...jobOf.keys()];
      const [first] = taken;
      const { jobs, failed } = await planJobs(requests, first?.run ?? { runId: '' }, lane);
      for (const [request, failure] of failed) {
        const job = jobOf.get(request);
        if (job === undefined) continue;
        await giveUp(job, failure);
        // It is not held any more, so it does not wait again.
        mine.delete(job);
        await finish(job, () => failure);
      }
      await books.journal.prove(
        answerSpace(
          requests.map(({ offer }) => offer.order),
          MOST_AT_ONCE,
        ),
      );
      for (const jobId of await queue.gather(jobs)) {
        const job = jobs.find((each) => each.jobId === jobId);
        if (job !== undefined) onEvent({ event: 'gathered', job });
      }
    } catch (error) {
      const failure = asFailure(error);
      for (const job of mine) {
        onEvent({ event: 'returned', job, failure });
        // What the queue cannot take back now, it does at the next round.
        await later.giveBack(job.plan.attemptId).catch(() => undefined);
      }
      throw failure;
    }
  }

  /** A picture that no job can ask for; trouble that all of them would meet is thrown. */
  async function giveUp(job: QueueJob, failure: Failure): Promise<void> {
    const { ends } = FAILURES[failure.kind];
    if (ends !== 'request' && ends !== 'order') throw failure;
    await ledger.release(job.plan.attemptId, failure.message, failure.kind);
  }

  /** Looks at the jobs of this key, and lets their pictures come to their ends. Of what others fetch, the queue hears itself. */
  async function advanceAll(): Promise<readonly Advanced[]> {
    const open = await queue.openJobs();
    stand = ALL_WELL;
    if (open.length === 0) return [];
    const jobs = (await ledger.jobs.list('open')).filter(
      ({ jobId, repeats }) => open.includes(jobId) || (repeats !== null && open.includes(repeats)),
    );
    // A job whose twin is not done is not either.
    const here = jobs.flatMap((job) => (isHere(job, context) ? (job.repeats ?? job.jobId) : []));
    const pictures = new Map<string, readonly QueueJob[]>();
    for (const jobId of open) pictures.set(jobId, await queue.inJob(jobId));
    for (const job of jobs) {
      if (job.busy || !(await isLost(job, context, { isSandbox }))) continue;
      await closeLostJob(job, context);
      await finishIn(job.jobId, pictures.get(job.jobId) ?? []);
    }
    const advanced = await look([...new Set(here)]);
    // One that broke off may have brought some of them, and whoever goes on with it tells of the rest.
    for (const { jobId, status, failure } of advanced)
      if (status === 'done' || status === 'ended' || failure !== null)
        await finishIn(jobId, pictures.get(jobId) ?? [], failure);
    const known = new Map(advanced.map((each) => [each.jobId, each]));
    // What others have to go on with does so, as far as anybody here can know.
    const left = open
      .map((jobId): Advanced => known.get(jobId) ?? { jobId, status: 'busy', failure: null })
      .filter(({ status }) => status !== 'done');
    stand = {
      failure: mostPressing(left.flatMap(({ failure }) => failure ?? [])),
      isStuck: left.length > 0 && !left.some(isGoingOn),
    };
    return advanced;
  }

  async function finishIn(
    jobId: string,
    pictures: readonly QueueJob[],
    trouble: Failure | null = null,
  ): Promise<void> {
    if (pictures.length === 0) return;
    const items = new Map((await ledger.jobs.items(jobId)).map((item) => [item.attempt.attemptId, item]));
    await pLimit(FINISHED_AT_ONCE).map(pictures, async (job) => {
      const item = items.get(job.plan.attemptId);
      if (item === undefined || ['held', 'sent', 'replied'].includes(item.state)) return;
      // Paid for, and its place did not take it.
      const isUnsaved = item.state === 'settled' && trouble?.kind === 'disk';
      await finish(job, (end) => (isUnsaved ? trouble : shortOf(item, end)));
    });
  }

  async function finish(job: QueueJob, failureOf: (end: QueueEnd) => Failure | null): Promise<void> {
    await later.finish(job.plan.attemptId, (end) => {
      if (end === null) return;
      const { state, amount: cost } = end;
      const tookMs = clock.now() - job.heldAt;
      onEvent({ event: 'ended', job, state, cost, tookMs, failure: failureOf(end) });
    });
  }

  /** What is in the way of jobs, as long as it is news. */
  function newTroubles(advanced: readonly Advanced[]): readonly Advanced[] {
    return advanced.filter(({ jobId, failure }) => {
      const isNew = failure !== null && failure.kind !== 'cancelled' && told.get(jobId) !== failure.message;
      told.set(jobId, failure?.message ?? '');
      return isNew;
    });
  }

  return {
    /** As they were when they were last looked at. */
    stand: (): JobsStand => stand,
    /** Tells the queue what it could not write down at once. */
    catchUp: (): Promise<void> => later.catchUp(),
    /** Does what there is to do now; resolves to what is newly in the way of jobs. */
    async round(): Promise<readonly Advanced[]> {
      const isNew = await gatherAll();
      if (isNew) pause = longerPause();
      else if (clock.now() < lookAt) return [];
      else pause = longerPause(pause);
      lookAt = clock.now() + pause;
      return newTroubles(await advanceAll());
    },
  };
}

/** What asks again for pictures that came to nothing. */
const AGAIN: Partial<Record<QueueState, string>> = {
  failed: 'pixtab queue retry asks again.',
  refused: 'pixtab queue retry --refused asks again, and pays again.',
  unconfirmed: 'pixtab queue retry --unconfirmed asks again, and may pay twice.',
};

/** Why a picture of a job did not come; null where it did. */
function shortOf(item: JobItem, { state, why }: QueueEnd): Failure | null {
  const [failure] = endOfItems([item]).failures;
  if (failure === undefined) return null;
  // What is paid for is not asked for again.
  const hint = item.state === 'settled' ? failure.hint : (AGAIN[state] ?? failure.hint);
  return restated(failure, { message: why ?? failure.message, hint });
}
