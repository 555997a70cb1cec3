import {
  asFailure,
  FAILURES,
  mostPressing,
  restated,
  type Failure,
  type FailureKind,
} from '../../core/errors.ts';
import { answerSpace } from '../../core/order/answer-space.ts';
import type { QueueState } from '../../core/policy/queue.ts';
import type { Clock, Queue, QueueJob } from '../../ports/index.ts';
import { joined } from '../joined.ts';
import type { PurchaseContext } from '../request.ts';
import type { JobWorker } from './job-worker.ts';
import { trySender } from '../send-try.ts';
import { PROVEN_MS } from '../store-original.ts';
import { spentOn, type Try } from '../tries.ts';
import { tryUntilDone } from '../try-again.ts';
import { summarise } from '../summary.ts';
import type { WorkContext } from './work-context.ts';

export interface WorkerOptions extends WorkContext {
  /** What the engine buys with; what is given up for a reason that is not the picture's own goes back to the queue. */
  readonly buyer: PurchaseContext;
  readonly clock: Clock;
  /** Finishes what workers paid for that died before it was saved, as far as the journal here has it. */
  readonly finishLeft: () => Promise<void>;
  /** Gathers what is bought by batch; null where nothing is bought so here. */
  readonly jobs: JobWorker | null;
  /** Ends when nothing waits and nobody works; otherwise only when it is told to. */
  readonly untilEmpty: boolean;
  /** How long jobs are waited for even then, in milliseconds since 1970. */
  readonly waitUntil: number;
}

/** Looks for more this often while there is nothing to do. */
const IDLE_MS = 1_000;

/** Looks this often for what is to be gathered into jobs. */
const GATHERING_MS = 2_000;

/** A picture that was given back this often by one worker has a reason of its own. */
const MOST_RETURNS = 3;

/** After so many in a row that could not be asked for, the worker ends: it is not the pictures. */
const MOST_TROUBLES = 10;

/** How long nothing is taken after trouble that all pictures would meet; twice as long each time. */
const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 60_000;

/** Looks this often for what dead workers left while there is nothing to take. */
const LEFT_MS = 60_000;

type Uncharged = NonNullable<Parameters<Queue['giveBack']>[1]>;

/** Trouble that no waiting mends. */
const HOPELESS = new Set<FailureKind>(['auth', 'budget', 'bug', 'disk', 'usage']);

/** Takes pictures and buys each, several at once, until it is told to stop. Resolves to why it ended by itself; null otherwise. */
export async function work(options: WorkerOptions): Promise<Failure | null> {
  const { queue, buyer, clock, requestOf, prepare, finishLeft, jobs, untilEmpty, waitUntil, onEvent } =
    options;
  const { stop, concurrency, books } = buyer;
  const busy = new Set<Promise<void>>();
  let atJobs: Promise<void> | null = null;
  let gatherAt = -Infinity;
  const returns = new Map<string, number>();
  const troubles: { count: number; restUntil: number; end: Failure | null } = {
    count: 0,
    restUntil: 0,
    end: null,
  };

  /** Ends for the most pressing reason: what comes to light while the rest is finished may be worse than the first. */
  function endFor(failure: Failure): void {
    troubles.end = mostPressing([...(troubles.end ? [troubles.end] : []), failure]);
  }

  function trouble(failure: Failure): void {
    if (failure.kind === 'cancelled') return;
    troubles.count += 1;
    const rest = failure.retryAfterSeconds
      ? failure.retryAfterSeconds * 1_000
      : FIRST_REST_MS * 2 ** (troubles.count - 1);
    troubles.restUntil = clock.now() + Math.min(rest, LONGEST_REST_MS);
    if (HOPELESS.has(failure.kind) || troubles.count >= MOST_TROUBLES) endFor(failure);
  }

  /** The ledger, but that what is not the picture's fault keeps its hold and waits for the next. */
  function booksFor(job: QueueJob, onReturned: () => void): PurchaseContext['books'] {
    const { ledger } = books;
    return {
      ...books,
      ledger: {
        ...ledger,
        async release(attemptId, why, as) {
          const times = returns.get(attemptId) ?? 0;
          const isShared = FAILURES[as].ends !== 'request' && FAILURES[as].ends !== 'order';
          if (attemptId !== job.plan.attemptId || !isShared || (times >= MOST_RETURNS && as !== 'cancelled'))
            return ledger.release(attemptId, why, as);
          returns.set(attemptId, times + (as === 'cancelled' ? 0 : 1));
          onReturned();
          await giveBack(attemptId, { isUncharged: true });
        },
      },
    };
  }

  /** Pictures that this worker is done with, and the queue does not know it yet: how it is told. */
  const unwritten = new Map<string, () => Promise<void>>();
  async function tell(attemptId: string, step: () => Promise<void>): Promise<void> {
    try {
      await step();
      unwritten.delete(attemptId);
    } catch (error) {
      unwritten.set(attemptId, step);
      throw error;
    }
  }

  /** What was not charged goes back, and anything else ends as the ledger has it. */
  const giveBack = (attemptId: string, how: Uncharged = { isUncharged: false }): Promise<void> =>
    tell(attemptId, async () => {
      await queue.giveBack(attemptId, how);
      await queue.finish(attemptId);
    });

  async function buyOne(job: QueueJob): Promise<void> {
    const { attemptId } = job.plan;
    const began = clock.now();
    let isReturned = false;
    let tries: readonly Try[];
    // Whoever takes it has it anew, so what was to be written down of it was.
    unwritten.delete(attemptId);
    onEvent({ event: 'taken', job });
    const returned = (failure: Failure): void => {
      onEvent({ event: 'returned', job, failure });
      trouble(failure);
    };
    const [ownStop, ownLeave] = [joined(stop), joined(buyer.leave)];
    try {
      const own: PurchaseContext = {
        ...buyer,
        stop: ownStop.signal,
        leave: ownLeave.signal,
        books: booksFor(job, () => (isReturned = true)),
      };
      const { request, attempt } = requestOf(job);
      ({ tries } = await tryUntilDone(request, [attempt], job.run, trySender(own), own));
    } catch (error) {
      // Nothing was sent.
      await giveBack(attemptId).catch(() => undefined);
      return returned(asFailure(error));
    } finally {
      ownStop.end();
      ownLeave.end();
    }
    const { failure } = summarise(tries);
    if (isReturned) return returned(failure ?? asFailure(new Error('it was given back')));
    if (failure?.kind === 'disk') trouble(failure);
    else if (failure === null) troubles.count = 0;
    // What it came to is known here, whether or not the queue can be told now.
    let state: QueueState = failure === null ? 'done' : 'working';
    const finish = (): Promise<void> =>
      tell(attemptId, async () => {
        const end = await queue.finish(attemptId);
        if (end !== null) state = end.state;
        // The ledger does not know what became of it, and nobody else looks after it as long as this process lives.
        else if (failure !== null) endFor(failure);
      });
    await finish()
      .catch(finish)
      .catch((error: unknown) => trouble(asFailure(error)));
    const cost = spentOn(tries.flatMap(({ results }) => results));
    onEvent({ event: 'ended', job, state, cost, tookMs: clock.now() - began, failure });
  }

  const proven = { bytes: 0, at: -Infinity };
  /** Proves that as many answers have room as may be under way at once, all of them like these. */
  async function proveRoom(jobs: readonly QueueJob[]): Promise<void> {
    const orders = jobs.map((job) => requestOf(job).attempt.order);
    const all = Array.from({ length: concurrency }, () => orders).flat();
    const bytes = answerSpace(all, concurrency);
    if (bytes <= proven.bytes && clock.now() - proven.at < PROVEN_MS) return;
    await books.journal.prove(bytes);
    Object.assign(proven, { bytes, at: clock.now() });
  }

  async function take(room: number): Promise<readonly QueueJob[]> {
    for (const [attemptId, step] of unwritten) await tell(attemptId, step);
    const jobs = await queue.take(room);
    if (jobs.length === 0) return jobs;
    try {
      await prepare(jobs);
      await proveRoom(jobs);
      return jobs;
    } catch (error) {
      for (const { plan } of jobs) await queue.giveBack(plan.attemptId);
      throw error;
    }
  }

  async function workOnJobs(worker: JobWorker): Promise<void> {
    try {
      for (const { jobId, status, failure } of await worker.round()) {
        if (failure === null) continue;
        onEvent({ event: 'stuck', jobId, failure });
        // What is wrong with one job at the API is no reason to make no other.
        if (HOPELESS.has(failure.kind) && (status !== 'running' || failure.kind === 'disk')) endFor(failure);
      }
    } catch (error) {
      trouble(asFailure(error));
    }
    gatherAt = clock.now() + GATHERING_MS;
    atJobs = null;
  }

  /** Whether there is nothing left to wait for. */
  async function isOver(): Promise<boolean> {
    if (!untilEmpty || busy.size > 0 || atJobs !== null) return false;
    const { counts, isPaused } = await queue.status();
    if (isPaused) return true;
    // What still waits where nothing is bought by batch is for the jobs of others.
    const waiting = jobs === null ? 0 : counts.waiting;
    if (waiting + counts.working > 0) return false;
    if (counts.inJobs === 0) return true;
    const { failure, isStuck } = jobs?.stand() ?? { failure: null, isStuck: false };
    if (!isStuck && clock.now() < waitUntil) return false;
    if (failure !== null) endFor(failure);
    return true;
  }

  let leftAt = clock.now();
  async function finishNowAndThen(): Promise<void> {
    if (clock.now() - leftAt < LEFT_MS) return;
    leftAt = clock.now();
    // Where that fails, it is as it was, and comes again.
    await finishLeft().catch(() => undefined);
  }

  const woken = (ms: number): Promise<void> => clock.sleep(ms, stop).catch(() => undefined);
  // What saving needs is loaded before anything is paid for.
  await buyer.saver();
  try {
    while (!stop.aborted && troubles.end === null) {
      const rest = troubles.restUntil - clock.now();
      const room = rest > 0 ? 0 : concurrency - busy.size;
      const taken = room > 0 ? await take(room) : [];
      for (const job of taken) {
        const buying: Promise<void> = buyOne(job).finally(() => busy.delete(buying));
        busy.add(buying);
      }
      // The urgent ones are on their way by now.
      if (jobs !== null && atJobs === null && rest <= 0 && clock.now() >= gatherAt) atJobs = workOnJobs(jobs);
      if (taken.length === 0 && rest <= 0 && room > 0) {
        if (await isOver()) {
          await finishLeft();
          break;
        }
        await finishNowAndThen();
      }
      const isFull = busy.size >= concurrency;
      const pause = rest > 0 ? rest : IDLE_MS;
      await Promise.race([...busy, ...(atJobs ? [atJobs] : []), ...(isFull ? [] : [woken(pause)])]);
    }
  } catch (error) {
    endFor(restated(asFailure(error), { charged: 'no' }));
  }
  await Promise.all([...busy, atJobs]);
  return troubles.end;
}
