import { Failure } from '../../core/errors.ts';
import type { Order } from '../../core/order/order.ts';
import type { Clock, Connection, ImageApi, SendOptions } from '../../ports/index.ts';
import { failureOf, isGood } from './failures.ts';
import { guardedFetch, type Carry, type Exchange, type WireRequest } from './fetch.ts';
import { composeGemini } from './gemini.ts';
import { composeImagen } from './imagen.ts';
import { openProxy, type ProxySettings } from './proxy.ts';
import { redact, shortened } from './redact.ts';
import { readReply } from './reply.ts';

export interface World {
  readonly clock: Pick<Clock, 'now'>;
  readonly proxy?: ProxySettings | null;
}

/** Google's image models over the Gemini API. Every `send` is one request at most. */
export function googleApi(connection: Connection, { clock, proxy = null }: World): ImageApi {
  const { baseUrl, apiKey } = connection;
  const clean = (text: string): string => redact(text, apiKey);

  return {
    async preview(order) {
      const { url, body } = await composed(order, baseUrl);
      return { method: 'POST', url, body: JSON.parse(body ?? 'null', shortened) };
    },

    async send(order, options) {
      const exchange = await exchanged(order, options);
      if (isGood(exchange)) return { status: exchange.status, body: exchange.body };
      const { timeoutMs } = options;
      throw failureOf(exchange, { model: order.model.id, baseUrl, timeoutMs, now: clock.now(), clean });
    },

    read: (body, wire) => readReply(body, wire, clean),
  };

  async function exchanged(order: Order, { signal, timeoutMs, beforeSend }: SendOptions): Promise<Exchange> {
    const dispatcher = await openProxy(proxy, baseUrl);
    try {
      const fetch = guardedFetch(connection, { dispatcher });
      let exchange: Exchange | undefined;
      await compose(order, baseUrl, async (request) => {
        if (signal.aborted) return;
        await beforeSend();
        exchange = await fetch(withDeadline(request, timeoutMs), { signal, timeoutMs });
      });
      if (!exchange) throw new Failure('cancelled', 'Cancelled before anything was sent.', { charged: 'no' });
      return exchange;
    } finally {
      // A proxy that stalls would keep the process alive.
      await dispatcher?.destroy();
    }
  }
}

const compose = (order: Order, baseUrl: string, carry: Carry): Promise<void> =>
  order.model.wire === 'predict'
    ? composeImagen(order, baseUrl, carry)
    : composeGemini(order, baseUrl, carry);

async function composed(order: Order, baseUrl: string): Promise<WireRequest> {
  let request: WireRequest | undefined;
  await compose(order, baseUrl, async (composed) => {
    request = composed;
  });
  if (!request) throw new Failure('bug', 'The SDK composed no request.');
  return request;
}

// The API rejects deadlines under ten seconds.
const LEAST_DEADLINE_SECONDS = 10;

/** Tells the server when nobody will be waiting any more. */
const withDeadline = (request: WireRequest, timeoutMs: number): WireRequest => ({
  ...request,
  headers: {
    ...request.headers,
    'x-server-timeout': String(Math.max(LEAST_DEADLINE_SECONDS, Math.ceil(timeoutMs / 1_000))),
  },
});
