import pRetry from 'p-retry';
import { Failure } from '../../core/errors.ts';
import { verdict } from '../../core/policy/retry.ts';
import type { Clock, ImageApi, SendOptions } from '../../ports/index.ts';

/** Sends again what was certainly not charged, within the retries and the waiting that the caller allows. */
export function retrying(api: ImageApi, clock: Clock): ImageApi {
  return {
    ...api,
    send: (order, options) => {
      const judge = judgeFor(options, clock);
      // p-retry does not get the signal: it would drop an answer that arrives later, and that answer is paid for.
      return pRetry(() => api.send(order, options), {
        retries: options.retries,
        minTimeout: 0,
        // Throwing from here ends the loop with what is thrown.
        onFailedAttempt: ({ error, attemptNumber }) => judge(error, attemptNumber),
      });
    },
  };
}

/** Waits before the next send, or throws what the caller is to see. */
function judgeFor({ signal, stop, retries, retryBudgetMs, onRetry }: SendOptions, clock: Clock) {
  const leave = AbortSignal.any([signal, stop]);
  let waitedMs = 0;
  return async (error: Error, sends: number): Promise<void> => {
    if (!(error instanceof Failure)) throw error;
    const next = verdict(error, { retries, budgetMs: retryBudgetMs }, { sends, waitedMs }, clock.random());
    if ('stop' in next) throw next.stop;
    await onRetry(error, next.waitMs);
    await wait(next.waitMs);
    waitedMs += next.waitMs;
  };

  async function wait(ms: number): Promise<void> {
    try {
      await clock.sleep(ms, leave);
    } catch (error) {
      if (!leave.aborted) throw error;
      throw new Failure('cancelled', 'Cancelled while waiting to try again; nothing was charged.', {
        charged: 'no',
      });
    }
  }
}
