import type { Meter, Model, Rate } from '../catalogue/model.ts';
import { nano, toDecimal, type Usd } from '../pricing/money.ts';
import { catalogueRates } from './compare-prices.ts';
import type { ComparedRow } from './compared-row.ts';
import { lastOf } from './coverage.ts';
import type { Finding } from './findings.ts';
import type { Period } from './line.ts';

/** A price that the invoice and the catalogue say differently. */
export interface PriceDifference {
  readonly model: string;
  readonly lane: Rate['lane'];
  readonly meters: readonly Meter[];
  /** The row of the catalogue; null where it has none. */
  readonly catalogue: Rate | null;
  /** For as many units as the catalogue's. */
  readonly invoice: Usd;
  readonly per: number;
  readonly since: Period;
  readonly days: number;
}

/** What rows with another price say together: the roundest price that all of their amounts come from, and since when. */
export function priceDifferences(
  rows: readonly ComparedRow[],
  models: readonly Model[],
): readonly PriceDifference[] {
  const groups = new Map<string, ComparedRow[]>();
  for (const row of rows) {
    if (row.verdict !== 'price differs' || row.invoice === null || row.invoice.quantity <= 0) continue;
    const key = `${row.model} ${row.lane} ${row.meters.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group): PriceDifference[] => {
    const [first] = group;
    if (first === undefined) return [];
    const catalogue = catalogueRates(first, lastOf(first.period), models)[0] ?? null;
    const per = catalogue?.per ?? 1_000_000;
    const { model, lane, meters, period: since } = first;
    const invoice = roundest(group, per);
    // The catalogue has learned it since: only what was booked before keeps its amount.
    if (catalogue?.price === invoice) return [];
    return [{ model, lane, meters, catalogue, per, since, days: group.length, invoice }];
  });
}

/** Prices are printed with few digits. */
function roundest(rows: readonly ComparedRow[], per: number): Usd {
  const bounds = rows.flatMap(({ invoice }) => {
    if (invoice === null) return [];
    const { amount, within } = invoice;
    const price = (of: bigint): bigint => (of * BigInt(per)) / BigInt(invoice.quantity);
    return [{ low: price(amount - within), high: price(amount + within) }];
  });
  const low = bounds.reduce((max, bound) => (bound.low > max ? bound.low : max), 0n);
  const high = bounds.reduce((min, bound) => (bound.high < min ? bound.high : min), bounds[0]?.high ?? 0n);
  for (let unit = 1_000_000_000_000n; unit > 1n; unit /= 10n) {
    const up = ((low + unit - 1n) / unit) * unit;
    if (up <= high) return nano(up);
  }
  return nano((low + high) / 2n);
}

const KEYS: Readonly<Partial<Record<Meter, string>>> = {
  'text input': 'textInput',
  'image input': 'imageInput',
  'image output': 'imageOutput',
  'text output': 'textOutput',
  thinking: 'thinking',
};

/** A file of prices for --prices, to be looked at by somebody before it is used. Null where nothing differs. */
export function proposedPrices(
  differences: readonly PriceDifference[],
  findings: readonly Finding[],
  { names, day }: { readonly names: readonly string[]; readonly day: string },
): object | null {
  const prices = differences.flatMap(({ model, lane, meters, invoice, since }): readonly object[] => {
    const price = toDecimal(invoice);
    const from = since.length > 7 ? since : `${since}-01`;
    // A file says what something costs; that it is free, it cannot say.
    if (invoice <= 0n) return [];
    if (meters.includes('image')) return [{ model, lane, from, perImage: price }];
    const perMillion = Object.fromEntries(
      meters.flatMap((meter) => (KEYS[meter] ? [[KEYS[meter], price]] : [])),
    );
    return Object.keys(perMillion).length === 0 ? [] : [{ model, lane, from, perMillion }];
  });
  if (prices.length === 0) return null;
  const refusals = findings.find(({ question }) => question === 'refusals');
  return {
    schema: 'pixtab.prices/1',
    source: 'https://console.cloud.google.com/billing',
    checked: day,
    note: `proposed by pixtab reconcile from ${names.join(', ')}; look at it before you use it`,
    refusals: refusals?.answer === 'free' && refusals.sure === 'high' ? 'free' : 'charged',
    prices,
  };
}
