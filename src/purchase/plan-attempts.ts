import type { Order } from '../core/order/order.ts';
import type { QuotedOrder } from '../core/order/route.ts';
import { quote as quoteFor } from '../core/pricing/quote.ts';
import { termsOf } from '../core/pricing/quoted-terms.ts';
import type { Quote } from '../core/pricing/types.ts';
import { sellerOf } from '../core/providers/sold-by.ts';
import type { AttemptPlan, SavePlan } from '../ports/index.ts';

/** One request to the API, before it is held. */
export interface PlannedAttempt {
  readonly order: Order;
  readonly quote: Quote;
  readonly plan: AttemptPlan;
}

/** Divides an order into requests: most models make one picture a request. `save` has one path for each picture. */
export function planAttempts(
  { order, quote }: QuotedOrder,
  save: SavePlan,
  { attemptId, ...its }: Pick<AttemptPlan, 'runId' | 'account'> & { readonly attemptId: () => string },
): readonly PlannedAttempt[] {
  const { prompts, ...same } = order;
  // A request has one prompt.
  const most = prompts ? 1 : order.model.maxPerRequest;
  const alike = Math.ceil(order.count / most);
  const attempts: PlannedAttempt[] = [];
  for (let done = 0; done < order.count; done += most) {
    const count = Math.min(most, order.count - done);
    const part: Order = { ...same, prompt: prompts?.[done] ?? order.prompt, count, alike };
    const price = alike === 1 ? quote : quoteFor(part, quote.day, quote.priceHistory);
    const paths = save.paths.slice(done, done + count);
    const plan = planFor(part, price, { ...its, attemptId: attemptId(), save: { ...save, paths } });
    attempts.push({ order: part, quote: price, plan });
  }
  return attempts;
}

/** One request of an order as the ledger has it. */
function planFor(
  { model, lane, size, aspect, count, prompt, inputs, thinking, history = [] }: Order,
  quote: Quote,
  its: Pick<AttemptPlan, 'attemptId' | 'runId' | 'account' | 'save'>,
): AttemptPlan {
  const { low, expected, high } = quote;
  const gateway = sellerOf(model);
  const what = { model: model.id, gateway, wire: model.wire, lane, size, aspect, images: count, prompt };
  const asked = {
    inputs: inputs.map(({ name, file }) => file ?? { path: name, sha256: null }),
    thinking,
    turns: history.length,
  };
  return { ...its, ...what, low, expected, high, terms: termsOf(model, quote), asked };
}
