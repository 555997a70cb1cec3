import type { ListedModel, Listing } from '../../core/doctor-models.ts';
import { Failure, restated } from '../../core/errors.ts';
import { failureOf } from '../failures/judge.ts';
import type { Exchange } from '../http/fetch.ts';
import { withHttp } from '../http/open.ts';
import type { WireContext } from '../http/context.ts';
import { jsonIn } from '../lenient.ts';

/** One page of a list. */
export interface Page {
  readonly models: readonly ListedModel[];
  /** Names the next page; null where this is the last. */
  readonly next: string | null;
}

/** How a wire lists its models. */
export interface Pages {
  /** The address of a page; "" stands for the first. */
  readonly url: (token: string) => string;
  /** null where the answer is no list. */
  readonly read: (json: unknown) => Page | null;
}

/** A server that always names one more page must not keep the user waiting. */
const MOST_PAGES = 50;

/** Lists every model that a provider has for the key, which costs nothing. */
export function listed(
  { provider, open, clock }: WireContext,
  signal: AbortSignal,
  { url, read }: Pages,
): Promise<Listing> {
  const { baseUrl, timeouts } = provider;
  const timeoutMs = timeouts.listMs;

  return withHttp(open, async ({ fetch }) => {
    const models: ListedModel[] = [];
    let serverTime: number | null = null;
    let token: string | null = '';
    for (let pages = 0; token !== null && pages < MOST_PAGES; pages++) {
      const request = { method: 'GET', url: url(token), headers: {}, body: null } as const;
      const exchange = await fetch(request, { signal, timeoutMs });
      const isWhole = exchange.broke === null && exchange.status === 200;
      const page = (isWhole ? read(jsonIn(exchange.body)) : null) ?? fail(exchange);
      models.push(...page.models);
      serverTime ??= timeOf(exchange.headers);
      token = page.next;
    }
    return { models, serverTime };
  });

  function fail(exchange: Exchange): never {
    const context = { provider, model: 'the list of models', timeoutMs, now: clock.now() };
    const failure = failureOf(exchange, context);
    if (failure.kind === 'auth' || failure.kind === 'rate-limited' || failure.kind === 'cancelled')
      throw failure;
    if (signal.aborted) throw new Failure('cancelled', 'Cancelled while the models were listed.');
    // A list is never charged, however it ends.
    throw restated(failure, {
      kind: 'unavailable',
      charged: 'no',
      message: `${new URL(baseUrl).host} did not list its models (${reasonOf(exchange)}).`,
      hint: 'Check the network connection, the proxy, and the base URL if you set one.',
    });
  }
}

const reasonOf = ({ broke, status }: Exchange): string =>
  broke ? broke.code || broke.message : status === 200 ? 'the answer is no list' : `HTTP ${status}`;

function timeOf(headers: Pick<Headers, 'get'>): number | null {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? null : time;
}
