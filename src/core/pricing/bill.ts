import { modelAnswering, namesModel } from '../catalogue/answering.ts';
import { rateOf, ratesAt } from '../catalogue/catalogue.ts';
import {
  REFUSAL_TERMS,
  type Day,
  type Lane,
  type Meter,
  type Model,
  type Rate,
  type Size,
  type RefusalTerms,
} from '../catalogue/model.ts';
import type { Charged } from '../errors.ts';
import type { Basis, Bill, Line } from './types.ts';
import { priced, sum, usd, ZERO } from './money.ts';
import { isUnread, type Reply, type Usage } from '../order/reply.ts';
import { doubtOf } from './plausible.ts';

interface Settled {
  readonly model: Model;
  readonly lane: Lane;
  readonly size: Size;
  readonly day: Day;
  /** The quote of this one request: it is booked where the answer reports nothing. */
  readonly quote: { readonly lines: readonly Line[] };
  readonly reply: Reply;
}

// "You will not be charged for this request." and "… for blocked images.", word for word in the API's own answers.
const NOT_CHARGED = /not be charged/i;

const FREE: Pick<Bill, 'charged' | 'lines' | 'amount'> = { charged: 'no', lines: [], amount: ZERO };

/**
 * The price after, from what the answer reports. Unknown is never zero: without a report the quote is booked. Where another
 * model answered than was asked, nobody knows which of the two is charged, so the dearer reading is booked.
 */
export function bill(settled: Settled): Bill {
  const { model, reply } = settled;
  const asked = statedIn(reply) ?? reading(settled);
  const version = reply.modelVersion;
  const other = version === null || namesModel(version, model.id) ? null : modelAnswering(version);
  if (!other) return asked;
  const answering = reading({ ...settled, model: other });
  return answering.basis === asked.basis && answering.amount > asked.amount ? answering : asked;
}

/** What the seller says that it charged, where that can be: a picture for nothing, or for a fortune, is a mistake. */
function statedIn(reply: Reply): Bill | null {
  const { stated } = reply;
  if (stated === undefined || stated > MOST_STATED || stated < 0n) return null;
  if (stated === ZERO) return hasImage(reply) ? null : { basis: 'stated', ...FREE };
  const line: Line = {
    meter: 'charge',
    quantity: 1,
    unit: 'request',
    rate: stated,
    per: 1,
    amount: stated,
  };
  return totalled('stated', 'yes', [line]);
}

/** Fifty times the dearest picture that anybody sells. */
const MOST_STATED = usd('50');

function reading(settled: Settled): Bill {
  const doubt = doubtOf(settled);
  return doubt === null ? priceOf(settled) : { ...priceOf(withoutUsage(settled)), doubt };
}

const withoutUsage = (settled: Settled): Settled => ({
  ...settled,
  reply: { ...settled.reply, usage: null },
});

function priceOf(settled: Settled): Bill {
  const { model, size, day, reply } = settled;
  const lane = laneUsed(settled);
  const rates = ratesAt(model, lane, day);
  const flat = rateOf(rates, 'image', size);
  if (flat) return listed(settled, flat);
  const terms = refusalTerms(rates);
  if (isFree(reply, terms)) return { basis: reply.usage === null ? 'estimated' : 'metered', ...FREE };
  if (reply.usage === null) return estimated(settled, terms);
  let basis: Basis = 'metered';
  const lines: Line[] = [];
  for (const [meter, quantity] of meteredOf(reply.usage, settled)) {
    if (quantity === 0) continue;
    const rate = rateOf(rates, meter, size);
    // The request is paid for already, so a meter without a price must not lose the bill.
    if (rate === undefined) return estimated(settled, terms);
    if (rate.isGuess) basis = 'estimated';
    lines.push(lineOf(rate, quantity));
  }
  const metered = totalled(basis, chargedFor(reply, terms), lines);
  return hasImage(reply) && !isSplit(reply.usage) ? { ...metered, unsplit: true } : metered;
}

/** The lane that the answer names: a request for flex may have been served as standard. No answer names batch. */
function laneUsed({ model, lane, day, reply }: Settled): Lane {
  const used = lane === 'batch' ? lane : (reply.usage?.lane ?? lane);
  return ratesAt(model, used, day).length > 0 ? used : lane;
}

/** One was made and sent; that it could not be read makes it no gift. */
const hasImage = ({ images, extras, refusals }: Reply): boolean =>
  images.length + extras.length > 0 || refusals.some(isUnread);

/** What the seller takes for an answer without a picture; undefined where the words of the answer count. */
const refusalTerms = (rates: readonly Rate[]): RefusalTerms | undefined =>
  REFUSAL_TERMS.find((terms) => rates.some(({ refusals }) => refusals === terms));

function isFree(reply: Reply, terms: RefusalTerms | undefined): boolean {
  if (hasImage(reply)) return false;
  return terms === undefined
    ? reply.refusals.some(({ message }) => NOT_CHARGED.test(message))
    : terms === 'free';
}

/** Google does not say in general whether an answer without a picture is charged; its text is, and a picture that was counted. */
const chargedFor = (reply: Reply, terms: RefusalTerms | undefined): Charged =>
  terms === 'charged' || hasImage(reply) || reply.text !== null || countsImage(reply) ? 'yes' : 'unknown';

/** Usage reports a picture, whatever became of its bytes. */
const countsImage = ({ usage }: Reply): boolean => usage !== null && isSplit(usage);

/** A flat price for each picture that came. Google says that blocked ones are free; another seller may charge for them. */
function listed({ model, reply, quote }: Settled, rate: Rate): Bill {
  const terms = refusalTerms([rate]);
  const made = reply.images.length + reply.refusals.filter(isUnread).length;
  // A request for one picture costs one, whatever else came with it.
  if (made > 0) return totalled('listed', 'yes', [lineOf(rate, Math.min(made, model.maxPerRequest))]);
  if (terms === 'charged') return totalled('listed', 'yes', quote.lines);
  if (model.family === 'imagen' || isFree(reply, terms)) return { basis: 'listed', ...FREE };
  // A flat price of a reseller, who does not say what an answer without a picture costs.
  return totalled('estimated', 'unknown', quote.lines);
}

/** Nothing was reported, so the quote's expected amounts are booked: without a picture, only what went in and the text. */
function estimated({ quote, reply }: Settled, terms: RefusalTerms | undefined): Bill {
  const isDue = (meter: Meter): boolean => {
    if (terms === 'charged' || hasImage(reply)) return true;
    if (meter === 'text output' || meter === 'thinking') return reply.text !== null;
    return meter === 'text input' || meter === 'image input';
  };
  return totalled(
    'estimated',
    chargedFor(reply, terms),
    quote.lines.filter(({ meter }) => isDue(meter)),
  );
}

type Quantity = readonly [meter: Meter, quantity: number];

/** A split without pictures says nothing about a picture that came. */
const isSplit = (usage: Usage): usage is Usage & { readonly imageOutput: number } =>
  (usage.imageOutput ?? 0) > 0;

function meteredOf(usage: Usage, { quote, reply }: Settled): readonly Quantity[] {
  const inputs: readonly Quantity[] = [...inputsOf(usage, quote), ['search', reply.searches]];
  if (isSplit(usage)) {
    const rest = Math.max(0, usage.candidates - usage.imageOutput);
    return [
      ...inputs,
      ['image output', usage.imageOutput],
      ['text output', rest],
      ['thinking', usage.thoughts],
    ];
  }
  if (hasImage(reply)) {
    // The output is not split by modality, so all of it is billed at the dearer rate.
    return [...inputs, ['image output', usage.candidates], ['thinking', usage.thoughts]];
  }
  // Without a picture the candidates may repeat the thoughts, so the total decides.
  const output = usage.total >= usage.prompt ? usage.total - usage.prompt : usage.candidates + usage.thoughts;
  const thoughts = Math.min(usage.thoughts, output);
  return [...inputs, ['text output', output - thoughts], ['thinking', thoughts]];
}

function inputsOf({ prompt, promptText, promptImage }: Usage, quote: Settled['quote']): readonly Quantity[] {
  const images = promptImage ?? (promptText === null ? null : Math.max(0, prompt - promptText));
  if (images !== null) {
    return [
      ['text input', Math.max(0, prompt - images)],
      ['image input', images],
    ];
  }
  const rateIn = (meter: Meter) => quote.lines.find((line) => line.meter === meter)?.rate;
  const text = rateIn('text input');
  const image = rateIn('image input');
  const isImageDearer = image !== undefined && (text === undefined || image > text);
  return [[isImageDearer ? 'image input' : 'text input', prompt]];
}

function lineOf({ meter, unit, price, per }: Rate, quantity: number): Line {
  return { meter, quantity, unit, rate: price, per, amount: priced(price, quantity, per) };
}

function totalled(basis: Bill['basis'], charged: Charged, from: readonly Line[]): Bill {
  const lines = from
    .filter(({ quantity }) => quantity > 0)
    .map(({ meter, quantity, unit, rate, per, amount }) => ({ meter, quantity, unit, rate, per, amount }));
  return { basis, charged, lines, amount: sum(lines.map(({ amount }) => amount)) };
}
