import type { Quote } from '../core/line.ts';
import type { Order } from '../core/order.ts';
import { termsOf } from '../core/terms.ts';
import type { AttemptPlan } from '../ports.ts';

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
