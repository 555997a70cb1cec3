import type { Order } from '../../core/order/order.ts';
import type { ImageApi } from '../../ports/index.ts';
import type { WireContext } from '../http/context.ts';
import type { Carry } from '../http/fetch.ts';
import { imageApi } from '../send/image-api.ts';
import { composeGemini } from './gemini.ts';
import { composeImagen } from './imagen.ts';

/** Google's image models over the Gemini API. */
export function googleApi(context: WireContext): ImageApi {
  const { baseUrl } = context.provider;
  return imageApi(context, (order, carry, timeoutMs) =>
    compose(order, baseUrl, timeoutMs === undefined ? carry : withDeadline(carry, timeoutMs)),
  );
}

const compose = (order: Order, baseUrl: string, carry: Carry): Promise<void> =>
  order.model.wire === 'predict'
    ? composeImagen(order, baseUrl, carry)
    : composeGemini(order, baseUrl, carry);

// The API rejects a deadline of less than ten seconds.
const LEAST_DEADLINE_SECONDS = 10;

/** Tells the server after how many seconds this client stops waiting for the answer. */
function withDeadline(carry: Carry, timeoutMs: number): Carry {
  const seconds = String(Math.max(LEAST_DEADLINE_SECONDS, Math.ceil(timeoutMs / 1_000)));
  return (request) => carry({ ...request, headers: { ...request.headers, 'x-server-timeout': seconds } });
}
