import { quote as quoteFor } from '../core/pricing/quote.ts';
import type { Offer } from '../core/order/route.ts';
import type { Ledger } from '../ports/index.ts';

/** With the price that the user's own bills lead to expect. */
export async function byHabit({ order, quote }: Offer, ledger: Pick<Ledger, 'habit'>): Promise<Offer> {
  const habit = await ledger.habit(order.model.id, order.size);
  return { order, quote: habit === null ? quote : quoteFor(order, quote.day, habit) };
}
