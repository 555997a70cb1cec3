import type { Meter } from '../catalogue/model.ts';
import type { Order } from '../order/order.ts';

/** What the latest pictures of one model and size took, by the user's own bills. */
export interface PriceHistory {
  readonly pictures: number;
  /** All of them together; a meter that no bill had is left out. */
  readonly quantities: Readonly<Partial<Record<Meter, number>>>;
}

/** As many bills as it takes: fewer may all have been unusual. */
export const ENOUGH_BILLS = 20;
/** As many bills as are looked at: older ones tell of the model as it was. */
export const LATEST_BILLS = 200;

/** Meters that depend on the model alone: the input is that of this order, not of earlier ones. */
const LEARNED: ReadonlySet<Meter> = new Set(['image output', 'text output', 'thinking']);

interface Quantity {
  readonly meter: Meter;
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  readonly why: string;
}

/** Moves what is expected to what was seen. Low and high stay: they are what is promised and what is held. */
export function fromHistory<Q extends Quantity>(
  quantity: Q,
  order: Order,
  priceHistory: PriceHistory | null,
): Q {
  const { meter, low, high, why } = quantity;
  if (priceHistory === null || low === high || !LEARNED.has(meter)) return quantity;
  // The bills are mostly of the level that is taken when nobody asks for another.
  if (meter === 'thinking' && order.thinking !== order.model.thinkingDefault) return quantity;
  const seen = Math.round((priceHistory.quantities[meter] ?? 0) / priceHistory.pictures);
  const expected = Math.min(high, Math.max(low, seen));
  return { ...quantity, expected, why: `${why}; expected as in your last ${priceHistory.pictures} bills` };
}
