import { isStale, rateOf, ratesAt, statusOf } from '../catalogue/catalogue.ts';
import { ending } from '../catalogue/life.ts';
import type { Day, Meter, PriceSource, Rate, TokenRange } from '../catalogue/model.ts';
import { daysBetween } from '../policy/calendar.ts';
import { Failure } from '../errors.ts';
import { fromHistory, type PriceHistory } from './price-history.ts';
import type { Quote, QuoteLine } from './types.ts';
import { priced, sum, times } from './money.ts';
import type { Order } from '../order/order.ts';
import { counted, thousands } from '../text/text.ts';
import { GOOGLE } from '../providers/google.ts';
import { promptTokens } from './tokens.ts';

/** What one picture counts on one meter. */
interface Quantity {
  readonly meter: Meter;
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  readonly why: string;
  /** Why the rate may not be the one that is charged. */
  readonly doubt?: string;
}

/** The price before: what the order costs at the rates of that day. A price that is not known fails, it is never guessed. */
export function quote(order: Order, day: Day, priceHistory: PriceHistory | null = null): Quote {
  const { prompts, ...same } = order;
  if (prompts === undefined) return quoteSame(same, day, priceHistory);
  const counts = new Map<string, number>();
  for (const prompt of prompts.slice(0, order.count)) counts.set(prompt, (counts.get(prompt) ?? 0) + 1);
  return together(
    [...counts].map(([prompt, count]) => quoteSame({ ...same, prompt, count }, day, priceHistory)),
  );
}

/** Orders that differ in their prompts alone have the same lines. */
function together(quotes: readonly Quote[]): Quote {
  const [first, ...rest] = quotes;
  if (first === undefined) throw new TypeError('an order without a picture');
  return rest.reduce(
    (a, b) => ({
      ...a,
      count: a.count + b.count,
      lines: a.lines.map((line, index) => sumOf(line, b.lines[index])),
      low: sum([a.low, b.low]),
      expected: sum([a.expected, b.expected]),
      high: sum([a.high, b.high]),
    }),
    first,
  );
}

function sumOf(a: QuoteLine, b: QuoteLine | undefined): QuoteLine {
  if (b === undefined || a.meter !== b.meter) throw new TypeError('lines of two kinds of order');
  const part = (one: Part, other: Part): Part => ({
    quantity: one.quantity + other.quantity,
    amount: sum([one.amount, other.amount]),
  });
  return { ...a, ...part(a, b), low: part(a.low, b.low), high: part(a.high, b.high) };
}

type Part = Pick<QuoteLine, 'quantity' | 'amount'>;

function quoteSame(order: Order, day: Day, priceHistory: PriceHistory | null): Quote {
  const { model, lane, size, count } = order;
  const rates = ratesAt(model, lane, day);
  const lines = quantitiesOf(order, rates).map((quantity) =>
    lineOf(fromHistory(quantity, order, priceHistory), count, rateFor(order, rates, quantity.meter, day)),
  );
  return {
    model: model.id,
    lane,
    size,
    count,
    day,
    priceHistory,
    lines,
    low: sum(lines.map((line) => line.low.amount)),
    expected: sum(lines.map((line) => line.amount)),
    high: sum(lines.map((line) => line.high.amount)),
    warnings: [...warningsOf(order, lines, day), ...guessed(order, rates, lines)],
  };
}

function quantitiesOf(order: Order, rates: readonly Rate[]): readonly Quantity[] {
  const flat = order.model.family === 'imagen' || rateOf(rates, 'image', order.size) !== undefined;
  if (flat) return [fixed('image', 1, 'a flat price for each picture')];
  return [
    textInput(order),
    imageInput(order),
    imageOutput(order),
    textOutput(order),
    thinking(order),
    searches(order),
  ].filter((quantity) => quantity !== null);
}

function textInput({ prompt, history = [] }: Order): Quantity {
  const earlier = history.flatMap((turn) => [turn.prompt, turn.words]);
  const estimate = promptTokens([...earlier, prompt].join('\n'));
  const what = history.length === 0 ? 'the prompt' : 'the prompt and the turns before it';
  return { meter: 'text input', ...estimate, why: `estimated from ${what}; never more than its bytes` };
}

function imageInput({ model, inputs, history = [] }: Order): Quantity | null {
  const each = model.inputs.tokensPerImage;
  const earlier = history.reduce((count, turn) => count + turn.inputs.length + turn.pictures, 0);
  const count = inputs.length + earlier;
  if (count === 0 || each === null) return null;
  const again = earlier === 0 ? '' : `, ${earlier} of them from earlier turns`;
  return ranged('image input', each, count, `${counted(count, 'input image')}${again}`);
}

function imageOutput({ model, size }: Order): Quantity {
  const tokens = model.resolutions[size]?.tokens;
  if (tokens === null || tokens === undefined) {
    throw new Failure(
      'unavailable-model',
      `It is not known how many tokens a ${size} picture of ${model.name} counts.`,
    );
  }
  const why = `${thousands(tokens)} tokens a ${size} picture`;
  const parts = model.imageParts;
  if (parts === null) return fixed('image output', tokens, why);
  return ranged('image output', parts, tokens, `${why}, up to ${parts.high} with interim pictures`);
}

/** Two third parties, genai-prices and claude-code-hub, price it at this rate; checked 2026-11-22. */
const UNNAMED = 'Google does not say at which rate it charges what it does not name; the text rate is taken';

function textOutput({ model }: Order): Quantity | null {
  const range = model.remainderTokens;
  if (range === null) return null;
  const why = 'tokens beside the picture that the API counts but does not name';
  return { ...ranged('text output', range, 1, why), doubt: UNNAMED };
}

function thinking({ model, thinking: level }: Order): Quantity | null {
  const always = model.thinkingTokens.always;
  if (always) return ranged('thinking', always, 1, 'always thinks');
  const range = level === null ? undefined : model.thinkingTokens[level];
  return range ? ranged('thinking', range, 1, `thinking at level ${level}`) : null;
}

/** Nobody publishes how many queries a picture takes. */
function searches({ search }: Order): Quantity | null {
  if (search !== true) return null;
  const why = 'queries the model decides to make; the first 5,000 a month are free';
  return { meter: 'search', low: 0, expected: 1, high: 5, why };
}

const fixed = (meter: Meter, quantity: number, why: string): Quantity => ({
  meter,
  low: quantity,
  expected: quantity,
  high: quantity,
  why,
});

function ranged(meter: Meter, range: TokenRange, factor: number, why: string): Quantity {
  return {
    meter,
    low: range.low * factor,
    expected: range.expected * factor,
    high: range.high * factor,
    why: range.note === undefined ? why : `${why} (${range.note})`,
  };
}

/** Every picture is billed for itself, so the rounding happens once for each. */
function lineOf({ meter, low, expected, high, why, doubt }: Quantity, count: number, rate: Rate): QuoteLine {
  const amountOf = (quantity: number) => times(priced(rate.price, quantity, rate.per), count);
  return {
    meter,
    quantity: expected * count,
    unit: rate.unit,
    rate: rate.price,
    per: rate.per,
    amount: amountOf(expected),
    low: { quantity: low * count, amount: amountOf(low) },
    high: { quantity: high * count, amount: amountOf(high) },
    why,
    rateFrom: citedFor(rate, doubt),
  };
}

/** A doubt makes a price no better known than `medium`. */
function citedFor(
  { platform, source, checked, confidence, note }: Rate,
  doubt: string | undefined,
): PriceSource {
  const notes = [doubt, note].filter((part) => part !== undefined).join('; ');
  const sure = doubt !== undefined && confidence === 'high' ? 'medium' : confidence;
  return { platform, source, checked, confidence: sure, ...(notes === '' ? {} : { note: notes }) };
}

function rateFor({ model, lane, size }: Order, rates: readonly Rate[], meter: Meter, day: Day): Rate {
  const rate = rateOf(rates, meter, size);
  if (rate) return rate;
  const what = rates.length === 0 ? `lane ${lane}` : `${meter} in lane ${lane}`;
  throw new Failure('unavailable-model', `No price is known for ${model.name}, ${what}, on ${day}.`, {
    hint: `pixtab models ${model.id} lists what is known.`,
    command: `pixtab models ${model.id}`,
  });
}

function warningsOf({ model, lane }: Order, lines: readonly QuoteLine[], day: Day): readonly string[] {
  const warnings: string[] = [];
  const end = ending(model, day);
  if (end !== null) warnings.push(end);
  if (model.imageParts && lines.some(({ meter }) => meter === 'image output')) {
    warnings.push(
      `${model.name} may bill interim pictures like the last one. The high counts ${model.imageParts.high}; more were measured for complex prompts.`,
    );
  }
  const oldest = lines.map((line) => line.rateFrom.checked).toSorted()[0];
  if (statusOf(model, day) !== 'retired' && oldest !== undefined && isStale(oldest, day)) {
    warnings.push(
      `The prices of ${model.name} in lane ${lane} were last checked on ${oldest}, ${daysBetween(oldest, day)} days before.`,
    );
  }
  return warnings;
}

/** Whose prices these are, where they are not of whoever sells. */
function guessed(
  { model: { seller } }: Order,
  rates: readonly Rate[],
  lines: readonly QuoteLine[],
): readonly string[] {
  const guesses = new Set(rates.flatMap(({ isGuess, meter }) => (isGuess ? meter : [])));
  const isGuessed = ({ meter, rateFrom }: QuoteLine): boolean =>
    guesses.has(meter) && rateFrom.platform === GOOGLE.name;
  if (seller === undefined || !lines.some(isGuessed)) return [];
  return [
    `These are Google's list prices: what ${seller} charges is not known here. --prices, or "prices" of the gateway, names a file with its own.`,
  ];
}
