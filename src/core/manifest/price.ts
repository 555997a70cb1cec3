import type { Day, Model } from '../catalogue/model.ts';
import { Failure } from '../errors.ts';
import type { Quote } from '../line.ts';
import { sum, ZERO, type Usd } from '../money.ts';
import type { InputImage, Want } from '../order.ts';
import { quote } from '../quote.ts';
import { attempt, route, type Offer, type Route } from '../route.ts';
import { promptTokens } from '../tokens.ts';
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

export interface Market {
  readonly day: Day;
  readonly sandbox: boolean;
  readonly models?: readonly Model[] | undefined;
}

/** A price needs to know of an input only that there is one. */
const unseen = (name: string): InputImage => ({
  name,
  mimeType: 'image/png',
  bytes: new Uint8Array(),
  width: 1,
  height: 1,
});

export function wantOf(picture: Picture, inputs: readonly InputImage[] = picture.inputs.map(unseen)): Want {
  const { prompt, size, aspect, lane, thinking, needs } = picture;
  return { prompt, inputs, count: 1, size, aspect, lane, thinking, needs };
}

/** The model that one picture is bought from, at the price of its lane. Failure when no model makes it. */
export function offerFor(picture: Picture, market: Market, inputs?: readonly InputImage[]): Route {
  const want = wantOf(picture, inputs);
  return route({ model: picture.model, want, ...market, allowRetired: false, onRetired: 'fail' });
}

export interface Deal {
  readonly offer: Route;
  /** The same from the same model in the half-price lane; null where it is not sold there. */
  readonly batch: Quote | null;
}

/** Enough for every length of prompt that people write, and little memory. */
const MOST_REMEMBERED = 5000;

/** Finds the deal for each picture of many: what is alike but for the words of its prompt is only priced once. */
export function dealer(market: Market): (picture: Picture) => Deal {
  const known = new Map<string, Deal>();
  return (picture) => {
    const { model, size, aspect, lane, thinking, needs, inputs, prompt } = picture;
    // A prompt enters a price by its tokens, and by nothing else.
    const { low, expected, high } = promptTokens(prompt);
    const key = `${model} ${size} ${aspect} ${lane} ${thinking} ${needs.join()} ${inputs.length} ${low} ${expected} ${high}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const offer = offerFor(picture, market);
    const deal = { offer, batch: inBatch(offer, market.day) };
    if (known.size === MOST_REMEMBERED) known.clear();
    known.set(key, deal);
    return deal;
  };
}

function inBatch({ order }: Offer, day: Day): Quote | null {
  if (order.lane === 'batch') return quote(order, day);
  const same = attempt(() => quote({ ...order, lane: 'batch' }, day));
  return same instanceof Failure ? null : same;
}
