import type { Lane, Meter, Model } from '../catalogue/model.ts';
import { rateOf, ratesAt } from '../catalogue/catalogue.ts';
import type { Size } from '../catalogue/model.ts';
import type { Charged } from '../errors.ts';
import type { Bill, Line } from '../pricing/types.ts';

/** What the ledger says of one attempt, as far as an invoice could show it. */
export interface Booked {
  readonly attemptId: string;
  readonly model: string;
  /** The lane it was billed in. */
  readonly lane: Lane;
  readonly size: Size;
  /** Google counted it somewhere between these moments, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  readonly came: 'picture' | 'no picture' | 'nobody knows';
  /** Pictures that were asked for. */
  readonly pictures: number;
  /** Whether usage was reported; where it was not, text and thinking are a guess. */
  readonly basis: Bill['basis'] | null;
  readonly charged: Charged;
  /** Of the bill, or of the quote where nobody knows. */
  readonly lines: readonly Line[];
}

/** The lane whose prices a bill was made of: a request for flex may have been served as standard. */
export function laneBilled(model: Model, asked: Lane, size: Size, day: string, lines: readonly Line[]): Lane {
  const has = (lane: Lane): boolean => {
    const rates = ratesAt(model, lane, day);
    return lines.every(({ meter, rate }) => rateOf(rates, meter, size)?.price === rate);
  };
  if (has(asked)) return asked;
  return (['now', 'flex', 'priority'] as const).find(has) ?? asked;
}

/** Meters that Google counts together unless its SKUs tell them apart. */
const TOGETHER: readonly (readonly Meter[])[] = [
  ['text output', 'thinking'],
  ['text input', 'image input'],
];

export const togetherWith = (meter: Meter): readonly Meter[] =>
  TOGETHER.find((meters) => meters.includes(meter)) ?? [meter];

/** Tokens of one picture at a size; null for models sold by the picture. */
export const tokensOfPicture = ({ resolutions }: Model, size: Size): number | null =>
  resolutions[size]?.tokens ?? null;
