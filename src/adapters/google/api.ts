import { Failure } from '../../core/errors.ts';
import type { Order } from '../../core/order/order.ts';
import type { ImageApi, SendOptions } from '../../ports/index.ts';
import { failureOf, isGood } from '../failures/judge.ts';
import type { Carry, Exchange, WireRequest } from '../http/fetch.ts';
import { withHttp } from '../http/open.ts';
import type { GoogleContext } from './context.ts';
import { composeGemini } from './gemini.ts';
import { composeImagen } from './imagen.ts';
import { shown } from './preview.ts';
import { readReply, replyIn } from './reply.ts';

/** Google's image models over the Gemini API. Every `send` is one request at most. */
export function googleApi({ provider, open, clock }: GoogleContext): ImageApi {
  const { baseUrl } = provider;

  return {
    async preview(order) {
      const { url, body } = await composed(order, baseUrl);
      return { method: 'POST', url, body: shown(body ?? 'null') };
    },

    async send(order, options) {
      const exchange = await exchanged(order, options);
      if (isGood(exchange) || holdsPicture(exchange, order.model.wire)) {
        return { status: exchange.status, body: exchange.body };
      }
      const { timeoutMs } = options;
      throw failureOf(exchange, { provider, model: order.model.id, timeoutMs, now: clock.now() });
    },

    read: (body, wire) => readReply(body, wire, provider),
  };

  function exchanged(order: Order, { signal, stop, timeoutMs, beforeSend }: SendOptions): Promise<Exchange> {
    return withHttp(open, async ({ fetch }) => {
      let exchange: Exchange | undefined;
      await compose(order, baseUrl, async (request) => {
        if (signal.aborted || stop.aborted) return;
        await beforeSend();
        exchange = await fetch(withDeadline(request, timeoutMs), { signal, stop, timeoutMs });
      });
      if (!exchange) throw new Failure('cancelled', 'Cancelled before anything was sent.', { charged: 'no' });
      return exchange;
    });
  }
}

/** The connection broke so late that a whole picture is here. */
const holdsPicture = (
  exchange: Exchange,
  wire: Order['model']['wire'],
): exchange is Exchange & { readonly status: number } =>
  exchange.status !== null &&
  exchange.status >= 200 &&
  exchange.status < 300 &&
  exchange.broke?.by !== 'caller' &&
  (replyIn(exchange.body, wire)?.images.length ?? 0) > 0;

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

// The API rejects a deadline of less than ten seconds.
const LEAST_DEADLINE_SECONDS = 10;

/** Tells the server after how many seconds this client stops waiting for the answer. */
const withDeadline = (request: WireRequest, timeoutMs: number): WireRequest => ({
  ...request,
  headers: {
    ...request.headers,
    'x-server-timeout': String(Math.max(LEAST_DEADLINE_SECONDS, Math.ceil(timeoutMs / 1_000))),
  },
});
