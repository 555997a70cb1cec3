import { asFailure } from '../core/errors.ts';
import { fateOf, type Fate } from '../core/policy/next-try.ts';
import { notAsked } from '../core/order/fallback.ts';
import { attemptAfter } from '../core/manifest/fingerprint.ts';
import { format, sum, ZERO } from '../core/pricing/money.ts';
import type { Order } from '../core/order/order.ts';
import { excerpt } from '../core/text/text.ts';
import { attempt, type AttemptResult } from '../purchase/send-request.ts';
import type { Saver } from '../purchase/save.ts';
import { enter, keeping } from './record.ts';
import { attemptPlan, ordered } from './order.ts';
import type { Deed, Work } from './actions.ts';
import { NOTHING_APPLIED, type Applied, type ApplyWorld } from './types.ts';

type Purchase = Deed & { kind: 'buy' };

/** What the next model may make good. */
const ELSEWHERE: ReadonlySet<Fate> = new Set(['chance', 'refused', 'outage'] as const);

/** Buys a picture, and where its model fails from the next that may stand in for it. */
export async function buy(work: Work, deed: Purchase, world: ApplyWorld): Promise<Applied> {
  const { key } = work.one.picture;
  let applied = await buyOnce(work, deed, world);
  const earlier: AttemptResult[] = [];
  let { attemptId } = deed;
  for (const model of work.one.deal?.fallback ?? []) {
    const { result, failure } = applied;
    if (result === null || failure === null || world.stop.aborted) break;
    if (!ELSEWHERE.has(fateOf(failure, result.refusals))) break;
    const next = attemptAfter(attemptId);
    try {
      const offer = world.offerOf(work.one.picture, model, deed.offer.order.lane);
      if (next === null || offer.order.model.id === result.plan.model) continue;
      await world.books.ledger.hold([attemptPlan(work.one, next, offer, world)]);
      const { name } = offer.order.model;
      world.onStep(
        `${key}: ${name} is asked, at most ${format(offer.quote.high)}. ${excerpt(failure.message)}`,
      );
      earlier.push(result);
      attemptId = next;
      applied = await buyOnce(work, { ...deed, attemptId: next, offer }, world);
    } catch (error) {
      world.onStep(`${key}: ${notAsked(model, asFailure(error))}`);
    }
  }
  return withEarlier(applied, earlier);
}

/** What was paid for in vain counts too. */
function withEarlier(applied: Applied, earlier: readonly AttemptResult[]): Applied {
  const bills = [...earlier.map(({ bill }) => bill), applied.bill].filter((bill) => bill !== null);
  const [first] = bills;
  if (first === undefined || earlier.length === 0) return applied;
  const bill = {
    ...first,
    amount: sum(bills.map(({ amount }) => amount)),
    lines: bills.flatMap(({ lines }) => lines),
  };
  return { ...applied, bill };
}

async function buyOnce(work: Work, { attemptId, offer }: Purchase, world: ApplyWorld): Promise<Applied> {
  const { one } = work;
  let order: Order;
  try {
    order = await ordered(one, offer, world);
  } catch (error) {
    const failure = asFailure(error);
    await world.books.ledger.release(attemptId, failure.message);
    return { ...NOTHING_APPLIED, work, failure };
  }
  const plan = attemptPlan(one, attemptId, offer, world);
  const saver = (): Promise<Saver> => keeping(one.hash, world);
  const result = await attempt(order, offer.quote, plan, { ...world, saver });
  const [image = null] = result.images;
  const applied = { ...NOTHING_APPLIED, work, image, result, bill: result.bill, failure: result.failure };
  if (image === null) return applied;
  const cost = result.bill?.amount ?? ZERO;
  try {
    await enter(one, image, { model: order.model.id, cost }, one.step.locked, world);
    return applied;
  } catch (error) {
    // It is paid for and on disk, whatever became of the lock.
    return { ...applied, failure: asFailure(error) };
  }
}
