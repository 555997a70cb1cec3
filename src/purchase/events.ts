import type { Failure } from '../core/errors.ts';
import { sum, toDecimal, ZERO } from '../core/pricing/money.ts';
import type { AttemptPlan, Clock, SavedImage, Terminal } from '../ports/index.ts';
import { costJson, imageJson } from './json.ts';
import type { Recovered } from './recover.ts';
import type { PurchaseRequest } from './request.ts';
import { anyUnknown, isUnconfirmed } from './tries.ts';
import type { AttemptResult } from './types.ts';

/** Tells programs of a purchase while it goes on, a line of JSON each: quote, held, sent, image, retry, done. */
export function eventsOf(
  /** null of answers to earlier runs. */
  { runId }: { readonly runId: string | null },
  { now }: Pick<Clock, 'now'>,
  terminal: Pick<Terminal, 'event'>,
) {
  const tell = (event: string, facts: object): void =>
    terminal.event({ event, at: new Date(now()).toISOString(), runId, ...facts });

  function images(attemptId: string, wanted: string | null, saved: readonly SavedImage[]): void {
    for (const image of saved) tell('image', { attemptId, for: wanted, ...imageJson(image) });
  }

  return {
    quoted({ offer: { order, quote }, name }: PurchaseRequest): void {
      const { model, lane, size, aspect, count } = order;
      const [low, expected, high] = [quote.low, quote.expected, quote.high].map(toDecimal);
      tell('quote', { for: name ?? null, model: model.id, lane, size, aspect, count, low, expected, high });
    },
    held(requests: readonly PurchaseRequest[]): void {
      const count = requests.reduce((sum, { offer }) => sum + offer.order.count, 0);
      tell('held', { count, amount: toDecimal(sum(requests.map(({ offer }) => offer.quote.high))) });
    },
    sent({ attemptId, model }: AttemptPlan, { name }: PurchaseRequest): void {
      tell('sent', { attemptId, for: name ?? null, model });
    },
    retry({ attemptId }: AttemptPlan, { message }: Error, waitMs: number): void {
      tell('retry', { attemptId, why: message, waitMs });
    },
    result(result: AttemptResult, { name }: PurchaseRequest): void {
      const { plan, bill, failure } = result;
      images(plan.attemptId, name ?? null, result.images);
      const unconfirmed = isUnconfirmed(result) ? plan.expected : ZERO;
      const cost = costJson({ bill, unconfirmed }, anyUnknown([result]));
      tell('done', { attemptId: plan.attemptId, for: name ?? null, ...ending(failure), cost });
    },
    /** An answer that a job brought. */
    recovered({ entry: { attemptId }, images: saved, bill, failure }: Recovered): void {
      images(attemptId, null, saved);
      const cost = bill && costJson({ bill, unconfirmed: ZERO }, false);
      tell('done', { attemptId, for: null, ...ending(failure), cost });
    },
  };
}

const ending = (failure: Failure | null) => ({
  outcome: failure?.kind ?? 'ok',
  why: failure?.message ?? null,
});
