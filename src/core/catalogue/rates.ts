import type { Cited, Day, Lane, Meter, Rate } from './model.ts';
import { usd } from '../pricing/money.ts';
import { PRICES_OCTOBER } from './sources.ts';

const MILLION = 1_000_000;

/** One row of the pricing page: dollars per million tokens, digit by digit as it prints them. */
interface TokenPrices {
  readonly input: string;
  /** Text and thinking, which the page prices together. */
  readonly text: string;
  readonly image: string;
}

interface Terms {
  readonly lane: Lane;
  readonly from: Day;
  readonly cited: Cited;
}

export function tokenRates(prices: TokenPrices, { lane, from, cited }: Terms): readonly Rate[] {
  const row = (meter: Meter, price: string): Rate => ({
    ...cited,
    meter,
    lane,
    price: usd(price),
    per: MILLION,
    unit: 'token',
    from,
    until: null,
  });
  return [
    row('text input', prices.input),
    row('image input', prices.input),
    row('image output', prices.image),
    row('text output', prices.text),
    row('thinking', prices.text),
  ];
}

export function imageRate(price: string, { lane, from, cited }: Terms): Rate {
  return { ...cited, meter: 'image', lane, price: usd(price), per: 1, unit: 'image', from, until: null };
}

/** Google Search grounding, the same for every model that has it. */
export function searchRates(from: Day, lanes: readonly Lane[]): readonly Rate[] {
  return lanes.map((lane) => ({
    ...PRICES_OCTOBER,
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
