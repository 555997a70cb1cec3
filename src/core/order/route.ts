import { refuted } from '../catalogue/false-claims.ts';
import { findModel, formerName, isAuto, MODELS, nameOf, sizesOf, statusOf } from '../catalogue/catalogue.ts';
import type { Day, Model, Size } from '../catalogue/model.ts';
import { Failure, usageFailure } from '../errors.ts';
import type { Quote } from '../pricing/types.ts';
import { format } from '../pricing/money.ts';
import type { Usd } from '../pricing/money.ts';
import { looserOrders } from './looser.ts';
import type { Order, Want } from './order.ts';
import { lifeWarning } from '../catalogue/life.ts';
import { quote } from '../pricing/quote.ts';
import { checkWant, orderFor } from './request.ts';

/** What becomes of an order for a model that was shut down. */
export const ON_RETIRED = ['fail', 'successor'] as const;
export type OnRetired = (typeof ON_RETIRED)[number];

export interface RouteOptions {
  /** Id, alias or `auto`. */
  readonly model: string;
  readonly want: Want;
  /** Why the model that is named is this one, where nobody asked for it by name. */
  readonly why?: string | undefined;
  readonly day: Day;
  readonly allowRetired: boolean;
  readonly onRetired: OnRetired;
  /** Retired models still answer there. */
  readonly sandbox: boolean;
  /** What one picture may be expected to cost. */
  readonly maxPriceEach?: Usd | undefined;
  /** The catalogue, where an overlay changed it. */
  readonly models?: readonly Model[] | undefined;
}

export interface QuotedOrder {
  readonly order: Order;
  readonly quote: Quote;
}

export interface Rejection {
  readonly model: string;
  readonly why: string;
  /** Whatever is asked for: it is not sold on that day. */
  readonly isUnsold: boolean;
}

export interface Route extends QuotedOrder {
  /** Why this model, for people. */
  readonly why: string;
  readonly notices: readonly string[];
  readonly rejected: readonly Rejection[];
  /** All that fit: the one taken, then the rest, cheapest first. */
  readonly others: readonly QuotedOrder[];
}

/** Chooses the model: the one that was named, or the cheapest live one that can do the order. */
export function route(options: RouteOptions): Route {
  const taken = covering(options);
  const looser = looserOrders(options.want, taken, (want) => {
    const other = attempt(() => covering({ ...options, want }));
    return other instanceof Failure ? null : other;
  });
  return { ...taken, notices: [...taken.notices, ...looser] };
}

/** Nothing is enlarged while there is a model that makes enough pixels. */
function covering(options: RouteOptions): Route {
  const covered = attempt(() => choose(options));
  return covered instanceof Failure
    ? choose({ ...options, want: { ...options.want, enlarge: true } })
    : covered;
}

function choose(options: RouteOptions): Route {
  checkWant(options.want);
  return isAuto(options.model) ? cheapest(options) : named(options);
}

function cheapest(options: RouteOptions): Route {
  const { offers, rejected } = survey(options);
  const [taken] = offers.toSorted(byLifeThenPrice(options.day));
  if (taken === undefined) throw nothingFits(options, rejected);
  const rest = offers.filter((offer) => offer !== taken);
  return {
    ...taken,
    why: whyCheapest(taken, rest, options.day),
    notices: sizeNotices(taken, options.day),
    rejected,
    others: [taken, ...rest],
  };
}

function named(options: RouteOptions): Route {
  const { day } = options;
  const model = findModel(options.model, options.models);
  const status = statusOf(model, day);
  const { offers, rejected } = survey(options);
  if (status === 'unreleased') {
    throw new Failure('unavailable-model', lifeWarning(model, status, day), { hint: hintAt(offers) });
  }
  if (status === 'retired' && !options.allowRetired) {
    if (options.onRetired === 'successor') return succeeded(options, model);
    if (!options.sandbox) throw refuted(retired(model, offers), model, options.want);
  }
  const taken = offerOrHint(model, options, offers);
  const former = formerName(options.model, model, day);
  return {
    ...taken,
    why: options.why ?? 'asked for by name',
    notices: [...(former === null ? [] : [former]), ...sizeNotices(taken, day)],
    rejected: rejected.filter((rejection) => rejection.model !== model.id),
    others: [taken, ...offers.filter((offer) => offer.order.model.id !== model.id)],
  };
}

/** Every model's offer, cheapest first, and why the others make none. */
function survey(options: RouteOptions): {
  readonly offers: readonly QuotedOrder[];
  readonly rejected: readonly Rejection[];
} {
  const offers: QuotedOrder[] = [];
  const rejected: Rejection[] = [];
  for (const model of options.models ?? MODELS) {
    const status = statusOf(model, options.day);
    if (status === 'unreleased' || status === 'retired' || status === 'restricted') {
      rejected.push({ model: model.id, why: lifeWarning(model, status, options.day), isUnsold: true });
      continue;
    }
    const offer = attempt(() => offerOf(model, options));
    if (offer instanceof Failure) rejected.push({ model: model.id, why: offer.message, isUnsold: false });
    else offers.push(offer);
  }
  return { offers: offers.toSorted(byPrice), rejected };
}

function offerOf(model: Model, { want, day, maxPriceEach }: RouteOptions): QuotedOrder {
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

function offerOrHint(model: Model, options: RouteOptions, offers: readonly QuotedOrder[]): QuotedOrder {
  const offer = attempt(() => offerOf(model, options));
  if (!(offer instanceof Failure)) return offer;
  const refusal =
    offers.length === 0
      ? offer
      : new Failure(offer.kind, offer.message, { hint: hintAt(offers), cause: offer });
  throw refuted(refusal, model, options.want);
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

const priceEach = ({ order, quote: { day, priceHistory } }: QuotedOrder): Usd =>
  quote({ ...order, count: 1 }, day, priceHistory).expected;

/** Ties go to the newer model. */
function byPrice(a: QuotedOrder, b: QuotedOrder): number {
  if (a.quote.expected !== b.quote.expected) return a.quote.expected < b.quote.expected ? -1 : 1;
  return b.order.model.life.released.localeCompare(a.order.model.life.released);
}

/** A deprecated model is only taken when nothing else fits. */
function byLifeThenPrice(day: Day): (a: QuotedOrder, b: QuotedOrder) => number {
  const ageing = ({ order }: QuotedOrder): number => (statusOf(order.model, day) === 'active' ? 0 : 1);
  return (a, b) => ageing(a) - ageing(b) || byPrice(a, b);
}

function whyCheapest(taken: QuotedOrder, rest: readonly QuotedOrder[], day: Day): string {
  const [next] = rest;
  if (next === undefined) return 'the only live model that can do it';
  const runnerUp = `next is ${next.order.model.name} at ${format(next.quote.expected)}`;
  if (next.quote.expected < taken.quote.expected) {
    return `the cheapest that is not ${statusOf(next.order.model, day)}`;
  }
  return `the cheapest of ${rest.length + 1} live models that can do it; ${runnerUp}`;
}

/** Larger pictures of the same model for the same money. */
export function sizeNotices({ order }: Pick<QuotedOrder, 'order'>, day: Day): readonly string[] {
  const { model, size } = order;
  const sizes = sizesOf(model);
  const at = (one: Size) => attempt(() => quote({ ...order, count: 1, size: one }, day).expected);
  const price = at(size);
  const larger = sizes.slice(sizes.indexOf(size) + 1).filter((other) => at(other) === price);
  return larger.map((other) => `${other} costs the same as ${size} on ${model.name}: -s ${other}`);
}

function succeeded(options: RouteOptions, from: Model): Route {
  const model = successorOf(from, options);
  const to = route({ ...options, model: model.id });
  const before = attempt(() => priceEach(offerOf(from, { ...options, maxPriceEach: undefined })));
  const instead = before instanceof Failure ? '' : ` instead of ${format(before)}`;
  return {
    ...to,
    why: `the successor of ${from.name}`,
    notices: [
      `${from.name} was shut down on ${from.life.shutdown}; ${model.name} takes its place, at ${format(priceEach(to))} a picture${instead}.`,
      ...to.notices,
    ],
  };
}

/** The first in the line of successors that still lives. */
function successorOf(model: Model, { day, models }: RouteOptions): Model {
  let next = model;
  while (statusOf(next, day) === 'retired') {
    if (next.successor === null) throw retired(model, []);
    next = findModel(next.successor, models);
  }
  return next;
}

function retired(model: Model, offers: readonly QuotedOrder[]): Failure {
  const { name, successor, life } = model;
  const next = successor && `${nameOf(successor)} replaces it.`;
  const follow = successor && '--on-retired successor follows the catalogue;';
  const ways = [hintAt(offers) ?? next, follow, '--allow-retired sends it anyway.'];
  return new Failure('unavailable-model', `${name} was shut down on ${life.shutdown}.`, {
    hint: ways.filter(Boolean).join(' '),
  });
}

function hintAt([first]: readonly QuotedOrder[]): string | undefined {
  if (first === undefined) return undefined;
  return `${first.order.model.name} can do it for ${format(first.quote.expected)}: -m ${first.order.model.id}.`;
}

/** What would fit, were the order a little looser: a sentence each. */
function looserWays(options: RouteOptions): readonly string[] {
  const { want, maxPriceEach } = options;
  const priced = (changed: Partial<Want>): string | null => {
    const { offers } = survey({ ...options, want: { ...want, ...changed } });
    const [found] = offers.toSorted(byLifeThenPrice(options.day));
    return found ? `${format(priceEach(found))} (${found.order.model.name})` : null;
  };
  const later = maxPriceEach === undefined ? null : priced({ lane: 'batch' });
  const now = priced({ lane: 'now' });
  const converted = priced({ needs: want.needs.filter((need) => need !== 'png') });
  return [
    later && `In lane batch one costs ${later}: --lane batch.`,
    now && `In lane now one costs ${now}: leave out --lane ${want.lane}.`,
    converted && `--format png makes a PNG of any picture, for ${converted} in all.`,
  ].filter((way) => way !== null);
}

function nothingFits(options: RouteOptions, rejected: readonly Rejection[]): Failure {
  const { model, models, want, day } = options;
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
    [...looserWays(options), ...reasons.map(({ why }) => why)].join(' ') ||
      `-m ${model} found nothing that is sold on ${day}.`,
  );
}
