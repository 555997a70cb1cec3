import { z } from 'zod';
import type { ListedModel, Listing } from '../../core/doctor.ts';
import { Failure, restated } from '../../core/errors.ts';
import { failureOf } from '../failures/judge.ts';
import type { Exchange } from '../http/fetch.ts';
import { withHttp } from '../http/open.ts';
import type { GoogleContext } from './context.ts';
import { list, word } from '../lenient.ts';

const Page = z.object({
  models: list(z.object({ name: z.string(), supportedGenerationMethods: list(z.string()) })),
  nextPageToken: word,
});

/** A server that always names one more page must not keep the user waiting. */
const MOST_PAGES = 50;

/** Lists every model that the API has for this key, which costs nothing. */
export function listModels({ provider, open, clock }: GoogleContext, signal: AbortSignal): Promise<Listing> {
  const { baseUrl, timeouts } = provider;
  const timeoutMs = timeouts.listMs;

  return withHttp(open, async ({ fetch }) => {
    const models: ListedModel[] = [];
    let serverTime: number | null = null;
    let token: string | null = '';
    for (let pages = 0; token !== null && pages < MOST_PAGES; pages++) {
      const query = new URLSearchParams({ pageSize: '1000', ...(token !== '' && { pageToken: token }) });
      const url = `${baseUrl}/v1beta/models?${query.toString()}`;
      const exchange = await fetch({ method: 'GET', url, headers: {}, body: null }, { signal, timeoutMs });
      const page = pageIn(exchange) ?? fail(exchange);
      models.push(
        ...page.models.map(({ name, supportedGenerationMethods }) => ({
          id: name.replace(/^models\//, ''),
          methods: supportedGenerationMethods,
        })),
      );
      serverTime ??= timeOf(exchange.headers);
      token = page.nextPageToken || null;
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

function pageIn({ status, broke, body }: Exchange): z.infer<typeof Page> | null {
  if (broke !== null || status !== 200) return null;
  try {
    return Page.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return null;
  }
}

const reasonOf = ({ broke, status }: Exchange): string =>
  broke ? broke.code || broke.message : status === 200 ? 'the answer is no list' : `HTTP ${status}`;

function timeOf(headers: Headers): number | null {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? null : time;
}
