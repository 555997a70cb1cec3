import { seededRandom, type Random } from '../random.ts';
import type { Account, AccountRow } from './meter.ts';
import { decimal, type Lane } from './prices.ts';

/** How the invoice of the sandbox differs from its meter, as Google's may. */
export interface InvoiceWishes {
  /** Days in California, both inside; null leaves an end open. */
  readonly from: string | null;
  readonly to: string | null;
  /** What was charged in the last so many hours is not on it yet. */
  readonly lagHours: number;
  /** So many pictures of somebody else, on days that are there. */
  readonly strangers: number;
  /** So many charges that never came, and so many that were booked twice and taken back. */
  readonly lost: number;
  readonly corrections: number;
  /** Decimals of the amounts. */
  readonly rounding: number;
  /** What Google does not say: what becomes of pictures before the last one, of text without a modality, of refusals. */
  readonly drafts: 'charged' | 'free';
  readonly remainder: 'text' | 'image' | 'free';
  readonly refusals: 'charged' | 'free';
  /** Price of image output, in hundredths of the meter's. */
  readonly pricePercent: number;
  readonly seed: number;
}

export const AS_METERED: InvoiceWishes = {
  from: null,
  to: null,
  lagHours: 0,
  strangers: 0,
  lost: 0,
  corrections: 0,
  rounding: 6,
  drafts: 'charged',
  remainder: 'text',
  refusals: 'charged',
  pricePercent: 100,
  seed: 1,
};

/** One row: what one SKU came to on one day. */
export interface BilledRow {
  readonly day: string;
  /** The first moment that it is about. */
  readonly at: string;
  readonly sku: string;
  readonly skuId: string;
  readonly quantity: number;
  /** Whole nano-dollars. */
  readonly cost: bigint;
}

interface Line {
  readonly at: string;
  readonly sku: string;
  readonly quantity: number;
  readonly cost: bigint;
}

/** What Google would put on its invoice for what the meter counted. */
export function billedRows(account: Account, wishes: InvoiceWishes, now: number): readonly BilledRow[] {
  const random = seededRandom(wishes.seed, 'invoice');
  const newest = now - wishes.lagHours * 3_600_000;
  const isAsked = (at: string): boolean => {
    const day = pacificDay(at);
    return (wishes.from ?? day) <= day && day <= (wishes.to ?? day) && Date.parse(at) <= newest;
  };
  const charges = account.requests.filter(({ at }) => isAsked(at));
  const lines = [
    ...without(charges, wishes.lost, random).flatMap((charge) => linesOf(charge, wishes)),
    ...strangersAmong(charges, wishes, random),
    ...corrections(charges, wishes, random),
  ];
  return summedUp(lines).map((row) => ({ ...row, cost: rounded(row.cost, wishes.rounding) }));
}

function linesOf({ at, model, lane, lines, drafts }: AccountRow, wishes: InvoiceWishes): readonly Line[] {
  const quantityOf = (meter: string): number => lines.find((line) => line.meter === meter)?.quantity ?? 0;
  const isRefusal = quantityOf('image output') + quantityOf('image') === 0;
  if (isRefusal && wishes.refusals === 'free') return [];
  return lines.flatMap((line): Line[] => {
    const isText = line.meter === 'text output' && !isRefusal;
    if (isText && wishes.remainder === 'free') return [];
    const meter = isText && wishes.remainder === 'image' ? 'image output' : line.meter;
    const free = line.meter === 'image output' && wishes.drafts === 'free' ? drafts : 0;
    const quantity = line.quantity - free;
    const rate = nano(line.amount) / BigInt(line.quantity);
    const percent = meter === 'image output' ? BigInt(wishes.pricePercent) : 100n;
    return [
      { at, sku: skuOf(model, lane, meter), quantity, cost: (rate * BigInt(quantity) * percent) / 100n },
    ];
  });
}

/** Some of the charges that have pictures are gone. */
function without(charges: readonly AccountRow[], lost: number, random: Random): readonly AccountRow[] {
  const left = [...charges];
  for (let gone = 0; gone < lost; gone += 1) {
    const pictured = left.flatMap(({ lines }, index) => (lines.some(isPicture) ? [index] : []));
    const [first, ...rest] = pictured;
    if (first !== undefined) left.splice(random.pick([first, ...rest]), 1);
  }
  return left;
}

const isPicture = ({ meter }: { readonly meter: string }): boolean =>
  meter === 'image output' || meter === 'image';

function strangersAmong(
  charges: readonly AccountRow[],
  wishes: InvoiceWishes,
  random: Random,
): readonly Line[] {
  const [first, ...rest] = charges.filter(({ lines, drafts }) => drafts === 0 && lines.some(isPicture));
  if (first === undefined) return [];
  return Array.from({ length: wishes.strangers }, () => random.pick([first, ...rest])).flatMap((charge) =>
    linesOf(charge, wishes),
  );
}

/** Booked twice at first, and taken back later: together they are nothing. */
function corrections(charges: readonly AccountRow[], wishes: InvoiceWishes, random: Random): readonly Line[] {
  const [first, ...rest] = charges;
  if (first === undefined) return [];
  return Array.from({ length: wishes.corrections }, () => random.pick([first, ...rest]))
    .flatMap((charge) => linesOf(charge, wishes))
    .flatMap((line) => [line, { ...line, quantity: -line.quantity, cost: -line.cost }]);
}

function summedUp(lines: readonly Line[]): readonly BilledRow[] {
  const rows = new Map<string, BilledRow>();
  for (const { at, sku, quantity, cost } of lines) {
    const day = pacificDay(at);
    const before = rows.get(`${day} ${sku}`);
    rows.set(`${day} ${sku}`, {
      day,
      sku,
      at: before === undefined || at < before.at ? at : before.at,
      skuId: SKU_IDS[sku] ?? '',
      quantity: quantity + (before?.quantity ?? 0),
      cost: cost + (before?.cost ?? 0n),
    });
  }
  return [...rows.values()].sort((a, b) => (a.day + a.sku < b.day + b.sku ? -1 : 1));
}

/** What Google calls a meter of a model. Only some of these names are known to be real; the others follow their example. */
export function skuOf(model: string, lane: Lane, meter: string): string {
  const end = lane === 'standard' ? '' : ` ${lane}`;
  const name = NAMES[model] ?? model;
  if (meter === 'search') return 'Generate content search query gemini 3 paid';
  if (meter === 'image') return `${name} Generation (output)`;
  const counted = meter === 'thinking' || meter === 'text output' ? 'text output' : meter;
  return `Generate_content ${counted} token count for ${name}${end}`;
}

const NAMES: Readonly<Record<string, string>> = {
  'gemini-3-pro-image': 'Gemini 3 Pro Image',
  'gemini-2.5-flash-image': 'Gemini 2.5 Flash Native Image Generation',
  'gemini-3.1-flash-lite-image': 'Gemini 3.1 Flash Lite Image',
  'gemini-3.1-flash-image': 'Gemini 3.1 Flash Image',
  'gemini-nano-banana-2.1': 'Nano Banana 2.1',
  'imagen-4.0-fast-generate-001': 'Imagen 4 fast',
  'imagen-4.0-generate-001': 'Imagen 4',
  'imagen-4.0-ultra-generate-001': 'Imagen 4 ultra',
};

const SKU_IDS: Readonly<Record<string, string>> = {
  'Generate_content image output token count for Gemini 3 Pro Image': '096D-0370-0236',
  'Generate_content image output token count for Gemini 2.5 Flash Native Image Generation': '2A8D-CD62-0E04',
};

const FORMAT = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles', dateStyle: 'short' });
const pacificDay = (at: string): string => FORMAT.format(Date.parse(at));

function nano(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(9, '0'));
}

function rounded(cost: bigint, decimals: number): bigint {
  const unit = 10n ** BigInt(9 - decimals);
  const half = cost < 0n ? -unit / 2n : unit / 2n;
  return ((cost + half) / unit) * unit;
}

// ---------------------------------------------------------------- as files

const SERVICE = { id: 'AEFD-7695-64FA', description: 'Gemini API' };

/** The CSV of a report in the console: amounts with separators of thousands, and a row of totals at the end. */
export function reportCsv(rows: readonly BilledRow[], { rounding }: InvoiceWishes): string {
  const cents = (cost: bigint): string => fixed(rounded(cost, 2), 2);
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)).join(',');
  const total = rows.reduce((sum, { cost }) => sum + cost, 0n);
  return [
    'Date,Service description,Service ID,SKU description,SKU ID,Usage amount,Usage unit,List cost ($),Negotiated savings ($),Savings programs ($),Other savings ($),Unrounded subtotal ($),Subtotal ($)',
    ...rows.map(({ day, sku, skuId, quantity, cost }) =>
      line([
        day,
        SERVICE.description,
        SERVICE.id,
        sku,
        skuId,
        quantity.toLocaleString('en-US'),
        'count',
        cents(cost),
        '0.00',
        '0.00',
        '0.00',
        fixed(cost, rounding),
        cents(cost),
      ]),
    ),
    line([
      '',
      '',
      '',
      '',
      '',
      'Total',
      '',
      cents(total),
      '0.00',
      '0.00',
      '0.00',
      fixed(total, rounding),
      cents(total),
    ]),
    '',
  ].join('\n');
}

function fixed(cost: bigint, decimals: number): string {
  const [whole = '', fraction = ''] = decimal(cost < 0n ? -cost : cost).split('.');
  return `${cost < 0n ? '-' : ''}${whole}${decimals === 0 ? '' : `.${fraction.padEnd(decimals, '0').slice(0, decimals)}`}`;
}

/** JSON Lines, as the standard export of BigQuery has them. */
export function exportLines(rows: readonly BilledRow[], now: number): string {
  return rows
    .map(({ at, sku, skuId, quantity, cost }) => {
      const hour = `${at.slice(0, 13)}:00:00Z`;
      return `${JSON.stringify({
        billing_account_id: '000000-SANDBOX-000000',
        service: SERVICE,
        sku: { id: skuId || null, description: sku },
        usage_start_time: hour,
        usage_end_time: new Date(Date.parse(hour) + 3_600_000).toISOString(),
        project: { id: 'sandbox', name: 'sandbox' },
        labels: [],
        export_time: new Date(now).toISOString(),
        cost: Number(fixed(cost, 9)),
        currency: 'USD',
        currency_conversion_rate: 1,
        usage: { amount: quantity, unit: 'count' },
        credits: [],
        cost_type: 'regular',
      })}\n`;
    })
    .join('');
}
