import { modelAnswering, namesModel } from '../catalogue/answering.ts';
import { rateOf, ratesAt } from '../catalogue/catalogue.ts';
import type { Day, Lane, Meter, Model, Rate, Size } from '../catalogue/model.ts';
import type { Charged } from '../errors.ts';
import type { Bill, Line } from './types.ts';
import { priced, sum, ZERO } from './money.ts';
import type { Refusal, Reply, Usage } from '../order/reply.ts';

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
  const asked = reading(settled);
  const { model, reply } = settled;
  const version = reply.modelVersion;
  const other = version === null || namesModel(version, model.id) ? null : modelAnswering(version);
  if (!other) return asked;
  const answering = reading({ ...settled, model: other });
  return answering.basis === asked.basis && answering.amount > asked.amount ? answering : asked;
}

function reading(settled: Settled): Bill {
  const { model, size, day, reply } = settled;
  const lane = laneUsed(settled);
  const rates = ratesAt(model, lane, day);
  const flat = rateOf(rates, 'image', size);
  if (flat) return listed(settled, flat);
  const isCharged = chargesRefusals(rates);
  if (!hasImage(reply) && saysNotCharged(reply) && !isCharged) {
    return { basis: reply.usage === null ? 'estimated' : 'metered', ...FREE };
  }
  if (reply.usage === null) return estimated(settled, isCharged);
  const lines: Line[] = [];
  for (const [meter, quantity] of meteredOf(reply.usage, settled)) {
    if (quantity === 0) continue;
    const rate = rateOf(rates, meter, size);
    // The request is paid for already, so a meter without a price must not lose the bill.
    if (rate === undefined) return estimated(settled, isCharged);
    lines.push(lineOf(rate, quantity));
  }
  const metered = totalled('metered', chargedFor(reply, isCharged), lines);
  return hasImage(reply) && !isSplit(reply.usage) ? { ...metered, unsplit: true } : metered;
}

/** The lane that the answer names: a request for flex may have been served as standard. No answer names batch. */
function laneUsed({ model, lane, day, reply }: Settled): Lane {
  const used = lane === 'batch' ? null : (reply.usage?.lane ?? null);
  return used !== null && ratesAt(model, used, day).length > 0 ? used : lane;
}

const hasImage = ({ images, extras }: Reply): boolean => images.length + extras.length > 0;

/** Whether the seller charges for an answer without a picture, whatever Google's words in it promise. */
const chargesRefusals = (rates: readonly Rate[]): boolean =>
  rates.some(({ refusals }) => refusals === 'charged');

const saysNotCharged = ({ refusals }: Reply): boolean =>
  refusals.some(({ message }) => NOT_CHARGED.test(message));

/** Google does not say in general whether an answer without a picture is charged; its text is, and a picture that was counted. */
const chargedFor = (reply: Reply, isCharged: boolean): Charged =>
  isCharged || hasImage(reply) || reply.text !== null || countsImage(reply) ? 'yes' : 'unknown';

/** Usage reports a picture, whatever became of its bytes. */
const countsImage = ({ usage }: Reply): boolean =>
  usage !== null && usage.imageOutput !== null && usage.imageOutput > 0;

/** Google made and sent the picture: it is charged although its bytes are broken. */
const isBroken = ({ reason }: Refusal): boolean => reason === 'UNDECODABLE_IMAGE';

/** A flat price for each picture that came. Google says that blocked ones are free; another seller may charge for them. */
function listed({ model, reply, quote }: Settled, rate: Rate): Bill {
  const made = reply.images.length + reply.refusals.filter(isBroken).length;
  if (made > 0) return totalled('listed', 'yes', [lineOf(rate, made)]);
  if (chargesRefusals([rate])) return totalled('listed', 'yes', quote.lines);
  if (model.family === 'imagen' || saysNotCharged(reply)) return { basis: 'listed', ...FREE };
  // A flat price of a reseller, who does not say what an answer without a picture costs.
  return totalled('estimated', 'unknown', quote.lines);
}

/** Nothing was reported, so the quote's expected amounts are booked: without a picture, only what went in and the text. */
function estimated({ quote, reply }: Settled, isCharged: boolean): Bill {
  const isDue = (meter: Meter): boolean => {
    if (isCharged || hasImage(reply)) return true;
    if (meter === 'text output' || meter === 'thinking') return reply.text !== null;
    return meter === 'text input' || meter === 'image input';
  };
  return totalled(
    'estimated',
    chargedFor(reply, isCharged),
    quote.lines.filter(({ meter }) => isDue(meter)),
  );
}

type Quantity = readonly [meter: Meter, quantity: number];

/** A split without pictures says nothing about a picture that came. */
const isSplit = (usage: Usage): usage is Usage & { readonly imageOutput: number } =>
  usage.imageOutput !== null && usage.imageOutput > 0;

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
