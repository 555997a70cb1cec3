import { Failure } from '../../core/errors.ts';
import { failureOf, isGood } from '../failures/judge.ts';
import type { WireContext } from '../http/context.ts';
import { withHttp } from '../http/open.ts';

/**
 * Where a gateway says how an account stands: https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key and
 * https://vercel.com/docs/ai-gateway/observability-and-spend/usage, checked 2026-11-26.
 */
const PLACES = ['key', 'credits'];

/** Tries the key where that costs nothing: the list of models takes any. */
export function tryKey({ provider, open, clock }: WireContext, signal: AbortSignal): Promise<void> {
  const timeoutMs = provider.timeouts.listMs;
  return withHttp(open, async ({ fetch }) => {
    for (const place of PLACES) {
      const url = `${provider.baseUrl}/${place}`;
      const exchange = await fetch({ method: 'GET', url, headers: {}, body: null }, { signal, timeoutMs });
      if (isGood(exchange)) return;
      if (exchange.status === 404) continue;
      throw failureOf(exchange, { provider, model: place, timeoutMs, now: clock.now() });
    }
    throw new Failure('unavailable', `${provider.title} has no place where a key can be tried for nothing.`, {
      charged: 'no',
    });
  });
}
