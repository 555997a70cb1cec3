import { sum, toDecimal, ZERO, type Usd } from '../core/pricing/money.ts';
import type { Bill, Line, Quote } from '../core/pricing/types.ts';
import type { SavedFile, SavedImage } from '../ports/index.ts';

export function lineJson({ meter, quantity, unit, rate, per, amount }: Line) {
  return { meter, quantity, unit, rate: toDecimal(rate), per, amount: toDecimal(amount) };
}

export function quoteJson({ low, expected, high, lines }: Quote) {
  return {
    low: toDecimal(low),
    expected: toDecimal(expected),
    high: toDecimal(high),
    lines: lines.map((line) => ({
      ...lineJson(line),
      low: { quantity: line.low.quantity, amount: toDecimal(line.low.amount) },
      high: { quantity: line.high.quantity, amount: toDecimal(line.high.amount) },
      why: line.why,
      source: line.rateFrom.source,
      checked: line.rateFrom.checked,
      platform: line.rateFrom.platform,
    })),
  };
}

/** What the run cost. `charged` is unknown as soon as one request's fate is, and then counts at the expected price. */
export function costJson(
  { bill, unconfirmed }: { readonly bill: Bill | null; readonly unconfirmed: Usd },
  anyUnknown: boolean,
) {
  return {
    amount: toDecimal(sum([bill?.amount ?? ZERO, unconfirmed])),
    currency: 'USD',
    basis: unconfirmed > 0n ? 'estimated' : (bill?.basis ?? null),
    charged: anyUnknown ? 'unknown' : (bill?.charged ?? 'no'),
    lines: (bill?.lines ?? []).map(lineJson),
  };
}

/** A sheet of drafts has its cells in it. */
export function imageJson(image: SavedImage) {
  const { cells } = image;
  if (cells === undefined) return fileJson(image);
  return { ...fileJson(image), cells: cells.map((cell) => ({ cell: cell.cell, ...fileJson(cell) })) };
}

const fileJson = ({ path, mimeType, width, height, bytes, sha256 }: SavedFile) => ({
  path,
  mimeType,
  width,
  height,
  bytes,
  sha256,
});
