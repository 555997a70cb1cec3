import type { Cited, Day, Lane, Meter, Rate, Size } from './model.ts';
import { usd } from '../pricing/money.ts';
import { GOOGLE } from '../providers/google.ts';
import { PRICES_OCTOBER } from './sources.ts';

/** Whose prices the catalogue holds. */
const platform = GOOGLE.name;

/** One row of the pricing page: dollars per million tokens, digit by digit as it prints them. */
export interface TokenPrices {
  readonly input: string;
  /** Text and thinking, which the page prices together. */
  readonly text: string;
  readonly image: string;
}

/** Where a price holds, and who says so. */
export interface Terms {
  readonly lane: Lane;
  readonly from: Day;
  readonly cited: Cited;
}

const tokenRate = (meter: Meter, price: string, { lane, from, cited }: Terms): Rate => ({
  ...cited,
  platform,
  meter,
  lane,
  price: usd(price),
  per: 1_000_000,
  unit: 'token',
  from,
  until: null,
});

export const tokenRates = ({ input, text, image }: TokenPrices, terms: Terms): readonly Rate[] => [
  tokenRate('text input', input, terms),
  tokenRate('image input', input, terms),
  tokenRate('image output', image, terms),
  tokenRate('text output', text, terms),
  tokenRate('thinking', text, terms),
];

/** Image output at one size, where the page prints its price apart. */
export const sizedRate = (size: Size, image: string, terms: Terms): Rate => ({
  ...tokenRate('image output', image, terms),
  size,
});

export function imageRate(price: string, { lane, from, cited }: Terms): Rate {
  return {
    ...cited,
    platform,
    meter: 'image',
    lane,
    price: usd(price),
    per: 1,
    unit: 'image',
    from,
    until: null,
  };
}

/** Google Search grounding, the same for every model that has it. */
export function searchRates(from: Day, lanes: readonly Lane[]): readonly Rate[] {
  return lanes.map((lane) => ({
    ...PRICES_OCTOBER,
    platform,
    note: 'after 5,000 free searches a month; one image may take several',
    meter: 'search',
    lane,
    price: usd('14'),
    per: 1000,
    unit: 'search',
    from,
    until: null,
  }));
}
