import { MODELS } from '../catalogue/catalogue.ts';
import type { Model, Rate } from '../catalogue/model.ts';
import type { Line, Quote } from './types.ts';

/** What a purchase was quoted at, kept with it: whoever finishes it later bills it as it would have been billed at once. */
export interface QuotedTerms {
  /** The expected lines: they are booked where the answer reports nothing. */
  readonly lines: readonly Line[];
  /** All rates of the model where an account or a gateway has its own; null where they are the catalogue's. */
  readonly rates: readonly Rate[] | null;
}

export function termsOf(model: Model, { lines }: Pick<Quote, 'lines'>): QuotedTerms {
  const listed = MODELS.find(({ id }) => id === model.id);
  return {
    lines: lines.map(({ meter, quantity, unit, rate, per, amount }) => ({
      meter,
      quantity,
      unit,
      rate,
      per,
      amount,
    })),
    rates: model.rates === listed?.rates ? null : model.rates,
  };
}
