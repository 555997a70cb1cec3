import { googleClient } from '../../src/adapters/google/client.ts';
import { bill } from '../../src/core/pricing/bill.ts';
import { SANDBOX } from '../../src/core/providers/sandbox.ts';
import { usd } from '../../src/core/pricing/money.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import type { Bill } from '../../src/core/pricing/types.ts';
import type { Order } from '../../src/core/order/order.ts';
import type { Reply } from '../../src/core/order/reply.ts';
import { TODAY } from '../support/pricing.ts';
import { providerAt } from '../support/provider.ts';
import { KEY, testClock } from './support.ts';
import type { Running } from './support.ts';

/** Sends an order to the sandbox the way pixtab does, once, and bills what comes back. */
export async function buy(
  sandbox: Running,
  order: Order,
  timeoutMs = 20_000,
): Promise<{ reply: Reply; bill: Bill }> {
  const api = googleClient(providerAt(sandbox.url, KEY, SANDBOX), { clock: testClock() }).images;
  const answer = await api.send(order, {
    signal: new AbortController().signal,
    stop: new AbortController().signal,
    timeoutMs,
    retries: 0,
    retryBudgetMs: 0,
    cost: usd('0.03'),
    beforeSend: async () => {},
    onRetry: async () => {},
  });
  const reply = api.read(answer.body, order.model.wire);
  const { model, lane, size } = order;
  return { reply, bill: bill({ model, lane, size, day: TODAY, quote: quote(order, TODAY), reply }) };
}
