import pMap from 'p-map';
import { Failure, restated, type FailureKind } from '../core/errors.ts';
import type { Quote } from '../core/pricing/types.ts';
import type { Order } from '../core/order/order.ts';
import { quote as quoteFor } from '../core/pricing/quote.ts';
import { roomFor } from '../core/order/answer-space.ts';
import type { AttemptPlan, RunStart, SavePlan } from '../ports/index.ts';
import { planned } from './planned.ts';
import { attempt, type AttemptResult, type AttemptWorld } from './send-request.ts';

export interface PurchaseAsk {
  readonly order: Order;
  readonly quote: Quote;
  /** One path per picture of the order. */
  readonly save: SavePlan;
  readonly run: RunStart;
  readonly concurrency: number;
  /** Runs when all of it is held, before anything is sent. */
  readonly onHeld: () => void;
}

export interface PurchaseWorld extends AttemptWorld {
  readonly newId: () => string;
  readonly onDone: (result: AttemptResult) => void;
}

/** After one of these, the next request of the same order would meet the same wall. */
const ENDS_THE_RUN: ReadonlySet<FailureKind> = new Set<FailureKind>([
  ...(['usage', 'auth', 'budget', 'unavailable-model'] as const),
  ...(['rate-limited', 'unavailable', 'unconfirmed', 'disk', 'cancelled', 'bug'] as const),
]);

/** Buys an order: holds all of it, then sends its requests, several at once. In the order of the pictures. Never throws once it is held. */
export async function purchase(ask: PurchaseAsk, world: PurchaseWorld): Promise<AttemptResult[]> {
  const requests = requestsOf(ask, world.newId);
  await world.books.journal.prove(roomFor(ask.order, ask.concurrency));
  await world.books.ledger.hold(requests.map(({ plan }) => plan));
  ask.onHeld();
  let wall: Failure | null = null;
  return pMap(
    requests,
    async ({ order, quote, plan }) => {
      if (world.stop.aborted) wall ??= new Failure('cancelled', 'Cancelled before everything was sent.');
      const result = wall ? await unsent(plan, wall, world) : await attempt(order, quote, plan, world);
      if (result.failure && ENDS_THE_RUN.has(result.failure.kind)) wall ??= result.failure;
      world.onDone(result);
      return result;
    },
    { concurrency: ask.concurrency },
  );
}

async function unsent(plan: AttemptPlan, wall: Failure, { books }: PurchaseWorld): Promise<AttemptResult> {
  const failure = restated(wall, { charged: 'no' });
  const result = { plan, bill: null, images: [], extras: [], refusals: [], text: null, raw: null, failure };
  try {
    await books.ledger.release(plan.attemptId, `not sent: ${wall.message}`);
  } catch {
    // The hold stands until this process ends, and the next one reclaims it; what else was bought must be told.
  }
  return result;
}

export interface PlannedRequest {
  readonly order: Order;
  readonly quote: Quote;
  readonly plan: AttemptPlan;
}

/** An order as requests: most models make one picture a request. */
export function requestsOf(
  { order, quote, save, run }: Pick<PurchaseAsk, 'order' | 'quote' | 'save' | 'run'>,
  newId: () => string,
): PlannedRequest[] {
  const requests: PlannedRequest[] = [];
  const { prompts, ...same } = order;
  // A request has one prompt.
  const most = prompts ? 1 : order.model.maxPerRequest;
  const alike = Math.ceil(order.count / most);
  for (let done = 0; done < order.count; done += most) {
    const count = Math.min(most, order.count - done);
    const part: Order = { ...same, prompt: prompts?.[done] ?? order.prompt, count, alike };
    const price = quoteFor(part, quote.day, quote.priceHistory);
    requests.push({
      order: part,
      quote: price,
      plan: planned(part, price, {
        attemptId: newId(),
        runId: run.runId,
        save: { ...save, paths: save.paths.slice(done, done + count) },
      }),
    });
  }
  return requests;
}
