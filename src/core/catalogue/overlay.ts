import type { Usd } from '../pricing/money.ts';
import type { Day, Lane, Meter, Model, PriceSource, Rate, RefusalTerms, Size } from './model.ts';

/** Prices of an account or a gateway, instead of the public ones. */
export interface Overlay {
  readonly cited: PriceSource;
  /** What an answer without a picture costs there; charged, where nobody says. */
  readonly refusals?: RefusalTerms;
  readonly prices: readonly OverlayPrice[];
}

export interface OverlayPrice {
  /** An id of the catalogue. */
  readonly model: string;
  readonly lane: Lane;
  readonly meter: Meter;
  /** null: for every size. */
  readonly size: Size | null;
  readonly price: Usd;
  readonly from: Day;
  readonly until: Day | null;
}

const UNIT: Record<Meter, Pick<Rate, 'unit' | 'per'>> = {
  image: { unit: 'image', per: 1 },
  'image output': { unit: 'token', per: 1_000_000 },
  'text output': { unit: 'token', per: 1_000_000 },
  thinking: { unit: 'token', per: 1_000_000 },
  'text input': { unit: 'token', per: 1_000_000 },
  'image input': { unit: 'token', per: 1_000_000 },
  search: { unit: 'search', per: 1000 },
  charge: { unit: 'request', per: 1 },
};

/** The catalogue with the overlay's rates in place of those for the same lane and meter. What it leaves out stays. */
export function overlaid(
  models: readonly Model[],
  { cited, refusals = 'charged', prices }: Overlay,
): readonly Model[] {
  return models.map((model) => {
    const rates = prices
      .filter((price) => price.model === model.id)
      .map(({ lane, meter, size, price, from, until }): Rate => {
        const sized = size === null ? {} : { size };
        return { ...cited, refusals, lane, meter, price, from, until, ...sized, ...UNIT[meter] };
      });
    if (rates.length === 0) return model;
    const isReplaced = (old: Rate): boolean =>
      rates.some(
        ({ lane, meter, size }) =>
          lane === old.lane && meter === old.meter && (size ?? old.size) === old.size,
      );
    return { ...model, rates: [...rates, ...model.rates.filter((rate) => !isReplaced(rate))] };
  });
}
