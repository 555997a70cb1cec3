import type { Day, Lane, Model } from '../catalogue/model.ts';
import { findModel, nameOf, statusOf } from '../catalogue/catalogue.ts';
import { Failure, restated } from '../errors.ts';
import { firstRoute, type FirstRoute } from '../order/fallback.ts';
import type { Quote } from '../pricing/types.ts';
import { sum, ZERO, type Usd } from '../pricing/money.ts';
import type { InputImage, Want } from '../order/order.ts';
import { quote } from '../pricing/quote.ts';
import { blaming } from '../order/rules.ts';
import { attempt, type OnRetired, type QuotedOrder, type Route } from '../order/route.ts';
import { promptTokens } from '../pricing/tokens.ts';
import type { Picture } from './picture.ts';

export interface Range {
  readonly low: Usd;
  readonly expected: Usd;
  readonly high: Usd;
}

export const NOTHING: Range = { low: ZERO, expected: ZERO, high: ZERO };

export const added = (a: Range, b: Range): Range => ({
  low: sum([a.low, b.low]),
  expected: sum([a.expected, b.expected]),
  high: sum([a.high, b.high]),
});

export interface PricingContext {
  readonly day: Day;
  readonly sandbox: boolean;
  readonly models?: readonly Model[] | undefined;
  /** Models that stand in for one that is gone, in turn. */
  readonly fallback?: readonly string[] | undefined;
  /** Instead of what the manifest says. */
  readonly onRetired?: OnRetired | undefined;
}

/** A price needs to know of an input only that there is one. */
const unseen = (name: string): InputImage => ({
  name,
  mimeType: 'image/png',
  bytes: new Uint8Array(),
  width: 1,
  height: 1,
});

function wantOf(picture: Picture, lane: Lane): Want {
  const { prompt, size, aspect, thinking, needs } = picture;
  return { prompt, inputs: picture.inputs.map(unseen), count: 1, size, aspect, lane, thinking, needs };
}

/** The model that one picture is bought from, at the price of a lane. Failure when no model makes it. */
export function offerFor(picture: Picture, lane: Lane, pricing: PricingContext): FirstRoute {
  const { day, sandbox, models, fallback = [] } = pricing;
  const want = wantOf(picture, lane);
  const onRetired = pricing.onRetired ?? picture.onRetired ?? 'fail';
  const options = { model: picture.model, want, day, sandbox, models, allowRetired: false, onRetired };
  const found = attempt(() => firstRoute(options, fallback, null));
  if (found instanceof Failure) throw inManifest(found, picture, pricing);
  return found;
}

/** A failure in the words of a manifest: it has keys where the command line has flags. */
function inManifest(failure: Failure, picture: Picture, pricing: PricingContext): Failure {
  const next = failure.kind === 'unavailable-model' ? successorOf(picture, pricing) : null;
  // Where others were to stand in for the model, the failure says why none of them does.
  const passed = pricing.fallback?.length ? [failure.hint] : [];
  const hint =
    next === null
      ? failure.hint?.replace(': -m ', ': model ')
      : [...passed, `on-retired: successor buys from ${nameOf(next)}; or give it another model.`].join(' ');
  return blaming(restated(failure, { hint }), picture.rule);
}

/** What the catalogue has in place of a model that was shut down. */
function successorOf({ model }: Picture, { day, models }: PricingContext): string | null {
  const named = attempt(() => findModel(model, models));
  return named instanceof Failure || statusOf(named, day) !== 'retired' ? null : named.successor;
}

export interface PictureQuote {
  readonly offer: Route;
  /** Models that may still be asked should this one fail. */
  readonly fallback: readonly string[];
  /** The quote of the same picture in lane now; null where the model is not sold there. */
  readonly now: Quote | null;
  readonly batch: Quote | null;
  /** Why it is not bought in the lane that was wished for; null where it is. */
  readonly instead: string | null;
}

/** Enough for every length of prompt that people write, and little memory. */
const MOST_REMEMBERED = 5000;

/** Prices many pictures: those that differ only in the words of their prompts are priced once. */
export function pictureQuoter(
  pricing: PricingContext,
): (picture: Picture, lanes: readonly Lane[]) => PictureQuote {
  const known = new Map<string, PictureQuote>();
  return (picture, lanes) => {
    const { model, onRetired, size, aspect, thinking, needs, inputs, prompt } = picture;
    // A prompt enters a price by its tokens, and by nothing else.
    const { low, expected, high } = promptTokens(prompt);
    const key = `${model} ${onRetired} ${size} ${aspect} ${lanes.join()} ${thinking} ${needs.join()} ${inputs.length} ${low} ${expected} ${high}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const quoted = quotedIn(lanes, picture, pricing);
    if (known.size === MOST_REMEMBERED) known.clear();
    known.set(key, quoted);
    return quoted;
  };
}

/** In the first of the lanes that sells it; Failure with the reason of the last. */
function quotedIn(lanes: readonly Lane[], picture: Picture, pricing: PricingContext): PictureQuote {
  const [lane = 'now', ...others] = lanes;
  const start = attempt(() => offerFor(picture, lane, pricing));
  if (start instanceof Failure) {
    if (others.length === 0) throw start;
    return { ...quotedIn(others, picture, pricing), instead: start.message };
  }
  const { route: offer, fallback } = start;
  const inLane = (other: Lane): Quote | null => quoteIn(other, offer, pricing.day);
  return { offer, fallback, now: inLane('now'), batch: inLane('batch'), instead: null };
}

function quoteIn(lane: Lane, { order, quote: own }: QuotedOrder, day: Day): Quote | null {
  if (order.lane === lane) return own;
  const same = attempt(() => quote({ ...order, lane }, day));
  return same instanceof Failure ? null : same;
}
