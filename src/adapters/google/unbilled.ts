import { Failure, restated } from '../../core/errors.ts';
import { verdict } from '../../core/policy/retry.ts';
import { failureOf, isGood } from '../failures/judge.ts';
import type { Exchange } from '../http/fetch.ts';
import type { Outgoing } from '../http/types.ts';
import { withHttp } from '../http/open.ts';
import type { WireContext } from '../http/context.ts';

export interface UnbilledCall {
  readonly signal: AbortSignal;
  /** What the call does, as the start of a sentence: "Uploading the requests". */
  readonly what: string;
  /** Whether an error is an answer too: a 404 says that the thing is gone. */
  readonly accept?: (exchange: Exchange) => boolean;
  /** Throws the first failure, and does not repeat the call. */
  readonly once?: boolean;
}

/** Calls that cost nothing, so each is repeated until it works or certainly never will. */
export interface UnbilledCalls {
  call(request: Outgoing, call: UnbilledCall): Promise<Exchange>;
  /** Repeats work that fails with a Failure that may be repeated. */
  again<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Failure `cancelled`, with nothing charged, when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  failure(exchange: Exchange, what: string): Failure;
}

const PATIENCE = { retries: 5, budgetMs: 5 * 60_000 };

export function unbilledCalls({ provider, open, clock }: WireContext): UnbilledCalls {
  const timeoutMs = provider.timeouts.callMs;

  async function once(request: Outgoing, { signal, what, accept }: UnbilledCall): Promise<Exchange> {
    const exchange = await withHttp(open, ({ fetch }) => fetch(request, { signal, timeoutMs }));
    if (isGood(exchange) || (exchange.broke === null && accept?.(exchange))) return exchange;
    throw failure(exchange, what);
  }

  /** Rewords a row of the table of failures, which speaks of money, for a call that costs nothing. */
  function failure(exchange: Exchange, what: string): Failure {
    const { broke, status } = exchange;
    const known = failureOf(exchange, { provider, model: 'it', timeoutMs, now: clock.now() });
    if (broke?.by === 'caller') return new Failure('cancelled', 'Cancelled.', { charged: 'no' });
    const detail = { charged: 'no', detail: known.detail } as const;
    if (known.kind === 'unconfirmed') {
      const why = broke ? broke.code || broke.message : `HTTP ${status}`;
      return new Failure('unavailable', `${what} did not work: ${why}.`, { ...detail, repeat: true });
    }
    const isTheirs = status !== null && status >= 500;
    return restated(known, {
      message: `${what} did not work. ${known.message}`,
      charged: 'no',
      repeat: known.repeat || isTheirs,
      // The row's own hint is for a purchase that was too much for its model.
      ...(isTheirs && { hint: 'Try again later.' }),
    });
  }

  async function again<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    let waitedMs = 0;
    for (let sends = 1; ; sends++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const next = verdict(error, PATIENCE, { sends, waitedMs }, clock.random());
        if ('stop' in next) throw next.stop;
        await pause(next.waitMs, signal);
        waitedMs += next.waitMs;
      }
    }
  }

  async function pause(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Failure('cancelled', 'Cancelled.', { charged: 'no' });
    }
  }

  return {
    failure,
    again,
    pause,
    call: (request, call) =>
      call.once ? once(request, call) : again(() => once(request, call), call.signal),
  };
}

/** Whether the API says that the thing is gone. It answers 403 for a file that is gone, as for one of another key. */
export function isGone({ status, body }: Exchange): boolean {
  return status === 404 || (status === 403 && new TextDecoder().decode(body).includes('may not exist'));
}
