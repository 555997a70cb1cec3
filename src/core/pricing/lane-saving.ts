import { MODELS, rateOf, ratesAt } from '../catalogue/catalogue.ts';
import type { Day, Model, Size } from '../catalogue/model.ts';
import { priced, sum, type Usd } from './money.ts';
import type { Line } from './types.ts';

interface Billed {
  readonly model: string;
  readonly size: Size;
  readonly day: Day;
  readonly lines: readonly Pick<Line, 'meter' | 'quantity'>[];
}

/** What the lines of a bill would have come to in lane now, on the same day; null where a price for one of them is not known. */
export function inLaneNow(
  { model: id, size, day, lines }: Billed,
  models: readonly Model[] = MODELS,
): Usd | null {
  const model = models.find((one) => one.id === id);
  if (model === undefined) return null;
  const rates = ratesAt(model, 'now', day);
  const amounts: Usd[] = [];
  for (const { meter, quantity } of lines) {
    const rate = rateOf(rates, meter, size);
    if (rate === undefined) return null;
    amounts.push(priced(rate.price, quantity, rate.per));
  }
  return sum(amounts);
}
