import pLimit from 'p-limit';
import { Failure, FAILURES, restated } from '../core/errors.ts';
import { sellerOf } from '../core/providers/sold-by.ts';
import type { AttemptPlan } from '../ports/index.ts';
import type { PlannedAttempt } from './plan-attempts.ts';
import { sendRequest } from './send-request.ts';
import type { PurchaseContext, PurchaseRequest } from './request.ts';
import { nothingFrom, type AttemptResult } from './types.ts';

/** Sends attempts that are held and are to bring these pictures; their results in the same order. Never throws. */
export type TrySender = (
  attempts: readonly PlannedAttempt[],
  pictures: readonly number[],
  request: PurchaseRequest,
) => Promise<readonly AttemptResult[]>;

/** Sends for all requests of a run: several at once, and nothing that would only meet the failure of another one. */
export function trySender(context: PurchaseContext): TrySender {
  const limit = pLimit(context.concurrency);
  let runEnd: Failure | null = null;
  const ends = new Map<string, Failure>();

  return async (attempts, pictures, request) => {
    let orderEnd: Failure | null = null;
    async function sentOrNot([attempt, own]: readonly [
      PlannedAttempt,
      readonly number[],
    ]): Promise<AttemptResult> {
      const { plan } = attempt;
      const provider = sellerOf(attempt.order.model);
      const model = `${provider} ${plan.model}`;
      if (context.stop.aborted) runEnd ??= new Failure('cancelled', 'Cancelled before everything was sent.');
      const end = runEnd ?? ends.get(provider) ?? ends.get(model) ?? orderEnd;
      const result = end ? await unsent(plan, end, context) : await sendRequest(attempt, request, context);
      const { failure } = result;
      const scope = failure === null ? 'request' : FAILURES[failure.kind].ends;
      if (scope === 'run') runEnd ??= failure;
      else if (scope === 'provider' && failure) ends.set(provider, failure);
      else if (scope === 'model' && failure) ends.set(model, failure);
      else if (scope === 'order') orderEnd ??= failure;
      context.onResult?.(result, request, own);
      return result;
    }
    let begun = 0;
    const shares = attempts.map((attempt) => {
      const own = pictures.slice(begun, begun + attempt.plan.images);
      begun += own.length;
      return [attempt, own] as const;
    });
    return Promise.all(shares.map((share) => limit(sentOrNot, share)));
  };
}

async function unsent(
  plan: AttemptPlan,
  end: Failure,
  { books: { ledger } }: PurchaseContext,
): Promise<AttemptResult> {
  // A hold that cannot be given back is reclaimed when this process has ended; what else was bought must be told.
  await ledger.release(plan.attemptId, `not sent: ${end.message}`, end.kind).catch(() => undefined);
  return nothingFrom(plan, restated(end, { charged: 'no' }));
}
