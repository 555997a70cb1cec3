import type { Usd } from '../pricing/money.ts';
import { priced } from '../pricing/money.ts';
import { rateOf, ratesAt } from './catalogue.ts';
import type { Day, Lane, Model, PriceSource, Rate, Size } from './model.ts';

/** The picture alone, as price pages print it, and where that comes from. null where it is not sold. */
export function listPrice(
  model: Model,
  lane: Lane,
  size: Size,
  day: Day,
): { readonly price: Usd; readonly cited: PriceSource & Pick<Rate, 'isGuess'> } | null {
  const resolution = model.resolutions[size];
  if (resolution === undefined) return null;
  const rates = ratesAt(model, lane, day);
  const flat = rateOf(rates, 'image', size);
  if (flat) return { price: flat.price, cited: flat };
  const rate = rateOf(rates, 'image output', size);
  if (rate === undefined || resolution.tokens === null) return null;
  return { price: priced(rate.price, resolution.tokens, rate.per), cited: rate };
}
