import type { Day, Lane, Meter, PriceSource, Size, Unit } from '../catalogue/model.ts';
import type { Charged } from '../errors.ts';
import type { PriceHistory } from './price-history.ts';
import type { Usd } from './money.ts';

/** One row of a bill. A total is only ever the sum of its lines. */
export interface Line {
  readonly meter: Meter;
  readonly quantity: number;
  readonly unit: Unit;
  /** Price of `per` units. */
  readonly rate: Usd;
  readonly per: number;
  readonly amount: Usd;
}

/** What is paid for an order, said before it is sent: the same rates as the bill, quantities as a range. */
export interface QuoteLine extends Line {
  /** `quantity` and `amount` of the line itself are the expected ones. */
  readonly low: { readonly quantity: number; readonly amount: Usd };
  readonly high: { readonly quantity: number; readonly amount: Usd };
  /** Where the quantity comes from, for people: "1120 per 1K image", "thinking at level minimal". */
  readonly why: string;
  /** Where the rate comes from. */
  readonly rateFrom: PriceSource;
}

export interface Quote {
  readonly model: string;
  readonly lane: Lane;
  readonly size: Size;
  readonly count: number;
  /** The day whose prices these are. */
  readonly day: Day;
  /** The user's own bills, where the expected price is made from them. */
  readonly priceHistory: PriceHistory | null;
  readonly lines: readonly QuoteLine[];
  readonly low: Usd;
  readonly expected: Usd;
  /** What is held. */
  readonly high: Usd;
  /** What could still exceed the high, and other things worth knowing before paying. */
  readonly warnings: readonly string[];
}

/**
 * What a bill is made of, the least certain first: `estimated`: the quote's expected price, where the answer reported no
 * usage, or what was reported at the list prices of somebody else; `listed`: flat prices; `metered`: usage that was
 * reported; `stated`: what the seller says that it charged.
 */
export const BASES = ['estimated', 'listed', 'metered', 'stated'] as const;
export type Basis = (typeof BASES)[number];

/** The price after. */
export interface Bill {
  readonly basis: Basis;
  readonly charged: Charged;
  readonly lines: readonly Line[];
  readonly amount: Usd;
  /** The output was not split by modality, and all of it is booked as image. */
  readonly unsplit?: true;
  /** Why the usage that was reported is not what was booked, as a clause. */
  readonly doubt?: string;
}
