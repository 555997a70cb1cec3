import { asFailure, Failure } from '../../core/errors.ts';
import type { Order } from '../../core/order/order.ts';
import { adviceOf } from '../../core/providers/gateways.ts';
import type { ImageApi, Provider, SendOptions } from '../../ports/index.ts';
import { failureOf, isGood } from '../failures/judge.ts';
import { excerpt } from '../../core/text/text.ts';
import { LARGEST_ANSWER } from '../answers/bounds.ts';
import { withPictures } from '../answers/with-pictures.ts';
import { readReply, replyIn } from '../google/reply.ts';
import type { WireContext } from '../http/context.ts';
import type { Carry, Exchange, WireRequest } from '../http/fetch.ts';
import { withHttp } from '../http/open.ts';
import { shown } from './preview.ts';

/** Writes an order as one request of a wire, and gives it to `carry` in place of the network. */
export type Compose = (order: Order, carry: Carry, timeoutMs?: number) => Promise<void>;

/** The image models of a provider over one wire. Every `send` is one request at most. */
export function imageApi({ provider, open, clock }: WireContext, compose: Compose): ImageApi {
  return {
    async preview(order) {
      const { url, body } = await composed(order, compose);
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

    read: (body, wire, gateway = provider.name) => readReply(body, wire, calledBy(gateway, provider)),

    fetchLinked: (links, body, signal) =>
      withHttp(open, async ({ linked }) => {
        const pictures: Uint8Array[] = [];
        const remarks: string[] = [];
        for (const link of links.slice(0, MOST_LINKS)) {
          const shown = excerpt(provider.credentials.clean(link), 300);
          const found = await linked(link, signal);
          if ('bytes' in found) pictures.push(found.bytes);
          remarks.push(
            'bytes' in found
              ? `The answer only pointed to its picture, which was fetched from ${shown}`
              : `The picture is at ${shown} and was not fetched: ${found.why}.`,
          );
        }
        return { body: pictures.length > 0 ? withPictures(body, pictures) : null, remarks };
      }).catch((error: unknown) => ({ body: null, remarks: [asFailure(error).message] })),
  };

  function exchanged(order: Order, { signal, stop, timeoutMs, beforeSend }: SendOptions): Promise<Exchange> {
    return withHttp(open, async ({ fetch }) => {
      let exchange: Exchange | undefined;
      const carry: Carry = async (request) => {
        if (signal.aborted || stop.aborted) return;
        await beforeSend();
        exchange = await fetch(request, { signal, stop, timeoutMs, mostBytes: LARGEST_ANSWER });
      };
      await compose(order, carry, timeoutMs);
      if (!exchange) throw new Failure('cancelled', 'Cancelled before it was sent.', { charged: 'no' });
      return exchange;
    });
  }
}

// More than any answer has pictures.
const MOST_LINKS = 10;

/** What is said of an answer names who gave it, also where somebody else is asked by now. */
const calledBy = (gateway: string, provider: Provider): Provider =>
  gateway === provider.name || provider.sandbox
    ? provider
    : { ...provider, title: gateway, advice: adviceOf(gateway, provider.key, {}) };

/** The connection broke so late that a whole picture is here. */
const holdsPicture = (
  exchange: Exchange,
  wire: Order['model']['wire'],
): exchange is Exchange & { readonly status: number } =>
  exchange.status !== null &&
  exchange.status >= 200 &&
  exchange.status < 300 &&
  exchange.broke?.by !== 'caller' &&
  // Of what is larger than any answer, nothing is believed.
  exchange.broke?.by !== 'size' &&
  (replyIn(exchange.body, wire)?.images.length ?? 0) > 0;

async function composed(order: Order, compose: Compose): Promise<WireRequest> {
  let request: WireRequest | undefined;
  await compose(order, async (composed) => {
    request = composed;
  });
  if (!request) throw new Failure('bug', 'No request was composed.');
  return request;
}
