import { findModel, formerName, MODELS, sizesOf, statusOf } from '../catalogue/catalogue.ts';
import type { Day, Model, Size } from '../catalogue/model.ts';
import { Failure, usageFailure } from '../errors.ts';
import type { Quote } from '../pricing/types.ts';
import { format } from '../pricing/money.ts';
import type { Usd } from '../pricing/money.ts';
import type { Order, Want } from './order.ts';
import { lifeWarning, quote } from '../pricing/quote.ts';
import { checkWant, orderFor } from './request.ts';

export interface Ask {
  /** Id, alias or `auto`. */
  readonly model: string;
  readonly want: Want;
  readonly day: Day;
  readonly allowRetired: boolean;
  readonly onRetired: 'fail' | 'successor';
  /** Retired models still answer there. */
  readonly sandbox: boolean;
  /** What one picture may be expected to cost. */
  readonly maxPriceEach?: Usd | undefined;
  /** The catalogue, where an overlay changed it. */
  readonly models?: readonly Model[] | undefined;
}

export interface Offer {
  readonly order: Order;
  readonly quote: Quote;
}

export interface Rejection {
  readonly model: string;
  readonly why: string;
}

export interface Route extends Offer {
  /** Why this model, for people. */
  readonly why: string;
  readonly notices: readonly string[];
  readonly rejected: readonly Rejection[];
  /** All that fit: the one taken, then the rest, cheapest first. */
  readonly others: readonly Offer[];
}

/** Chooses the model: the one that was named, or the cheapest live one that can do the order. */
export function route(ask: Ask): Route {
  const { exact, enlarge } = ask.want;
  if (exact === undefined || enlarge !== undefined) return choose(ask);
  // Nothing is enlarged while there is a model that makes enough pixels.
  const covered = attempt(() => choose(ask));
  return covered instanceof Failure ? choose({ ...ask, want: { ...ask.want, enlarge: true } }) : covered;
}

function choose(ask: Ask): Route {
  checkWant(ask.want);
  return ask.model.trim().toLowerCase() === 'auto' ? cheapest(ask) : named(ask);
}

function cheapest(ask: Ask): Route {
  const { offers, rejected } = survey(ask);
  const [taken] = offers.toSorted(byLifeThenPrice(ask.day));
  if (taken === undefined) throw nothingFits(ask, rejected);
  const rest = offers.filter((offer) => offer !== taken);
  return {
    ...taken,
    why: whyCheapest(taken, rest, ask.day),
    notices: sizeNotices(taken, ask.day),
    rejected,
    others: [taken, ...rest],
  };
}

function named(ask: Ask): Route {
  const { day } = ask;
  const model = findModel(ask.model, ask.models);
  const status = statusOf(model, day);
  const { offers, rejected } = survey(ask);
  if (status === 'unreleased') {
    throw new Failure('unavailable-model', lifeWarning(model, status, day), { hint: hintAt(offers) });
  }
  if (status === 'retired' && !ask.allowRetired) {
    if (ask.onRetired === 'successor') return succeeded(ask, model);
    if (!ask.sandbox) throw retired(model, offers);
  }
  const taken = offerOrHint(model, ask, offers);
  const former = formerName(ask.model, model, day);
  return {
    ...taken,
    why: 'asked for by name',
    notices: [...(former === null ? [] : [former]), ...sizeNotices(taken, day)],
    rejected: rejected.filter((rejection) => rejection.model !== model.id),
    others: [taken, ...offers.filter((offer) => offer.order.model.id !== model.id)],
  };
}

/** Every model's offer, cheapest first, and why the others make none. */
function survey(ask: Ask): { readonly offers: readonly Offer[]; readonly rejected: readonly Rejection[] } {
  const offers: Offer[] = [];
  const rejected: Rejection[] = [];
  for (const model of ask.models ?? MODELS) {
    const status = statusOf(model, ask.day);
    if (status === 'unreleased' || status === 'retired' || status === 'restricted') {
      rejected.push({ model: model.id, why: lifeWarning(model, status, ask.day) });
      continue;
    }
    const offer = attempt(() => offerOf(model, ask));
    if (offer instanceof Failure) rejected.push({ model: model.id, why: offer.message });
    else offers.push(offer);
  }
  return { offers: offers.toSorted(byPrice), rejected };
}

function offerOf(model: Model, { want, day, maxPriceEach }: Ask): Offer {
  const order = orderFor(model, want);
  const offer = { order, quote: quote(order, day) };
  if (maxPriceEach !== undefined) {
    const each = priceEach(offer);
    if (each > maxPriceEach) {
      throw usageFailure(`${model.name} costs ${format(each)} a picture, above ${format(maxPriceEach)}.`);
    }
  }
  return offer;
}

function offerOrHint(model: Model, ask: Ask, offers: readonly Offer[]): Offer {
  const offer = attempt(() => offerOf(model, ask));
  if (!(offer instanceof Failure)) return offer;
  if (offers.length === 0) throw offer;
  throw new Failure(offer.kind, offer.message, { hint: hintAt(offers), cause: offer });
}

/** A failure as a value, where it is one answer among several. */
export function attempt<T>(work: () => T): T | Failure {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

const priceEach = ({ order, quote: whole }: Offer): Usd =>
  order.count === 1 ? whole.expected : quote({ ...order, count: 1 }, whole.day, whole.priceHistory).expected;

/** Ties go to the newer model. */
function byPrice(a: Offer, b: Offer): number {
  if (a.quote.expected !== b.quote.expected) return a.quote.expected < b.quote.expected ? -1 : 1;
  return b.order.model.life.released.localeCompare(a.order.model.life.released);
}

/** A deprecated model is only taken when nothing else fits. */
function byLifeThenPrice(day: Day): (a: Offer, b: Offer) => number {
  const ageing = ({ order }: Offer): number => (statusOf(order.model, day) === 'active' ? 0 : 1);
  return (a, b) => ageing(a) - ageing(b) || byPrice(a, b);
}

function whyCheapest(taken: Offer, rest: readonly Offer[], day: Day): string {
  const [next] = rest;
  if (next === undefined) return 'the only live model that can do it';
  const runnerUp = `next is ${next.order.model.id} at ${format(next.quote.expected)}`;
  if (next.quote.expected < taken.quote.expected) {
    return `the cheapest that is not ${statusOf(next.order.model, day)}`;
  }
  return `the cheapest of ${rest.length + 1} live models that can do it; ${runnerUp}`;
}

/** Larger pictures of the same model for the same money. */
export function sizeNotices({ order }: Pick<Offer, 'order'>, day: Day): readonly string[] {
  const { model, size } = order;
  const sizes = sizesOf(model);
  const at = (one: Size) => attempt(() => quote({ ...order, count: 1, size: one }, day).expected);
  const price = at(size);
  const larger = sizes.slice(sizes.indexOf(size) + 1).filter((other) => at(other) === price);
  return larger.map((other) => `${other} costs the same as ${size} on ${model.name}: -s ${other}`);
}

function succeeded(ask: Ask, from: Model): Route {
  const model = successorOf(from, ask);
  const to = route({ ...ask, model: model.id });
  const before = attempt(() => priceEach(offerOf(from, { ...ask, maxPriceEach: undefined })));
  const instead = before instanceof Failure ? '' : ` instead of ${format(before)}`;
  return {
    ...to,
    why: `the successor of ${from.name}`,
    notices: [
      `${from.name} was shut down on ${from.life.shutdown}; ${model.id} takes its place, at ${format(priceEach(to))} a picture${instead}.`,
      ...to.notices,
    ],
  };
}

/** The first in the line of successors that still lives. */
function successorOf(model: Model, { day, models }: Ask): Model {
  let next = model;
  while (statusOf(next, day) === 'retired') {
    if (next.successor === null) throw retired(model, []);
    next = findModel(next.successor, models);
  }
  return next;
}

function retired(model: Model, offers: readonly Offer[]): Failure {
  return new Failure('unavailable-model', `${model.name} was shut down on ${model.life.shutdown}.`, {
    hint: `${hintAt(offers) ?? `${model.successor} replaces it.`} --on-retired successor follows the catalogue; --allow-retired sends it anyway.`,
  });
}

function hintAt([first]: readonly Offer[]): string | undefined {
  if (first === undefined) return undefined;
  return `${first.order.model.id} can do it for ${format(first.quote.expected)}: -m ${first.order.model.id}.`;
}

function nothingFits({ model, models, want, day }: Ask, rejected: readonly Rejection[]): Failure {
  // What is wrong with the order itself is every model's reason, so the first says it.
  const alive = (models ?? MODELS).filter((one) => statusOf(one, day) === 'active');
  const reasons = rejected.filter((rejection) => alive.some(({ id }) => id === rejection.model));
  const [first] = reasons;
  if (first && reasons.every(({ why }) => why === first.why)) {
    return usageFailure(first.why);
  }
  const what = [want.size, want.aspect, want.lane === 'now' ? null : `lane ${want.lane}`].filter(Boolean);
  return usageFailure(
    `No live model can do this${what.length > 0 ? ` (${what.join(', ')})` : ''}.`,
    reasons.map(({ why }) => why).join(' ') || `-m ${model} found nothing that is sold on ${day}.`,
  );
}
