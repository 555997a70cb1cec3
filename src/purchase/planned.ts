import type { Quote } from '../core/pricing/types.ts';
import type { Order } from '../core/order/order.ts';
import { termsOf } from '../core/pricing/quoted-terms.ts';
import type { AttemptPlan } from '../ports/index.ts';

/** One request of an order as the books have it. */
export function planned(
  { model, lane, size, aspect, count, prompt }: Order,
  quote: Quote,
  its: Pick<AttemptPlan, 'attemptId' | 'runId' | 'save'>,
): AttemptPlan {
  const { low, expected, high } = quote;
  const what = { model: model.id, wire: model.wire, lane, size, aspect, images: count, prompt };
  return { ...its, ...what, low, expected, high, terms: termsOf(model, quote) };
}
