import { findModel, MODELS } from '../../../src/core/catalogue/catalogue.ts';
import type { Meter } from '../../../src/core/catalogue/model.ts';
import { tokensOfPicture, type Booked } from '../../../src/core/invoice/booked.ts';
import type { Sides } from '../../../src/core/invoice/compared-row.ts';
import { tallyOf } from '../../../src/core/invoice/invoice-tally.ts';
import { ledgerTally } from '../../../src/core/invoice/ledger-tally.ts';
import type { Coverage } from '../../../src/core/invoice/coverage.ts';
import type { InvoiceLine } from '../../../src/core/invoice/line.ts';
import { SKUS } from '../../../src/core/invoice/sku-table.ts';
import { skuFinder } from '../../../src/core/invoice/skus.ts';
import { nano, priced, usd, ZERO } from '../../../src/core/pricing/money.ts';
import type { Line } from '../../../src/core/pricing/types.ts';

/** Nano Banana Pro: a picture of 1K is 1120 tokens at $120 for a million. */
export const PRO = 'gemini-3-pro-image';
export const PRO_PICTURES = 'Generate_content image output token count for Gemini 3 Pro Image';
/** Nano Banana 2, whose SKUs count text apart from that of other models. */
export const NB2 = 'gemini-3.1-flash-image';

export const tokens = (meter: Meter, quantity: number, rate = '120'): Line => ({
  meter,
  quantity,
  unit: 'token',
  rate: usd(rate),
  per: 1_000_000,
  amount: priced(usd(rate), quantity, 1_000_000),
});

let count = 0;

/** A picture of Nano Banana Pro that was bought at noon. */
export function aPurchase(day: string, changes: Partial<Booked> = {}): Booked {
  const at = Date.parse(`${day}T12:00:00Z`);
  return {
    attemptId: `attempt ${(count += 1)}`,
    model: PRO,
    lane: 'now',
    size: '1K',
    from: at,
    until: at,
    came: 'picture',
    pictures: 1,
    basis: 'metered',
    charged: 'yes',
    lines: [tokens('image output', 1120)],
    ...changes,
  };
}

/** Of unknown outcome. */
export const aLost = (day: string, changes: Partial<Booked> = {}): Booked =>
  aPurchase(day, { came: 'nobody knows', basis: null, charged: 'unknown', ...changes });

/** Between this day and another, and nobody knows on which. */
export const until = (first: string, last: string): Pick<Booked, 'from' | 'until'> => ({
  from: Date.parse(`${first}T23:59:00Z`),
  until: Date.parse(`${last}T00:01:00Z`),
});

export const aLine = (period: string, quantity: number, changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  period,
  kind: 'usage',
  service: 'Gemini API',
  serviceId: '',
  sku: PRO_PICTURES,
  skuId: '',
  quantity,
  unit: 'count',
  cost: priced(usd('120'), Math.round(quantity), 1_000_000),
  within: nano(1_000n),
  credits: ZERO,
  project: '',
  labels: {},
  ...changes,
});

/** An invoice, of the days that its lines span where nothing is said, beside what was bought. Days are those of UTC here. */
export function sidesOf(
  bought: readonly Booked[],
  invoiced: readonly InvoiceLine[],
  { days, ...rest }: Partial<Sides> & Partial<Coverage> = {},
): Sides {
  const { skus = SKUS } = rest;
  const lines = tallyOf(skuFinder(skus));
  for (const line of invoiced) lines.add(line);
  const tally = lines.result(null);
  const invoice = { ...tally, coverage: { ...tally.coverage, ...(days && { days }) } };
  const books = ledgerTally(
    invoice.coverage,
    skus,
    ({ model, size }) => tokensOfPicture(findModel(model), size),
    (at) => new Date(at).toISOString().slice(0, 10),
  );
  for (const booked of bought) books.add(booked);
  return { invoice, ledger: books.result(), skus, models: MODELS, openFrom: null, ...rest };
}
