import type { Bill, Line, Quote, QuoteLine } from './types.ts';
import { counted, thousands } from '../text/text.ts';
import { format, minus, rateText, sum, type Usd } from './money.ts';
import type { Order } from '../order/order.ts';

/** What one request came to, and what was held for it. */
export interface Paid {
  readonly bill: Bill;
  readonly images: number;
  readonly high: Usd;
}

/** Remarks on bills: by how much and why they are above what was held, or that they are a dear guess. */
export function billRemarks(order: Order, quote: Quote, paid: readonly Paid[]): readonly string[] {
  const above = paid.filter(({ bill, high }) => bill.amount > high);
  const doubts = new Set(paid.flatMap(({ bill }) => bill.doubt ?? []));
  const unsplit = paid.filter(({ bill }) => bill.unsplit === true).length;
  return [
    ...(above.length > 0 ? [aboveHeld(order, quote, above)] : []),
    ...Array.from(doubts, disbelieved),
    ...(unsplit > 0 ? [dearerReading(unsplit, paid.length)] : []),
  ];
}

function aboveHeld(order: Order, quote: Quote, above: readonly Paid[]): string {
  const high = sum(above.map((one) => one.high));
  const over = minus(sum(above.map(({ bill }) => bill.amount)), high);
  const reasons = new Set(above.flatMap((one) => reasonsFor(order, quote, one)));
  const why = reasons.size > 0 ? `: ${[...reasons].join(', ')}` : '';
  const [what, whom] =
    above.length === 1
      ? ['The bill of a request is', 'it']
      : [`The bills of ${above.length} requests are`, 'them'];
  return `${what} ${format(over)} above the ${format(high)} that was held for ${whom}${why}.`;
}

function reasonsFor(order: Order, quote: Quote, { bill, images }: Paid): readonly string[] {
  return bill.lines.flatMap((line) => {
    const held = quote.lines.find(({ meter }) => meter === line.meter);
    if (held !== undefined && held.rate * BigInt(line.per) !== line.rate * BigInt(held.per)) {
      return [`${line.meter} was billed at ${rateText(line)}, held at ${rateText(held)}`];
    }
    const most = heldFor(held, quote.count, images);
    return line.quantity > most ? [quantityReason(order, line, most)] : [];
  });
}

const heldFor = (held: QuoteLine | undefined, count: number, images: number): number =>
  held === undefined ? 0 : (held.high.quantity / count) * images;

/** Pictures are counted in pictures, because nobody knows tokens by heart. */
function quantityReason({ model, size }: Order, { meter, quantity, unit }: Line, most: number): string {
  const each = meter === 'image output' ? model.resolutions[size]?.tokens : null;
  if (each && quantity % each === 0 && most % each === 0) {
    return `${counted(quantity / each, 'image part')} billed, held for ${thousands(most / each)}`;
  }
  const units = unit === 'search' ? 'searches' : `${unit}s`;
  return `${thousands(quantity)} ${units} of ${meter} were billed, held for ${thousands(most)}`;
}

const disbelieved = (doubt: string): string =>
  `The usage that was reported cannot be, so the expected price is booked: ${doubt}.`;

function dearerReading(unsplit: number, all: number): string {
  const which = all === 1 ? 'The API' : `In ${unsplit} of ${all} answers the API`;
  return `${which} did not say how many output tokens were image: all of them are booked as image, the dearer reading.`;
}
