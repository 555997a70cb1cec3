import { asFailure, FAILURES, type Failure } from '../../core/errors.ts';
import type { QueueState } from '../../core/policy/queue.ts';
import type { Clock, QueueJob } from '../../ports/index.ts';
import { joined } from '../joined.ts';
import type { PurchaseContext } from '../request.ts';
import { trySender } from '../send-try.ts';
import { summarise } from '../summary.ts';
import { spentOn, type Try } from '../tries.ts';
import { tryUntilDone } from '../try-again.ts';
import type { Rests } from './rests.ts';
import type { ToldQueue } from './told-queue.ts';
import type { WorkContext, WorkEvent } from './work-context.ts';

export interface QueuedBuyerOptions extends Pick<WorkContext, 'requestOf'> {
  /** What the engine buys with; what is given up for a reason that is not the picture's own goes back to the queue. */
  readonly buyer: PurchaseContext;
  readonly queue: ToldQueue;
  readonly rests: Rests;
  readonly clock: Clock;
}

/** What became of a picture that was taken. */
type Outcome = Extract<WorkEvent, { readonly event: 'ended' | 'returned' }>;

/** A picture that was given back this often by one worker has a reason of its own. */
const MOST_RETURNS = 3;

/** Buys one picture after the other, or several at once. Never throws: what goes wrong is an outcome, or a rest. */
export function queuedBuyer({
  buyer,
  queue,
  rests,
  clock,
  requestOf,
}: QueuedBuyerOptions): (job: QueueJob) => Promise<Outcome> {
  const returns = new Map<string, number>();

  /** The ledger, but that what is not the picture's fault keeps its hold and waits for the next. */
  function booksFor(job: QueueJob, onReturned: () => void): PurchaseContext['books'] {
    const { ledger } = buyer.books;
    return {
      ...buyer.books,
      ledger: {
        ...ledger,
        async release(attemptId, why, as) {
          const times = returns.get(attemptId) ?? 0;
          const isShared = FAILURES[as].ends !== 'request' && FAILURES[as].ends !== 'order';
          if (attemptId !== job.plan.attemptId || !isShared || (times >= MOST_RETURNS && as !== 'cancelled'))
            return ledger.release(attemptId, why, as);
          returns.set(attemptId, times + (as === 'cancelled' ? 0 : 1));
          onReturned();
          await queue.giveBack(attemptId, { isUncharged: true });
        },
      },
    };
  }

  /** All that was tried for it, and whether the last of it went back to the queue. */
  async function tried(
    job: QueueJob,
  ): Promise<{ readonly tries: readonly Try[]; readonly isReturned: boolean }> {
    let isReturned = false;
    const [stop, leave] = [joined(buyer.stop), joined(buyer.leave)];
    const books = booksFor(job, () => (isReturned = true));
    const own: PurchaseContext = { ...buyer, stop: stop.signal, leave: leave.signal, books };
    try {
      const { request, attempt } = requestOf(job);
      const { tries } = await tryUntilDone(request, [attempt], job.run, trySender(own), own);
      return { tries, isReturned };
    } finally {
      stop.end();
      leave.end();
    }
  }

  /** Has the queue write down what became of it; resolves to that, whether or not the queue can be told now. */
  async function finished({ plan }: QueueJob, failure: Failure | null): Promise<QueueState> {
    let state = stateAfter(failure);
    const finish = (): Promise<void> =>
      queue.finish(plan.attemptId, (end) => {
        if (end !== null) state = end.state;
        // The ledger does not know what became of it, and nobody else looks after it as long as this process lives.
        else if (failure !== null) rests.giveUp(failure);
      });
    await finish()
      .catch(finish)
      .catch((error: unknown) => rests.begin(asFailure(error)));
    return state;
  }

  return async (job) => {
    const began = clock.now();
    const returned = (failure: Failure): Outcome => {
      rests.begin(failure);
      return { event: 'returned', job, failure };
    };
    let all: Awaited<ReturnType<typeof tried>>;
    try {
      all = await tried(job);
    } catch (error) {
      // Nothing was sent.
      await queue.giveBack(job.plan.attemptId).catch(() => undefined);
      return returned(asFailure(error));
    }
    const { tries, isReturned } = all;
    const { failure } = summarise(tries);
    if (isReturned) return returned(failure ?? asFailure(new Error('it was given back')));
    if (failure?.kind === 'disk') rests.begin(failure);
    else if (failure === null) rests.end();
    const state = await finished(job, failure);
    const cost = spentOn(tries.flatMap(({ results }) => results));
    return { event: 'ended', job, state, cost, tookMs: clock.now() - began, failure };
  };
}

function stateAfter(failure: Failure | null): QueueState {
  if (failure === null) return 'done';
  if (failure.kind === 'refused' || failure.kind === 'unconfirmed') return failure.kind;
  return 'failed';
}
