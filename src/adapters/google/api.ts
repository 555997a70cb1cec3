import { Failure } from '../../core/errors.ts';
import type { Order } from '../../core/order.ts';
import type { Clock, Connection, ImageApi } from '../../ports.ts';
import { failureOf, isGood } from './failures.ts';
import { guardedFetch } from './fetch.ts';
import type { Carry, Exchange, WireRequest } from './fetch.ts';
import { composeGemini } from './gemini.ts';
import { composeImagen } from './imagen.ts';
import { redact } from './redact.ts';
import { readReply } from './reply.ts';
import type { Dispatcher } from './watch.ts';

export interface World {
  readonly clock: Pick<Clock, 'now'>;
  /** Carries the requests instead of the platform: a proxy. Asked for when the first request is sent. */
  readonly dispatcher?: () => Promise<Dispatcher | null>;
}

/** Google's image models over the Gemini API. Every `send` is one request at most. */
export function googleApi(connection: Connection, { clock, dispatcher }: World): ImageApi {
  const clean = (text: string): string => redact(text, connection.apiKey);

  return {
    async preview(order) {
      const { url, body } = await composed(order, connection.baseUrl);
      return { method: 'POST', url, body: JSON.parse(body ?? 'null', shortened) };
    },

    async send(order, options) {
      const { signal, timeoutMs } = options;
      const fetch = guardedFetch(connection, { dispatcher: (await dispatcher?.()) ?? null });
      let exchange: Exchange | undefined;
      await compose(order, connection.baseUrl, async (request) => {
        if (signal.aborted) return;
        await options.beforeSend();
        exchange = await fetch(withDeadline(request, timeoutMs), { signal, timeoutMs });
      });
      if (!exchange) throw new Failure('cancelled', 'Cancelled before anything was sent.', { charged: 'no' });
      if (isGood(exchange)) return { status: exchange.status, body: exchange.body };
      const { baseUrl } = connection;
      throw failureOf(exchange, { model: order.model.id, baseUrl, timeoutMs, now: clock.now(), clean });
    },

    read: (body, wire) => readReply(body, wire, clean),
  };
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

const SHOWN = 24;

const shortened = (key: string, value: unknown): unknown =>
  key === 'data' && typeof value === 'string' && value.length > SHOWN
    ? `${value.slice(0, SHOWN)}… (${value.length} characters)`
    : value;
