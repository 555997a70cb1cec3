import { asFailure, restated, type Failure } from '../../core/errors.ts';
import type { Clock, QueueJob } from '../../ports/index.ts';
import type { PurchaseContext } from '../request.ts';
import { queuedBuyer } from './buy-queued.ts';
import type { JobWorker } from './job-worker.ts';
import { isHopeless, restsBy } from './rests.ts';
import { provesRoom } from './room.ts';
import { toldQueue } from './told-queue.ts';
import type { WorkContext } from './work-context.ts';

export interface WorkerOptions extends WorkContext {
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

/** Looks this often for what dead workers left while there is nothing to take. */
const LEFT_MS = 60_000;

/** Takes pictures and buys each, several at once, until it is told to stop. Resolves to why it ended by itself; null otherwise. */
export async function work(options: WorkerOptions): Promise<Failure | null> {
  const { queue, buyer, clock, requestOf, prepare, finishLeft, jobs, untilEmpty, waitUntil, onEvent } =
    options;
  const { stop, concurrency } = buyer;
  const rests = restsBy(clock);
  const told = toldQueue(queue);
  const buy = queuedBuyer({ buyer, queue: told, rests, clock, requestOf });
  const proveRoom = provesRoom(buyer.books, { concurrency, clock, requestOf });
  const busy = new Set<Promise<void>>();
  const atJobs = new Set<Promise<void>>();
  let gatherAt = -Infinity;
  let leftAt = clock.now();

  async function take(room: number): Promise<readonly QueueJob[]> {
    await told.catchUp();
    const taken = await queue.take(room);
    if (taken.length === 0) return taken;
    for (const { plan } of taken) told.drop(plan.attemptId);
    try {
      await prepare(taken);
      await proveRoom(taken);
      return taken;
    } catch (error) {
      for (const { plan } of taken) await told.giveBack(plan.attemptId).catch(() => undefined);
      throw error;
    }
  }

  function begin(among: Set<Promise<void>>, work: Promise<void>): void {
    const begun = work.finally(() => among.delete(begun));
    among.add(begun);
  }

  async function buyOne(job: QueueJob): Promise<void> {
    onEvent({ event: 'taken', job });
    onEvent(await buy(job));
  }

  async function workOnJobs(worker: JobWorker): Promise<void> {
    try {
      for (const { jobId, status, failure } of await worker.round()) {
        if (failure === null) continue;
        onEvent({ event: 'stuck', jobId, failure });
        // What is wrong with one job at the API is no reason to make no other.
        if (isHopeless(failure) && (status !== 'running' || failure.kind === 'disk')) rests.giveUp(failure);
      }
    } catch (error) {
      rests.begin(asFailure(error));
    }
    gatherAt = clock.now() + GATHERING_MS;
  }

  /** Whether there is nothing left to wait for. */
  async function isOver(): Promise<boolean> {
    if (!untilEmpty || busy.size + atJobs.size > 0) return false;
    const { counts, isPaused } = await queue.status();
    if (isPaused) return true;
    // What still waits where nothing is bought by batch is for the jobs of others.
    const waiting = jobs === null ? 0 : counts.waiting;
    if (waiting + counts.working > 0) return false;
    if (counts.inJobs === 0) return true;
    const { failure, isStuck } = jobs?.stand() ?? { failure: null, isStuck: false };
    if (!isStuck && clock.now() < waitUntil) return false;
    if (failure !== null) rests.giveUp(failure);
    return true;
  }

  async function finishNowAndThen(): Promise<void> {
    if (clock.now() - leftAt < LEFT_MS) return;
    leftAt = clock.now();
    // Where that fails, it is as it was, and comes again.
    await finishLeft().catch(() => undefined);
  }

  /** Takes what there is room for; resolves to whether there is nothing more to do. */
  async function round(): Promise<boolean> {
    if (rests.leftMs() > 0) return false;
    const room = concurrency - busy.size;
    const taken = room > 0 ? await take(room) : [];
    for (const job of taken) begin(busy, buyOne(job));
    // The urgent ones are on their way by now.
    if (jobs !== null && atJobs.size === 0 && clock.now() >= gatherAt) begin(atJobs, workOnJobs(jobs));
    if (taken.length > 0 || room === 0) return false;
    if (await isOver()) {
      await finishLeft();
      return true;
    }
    await finishNowAndThen();
    return false;
  }

  const woken = (ms: number): Promise<void> => clock.sleep(ms, stop).catch(() => undefined);
  // What saving needs is loaded before anything is paid for.
  await buyer.saver();
  while (!stop.aborted && rests.reason() === null) {
    try {
      if (await round()) break;
    } catch (error) {
      rests.begin(restated(asFailure(error), { charged: 'no' }));
    }
    const restMs = rests.leftMs();
    const isFull = busy.size >= concurrency;
    const pause = restMs > 0 ? restMs : IDLE_MS;
    await Promise.race([...busy, ...atJobs, ...(isFull ? [] : [woken(pause)])]);
  }
  await Promise.all([...busy, ...atJobs]);
  // Where that fails too, it is read in the ledger by those who come later.
  await Promise.allSettled([told.catchUp(), jobs?.catchUp()]);
  return rests.reason();
}
