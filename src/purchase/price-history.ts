import { quote as quoteFor } from '../core/pricing/quote.ts';
import type { QuotedOrder } from '../core/order/route.ts';
import type { Ledger } from '../ports/index.ts';

/** Prices an order by the user's own latest bills. */
export async function quoteFromHistory(
  { order, quote }: QuotedOrder,
  ledger: Pick<Ledger, 'priceHistory'>,
): Promise<QuotedOrder> {
  const priceHistory = await ledger.priceHistory(order.model.id, order.size);
  return { order, quote: priceHistory === null ? quote : quoteFor(order, quote.day, priceHistory) };
}
