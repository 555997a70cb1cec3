import type { Lane, Meter, Size } from '../catalogue/model.ts';
import { calendar } from '../policy/calendar.ts';
import { toDecimal } from './money.ts';
import type { Line } from './types.ts';

/** One line of a bill, with what it was for. */
export interface BilledLine {
  readonly line: Line;
  readonly attemptId: string;
  readonly runId: string;
  readonly model: string;
  readonly lane: Lane;
  readonly size: Size;
  readonly project: string | null;
  readonly labels: readonly string[];
  /** When it was asked for, in milliseconds since 1970. */
  readonly at: number;
  /** Who sold it. */
  readonly seller: string;
}

/**
 * The columns that FOCUS 1.2 asks for of a seller who measures usage, publishes prices for units, and knows tags; after them, our own.
 * https://focus.finops.org/focus-specification/v1-2/, checked 2026-11-27.
 */
export const FOCUS_COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'InvoiceId',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'SkuId',
  'SkuMeter',
  'SkuPriceDetails',
  'SkuPriceId',
  'Tags',
  'x_AttemptId',
  'x_Lane',
  'x_Model',
  'x_RunId',
  'x_Size',
] as const;

export type FocusRow = Readonly<Record<(typeof FOCUS_COLUMNS)[number], string | null>>;

const METERS: Readonly<Record<Meter, string>> = {
  'text input': 'Input Tokens',
  'image input': 'Image Input Tokens',
  'text output': 'Output Tokens',
  'image output': 'Image Output Tokens',
  thinking: 'Thinking Tokens',
  search: 'Searches',
  image: 'Images',
  charge: 'Requests',
};
const UNITS: Readonly<Record<Line['unit'], string>> = {
  token: 'Tokens',
  image: 'Images',
  search: 'Searches',
  request: 'Requests',
};

const HOUR = 3_600_000;

/** Makes rows of FOCUS 1.2; `account` is the id of the billing account, which no answer of the API says. */
export function focusRows(account: string): (billed: BilledLine) => FocusRow {
  const monthOf = months();
  return (billed) => {
    const { line, model, lane, size, at, seller } = billed;
    const sku = [model, line.meter, lane].join('/').replaceAll(' ', '-');
    const price = toDecimal(line.rate);
    const list = listCost(line);
    const hour = Math.floor(at / HOUR) * HOUR;
    const [start, end] = monthOf(at);
    return {
      BilledCost: toDecimal(line.amount),
      BillingAccountId: account,
      BillingAccountName: null,
      BillingCurrency: 'USD',
      BillingPeriodEnd: time(end),
      BillingPeriodStart: time(start),
      ChargeCategory: 'Usage',
      ChargeClass: null,
      ChargeDescription: `${METERS[line.meter]} of ${model}, lane ${lane}`,
      ChargeFrequency: 'Usage-Based',
      ChargePeriodEnd: time(hour + HOUR),
      ChargePeriodStart: time(hour),
      ConsumedQuantity: String(line.quantity),
      ConsumedUnit: UNITS[line.unit],
      ContractedCost: list,
      ContractedUnitPrice: price,
      EffectiveCost: toDecimal(line.amount),
      InvoiceId: null,
      InvoiceIssuerName: seller,
      ListCost: list,
      ListUnitPrice: price,
      PricingCategory: 'Standard',
      PricingQuantity: quotient(BigInt(line.quantity), BigInt(line.per)),
      PricingUnit: line.per === 1 ? UNITS[line.unit] : `${line.per} ${UNITS[line.unit]}`,
      ProviderName: seller,
      PublisherName: 'Google',
      ServiceCategory: 'AI and Machine Learning',
      ServiceName: 'Gemini API',
      ServiceSubcategory: 'Generative AI',
      SkuId: sku,
      SkuMeter: METERS[line.meter],
      SkuPriceDetails: JSON.stringify({ x_Lane: lane, x_Model: model }),
      SkuPriceId: `${sku}/${price}`,
      Tags: tags(billed),
      x_AttemptId: billed.attemptId,
      x_Lane: lane,
      x_Model: model,
      x_RunId: billed.runId,
      x_Size: size,
    };
  };
}

const time = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Google bills by months of California. */
function months(): (at: number) => readonly [start: number, end: number] {
  const pacific = calendar('America/Los_Angeles');
  let window = { from: 0, until: 0 };
  return (at) => {
    if (at < window.from || at >= window.until) window = pacific.windowAt(at, 'month');
    return [window.from, window.until];
  };
}

/** The project under its name, each label with the value true, as FOCUS has tags without a value. */
const tags = ({ project, labels }: BilledLine): string =>
  JSON.stringify({
    ...(project === null ? {} : { project }),
    ...Object.fromEntries(labels.map((label) => [`label/${label}`, true])),
  });

/** Price times quantity with all its digits: an amount that was booked may be rounded up by less than a nano-dollar. */
const listCost = ({ rate, quantity, per }: Line): string =>
  quotient(rate * BigInt(quantity), BigInt(per) * NANO);

const NANO = 1_000_000_000n;
const DIGITS = 18;

/** As a decimal, exact where the divisor is a power of ten. */
function quotient(dividend: bigint, divisor: bigint): string {
  const scaled = ((dividend * 10n ** BigInt(DIGITS)) / divisor).toString().padStart(DIGITS + 1, '0');
  const fraction = scaled.slice(-DIGITS).replace(/0+$/, '');
  return `${scaled.slice(0, -DIGITS)}${fraction && `.${fraction}`}`;
}
