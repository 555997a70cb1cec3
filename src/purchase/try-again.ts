import { asFailure, Failure } from '../core/errors.ts';
import { notAsked } from '../core/order/fallback.ts';
import type { Model } from '../core/catalogue/model.ts';
import { portion, type Order } from '../core/order/order.ts';
import type { QuotedOrder } from '../core/order/route.ts';
import { limitsFor, nextTry, type NextTry, type PastTry } from '../core/policy/next-try.ts';
import { atMost, format, sum } from '../core/pricing/money.ts';
import { quote } from '../core/pricing/quote.ts';
import { refuseUnable } from '../core/providers/capabilities.ts';
import { sellerOf } from '../core/providers/sold-by.ts';
import { counted, excerpt } from '../core/text/text.ts';
import type { RunStart } from '../ports/index.ts';
import { proveAndHold } from './hold.ts';
import { planAttempts, type PlannedAttempt } from './plan-attempts.ts';
import type { TrySender } from './send-try.ts';
import { everyPicture, missingOf, pastTry, sharesOf, spentOn, type Try } from './tries.ts';
import type { PurchaseContext, PurchaseRequest } from './request.ts';

/** All that was tried for one request. */
export interface Tries {
  readonly tries: readonly Try[];
  /** What was tried after the first time or was not, and why: sentences. */
  readonly remarks: readonly string[];
}

/** Asks for the pictures of a request, and for those that are missing again or elsewhere, as far as the user allows. */
export async function tryUntilDone(
  request: PurchaseRequest,
  held: readonly PlannedAttempt[],
  run: RunStart,
  send: TrySender,
  context: PurchaseContext,
): Promise<Tries> {
  const { offer, why } = request;
  context.onTry?.(offer);
  const pictures = everyPicture(offer.order.count);
  const first: Try = { why, offer, pictures, results: await send(held, pictures, request) };
  const tries: [Try, ...Try[]] = [first];
  const past: PastTry[] = [pastTry(first)];
  const remarks: string[] = [];
  const remark = (text: string): void => {
    remarks.push(text);
    context.onRemark?.(text, request);
  };
  const gateways = request.further?.map(({ profile }) => profile.name);
  const following = (): NextTry | null =>
    nextTry(past, { ...limitsFor(request.tries, latest(tries).offer.order.model), gateways });
  for (let next = following(); next; next = following()) {
    if (context.stop.aborted) {
      remark('Cancelled, so nothing more is tried.');
      break;
    }
    try {
      const further = offerFor(next, request, tries);
      const save = await request.placeFor(further.order.model, next.pictures);
      const before = latest(tries).results.at(-1)?.plan.attemptId ?? null;
      const attemptId = (): string => request.attemptId(before);
      const account = await context.accountOf(sellerOf(further.order.model));
      const attempts = planAttempts(further, save, { runId: run.runId, account, attemptId });
      await proveAndHold({ attempts, jobs: [], batched: [] }, context.concurrency, context.books);
      remark(intention(next, further, tries));
      if (isElsewhere(next)) further.quote.warnings.forEach(remark);
      context.onTry?.(further);
      const done = { why: next.why, offer: further, pictures: next.pictures };
      const made: Try = { ...done, results: await send(attempts, next.pictures, request) };
      tries.push(made);
      past.push(pastTry(made));
    } catch (error) {
      // What was bought so far must be reported, so not even a bug ends it here.
      remark(omission(next, asFailure(error), tries));
      past.push({ why: next.why, gateway: gatewayOf(next), fates: null });
    }
  }
  context.onDone?.(tries, request);
  return { tries, remarks };
}

/** Priced anew for the pictures that are missing. */
function offerFor(next: NextTry, request: PurchaseRequest, tries: readonly [Try, ...Try[]]): QuotedOrder {
  if (next.why === 'fallback') {
    const offer = request.offerOf(next.model, next.pictures);
    const { id } = offer.order.model;
    if (tries.some((made) => made.offer.order.model.id === id))
      throw new Failure('usage', `${id} was asked before.`);
    return offer;
  }
  const { order, quote: before } = latest(tries).offer;
  const { prompts } = request.offer.order;
  const model = soldElsewhere(order, gatewayOf(next), request) ?? order.model;
  const repeated = portion({ ...order, model, ...(prompts && { prompts }) }, next.pictures);
  const history = model === order.model ? before.priceHistory : null;
  const offer = { order: repeated, quote: quote(repeated, before.day, history) };
  if (next.why === 'refused' && request.keepsToPrice) keepToPrice(offer, tries);
  return offer;
}

const gatewayOf = (next: NextTry): string | undefined => ('gateway' in next ? next.gateway : undefined);

const isElsewhere = (next: NextTry): boolean => next.why === 'fallback' || gatewayOf(next) !== undefined;

/** The model as a further gateway sells it; null where none is to be asked. Failure where it cannot be. */
function soldElsewhere(
  order: Order,
  gateway: string | undefined,
  { further = [] }: PurchaseRequest,
): Model | null {
  const seller = further.find(({ profile }) => profile.name === gateway);
  const model = seller?.models.find(({ id }) => id === order.model.id);
  if (seller === undefined || model === undefined) return null;
  refuseUnable(seller.profile, { ...order, model });
  return model;
}

/** Whoever said nothing about repeats agreed to the price of the order, so the repeat must be expected to fit into it. */
function keepToPrice({ quote: { expected } }: QuotedOrder, tries: readonly Try[]): void {
  const said = sum(tries.filter(({ why }) => why !== 'refused').map(({ offer }) => offer.quote.high));
  const total = sum([spentOn(tries.flatMap(({ results }) => results)), expected]);
  if (total <= said) return;
  throw new Failure(
    'budget',
    `It would come to ${format(total)}, and ${format(said)} was said at most; --refusal-retries or --max-cost allows more.`,
  );
}

const latest = (tries: readonly [Try, ...Try[]]): Try => tries.at(-1) ?? tries[0];

function intention(next: NextTry, { order, quote: { high } }: QuotedOrder, tries: readonly Try[]): string {
  const { why, pictures } = next;
  const { name, id } = order.model;
  const gateway = gatewayOf(next);
  const again = gateway === undefined ? `${name} is asked again` : `${gateway} is asked for ${name}:`;
  const ask = why === 'fallback' ? `${name} (${id}) is asked` : again;
  const images = counted(pictures.length, 'image');
  const price = `${gateway === undefined ? 'for ' : ''}${images}, at most ${atMost(high)}`;
  const last = lastAsked(pictures, tries);
  const before = last && isElsewhere(next) ? `${why === 'fallback' ? last.model : last.gateway}: ` : '';
  return `${ask} ${price}. ${before}${excerpt(last?.why ?? '')}`;
}

/** Who failed to bring these pictures, and why. */
function lastAsked([picture = 0]: readonly number[], tries: readonly Try[]) {
  for (const made of tries.toReversed()) {
    const share = sharesOf(made).find((each) => missingOf(each).includes(picture));
    if (!share) continue;
    const { model } = made.offer.order;
    return { model: model.name, gateway: sellerOf(model), why: share.result.failure?.message ?? '' };
  }
  return null;
}

function omission(next: NextTry, failure: Failure, tries: readonly [Try, ...Try[]]): string {
  if (next.why === 'fallback') return notAsked(next.model, failure);
  const gateway = gatewayOf(next);
  if (gateway !== undefined) return notAsked(gateway, failure);
  return `${latest(tries).offer.order.model.name} is not asked again: ${failure.message}`;
}
