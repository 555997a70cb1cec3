import { usageFailure } from '../errors.ts';
import { calendar, type Calendar } from '../policy/calendar.ts';
import { nano } from '../pricing/money.ts';
import { excerpt } from '../text/text.ts';
import {
  currencyOf,
  EVEN,
  exchanged,
  figureIn,
  isCurrency,
  nanoOf,
  numberOf,
  type Exchange,
  type Figure,
  type Sign,
} from './amount.ts';
import { columnsIn, type ColumnName } from './columns.ts';
import { cachedDays, dayIn, monthIn, PACIFIC, periodOf, timeIn } from './dates.ts';
import { creditsIn, labelsIn } from './nested.ts';
import { remembering } from './remember.ts';
import type { InvoiceKind, InvoiceLine, Period } from './line.ts';

export interface InvoiceHead {
  /** What messages call the file. */
  readonly name: string;
  readonly titles: readonly string[];
  /** Rows before the titles. */
  readonly preamble: readonly (readonly string[])[];
  /** The sign before cents, as far as the file's separator tells. */
  readonly decimal: Sign;
}

export interface InvoiceReader {
  readonly kind: InvoiceKind;
  /** The days that the file says it is about; null where it does not say. */
  readonly range: readonly [first: string, last: string] | null;
  readonly has: (column: ColumnName) => boolean;
  /** Null for a row of totals. Failure `usage` with the line of what is wrong. */
  read(row: readonly string[], line: number): InvoiceLine | null;
  /** The latest export that a row was of, in milliseconds since 1970; null where no row says. */
  exportedAt(): number | null;
}

interface Spent {
  readonly amount: bigint;
  /** How far it may be from what was meant, because it was rounded. */
  readonly within: bigint;
}

/** Exports have fractions of any length, which were rounded to a millionth at most. */
const MICRO = 1_000n;
const HALF_CENT = 5_000_000n;

/** A report prints as many decimals as it has rounded to; a spreadsheet may have taken zeros at the end away. */
function halfOfLastPlace({ fraction }: Figure): bigint {
  const half = 10n ** BigInt(9 - Math.min(9, fraction.length)) / 2n;
  return half > HALF_CENT ? HALF_CENT : half;
}

const HOW =
  'In the console, group the report by SKU with a daily time range, and download its CSV; or export from BigQuery.';

/** A reader for the rows of one file; Failure `usage` where its columns are not enough to compare anything. */
export function invoiceReader(
  head: InvoiceHead,
  rates: ReadonlyMap<string, Exchange> = new Map(),
  pacific: Calendar = calendar(PACIFIC),
): InvoiceReader {
  const { name, decimal } = head;
  const { at, currency: inTitles } = columnsIn(head.titles);
  const has = (column: ColumnName): boolean => at[column] !== undefined;
  const kind = kindOf(has, head.titles);
  const range = rangeOf(head);
  const only = range === null ? null : periodOf(range);
  const dayOf = cachedDays(pacific);
  const time = remembering(timeIn);
  const labels = remembering(labelsIn);
  const credits = remembering(creditsIn);
  let exportedAt: number | null = null;

  const isDated = has('day') || has('startTime') || has('month') || only !== null;
  const missing = [
    ...(has('sku') || has('skuId') ? [] : ['SKU description']),
    ...(isDated ? [] : ['Date']),
    ...(has('quantity') ? [] : ['Usage amount']),
    ...(has('cost') || has('exact') || has('list') ? [] : ['Cost']),
  ];
  if (missing.length > 0) {
    const list = missing.map((title) => `"${title}"`).join(', ');
    throw usageFailure(`${name} has no column ${list}, so its lines cannot be told apart.`, HOW);
  }

  function read(row: readonly string[], line: number): InvoiceLine | null {
    const cell = (column: ColumnName): string => {
      const index = at[column]?.[0];
      return index === undefined ? '' : (row[index] ?? '').trim();
    };
    const wrong = (what: string): Error => usageFailure(`${name}, line ${line}: ${what}.`);
    const figure = (text: string, sign: Sign | null) => {
      const read = figureIn(text, sign);
      if (read === null) throw wrong(`"${excerpt(text, 40)}" is no number`);
      return read;
    };

    const sku = cell('sku');
    const skuId = cell('skuId');
    if (sku === '' && skuId === '' && isTotal(row, cell('service'))) return null;
    const provider = cell('provider');
    if (provider !== '' && !/google/i.test(provider))
      throw usageFailure(`${name} is an invoice of ${excerpt(provider, 40)}; only Google's can be compared.`);

    const exported = time(cell('exported'));
    if (exported !== null) exportedAt = Math.max(exportedAt ?? exported, exported);
    const rate = rateFor(cell('currency') || inTitles || 'USD', cell('conversion'));
    const spent = (column: ColumnName): Spent | null => {
      if (cell(column) === '') return null;
      const read = figure(cell(column), decimal);
      return { amount: nanoOf(read), within: halfOfLastPlace(read) };
    };
    const savings = (at.savings ?? []).reduce(
      (sum, index) => sum + nanoOf(figure(row[index] ?? '', decimal)),
      0n,
    );
    const cost = costOf(spent, savings);
    const amount = exchanged(cost.amount, rate.exchange);
    const rounded = exchanged(cost.within, rate.exchange);
    return {
      period: periodIn(cell) ?? wrongDay(cell, wrong),
      kind: kindOfCost(cell('kind'), sku || skuId),
      service: cell('service'),
      serviceId: cell('serviceId'),
      sku,
      skuId,
      quantity: numberOf(figure(cell('quantity'), null)),
      unit: cell('unit'),
      cost: amount,
      within: nano(rounded + (rate.isGuess ? (amount < 0n ? -amount : amount) / 100n : 0n) + 1n),
      credits: nano(exchanged(savings, rate.exchange) + exchanged(credits(cell('credits')), rate.exchange)),
      project: cell('projectId') || cell('project'),
      labels: labels(cell('labels')),
    };
  }

  /** Before discounts, from the column that was rounded least. */
  function costOf(spent: (column: ColumnName) => Spent | null, savings: bigint): Spent {
    const list = spent('list');
    if (kind !== 'report') return { amount: (list ?? spent('cost'))?.amount ?? 0n, within: MICRO };
    const exact = spent('exact');
    if (exact !== null && savings === 0n) return exact;
    if (list !== null && exact === null) return list;
    return { amount: ((exact ?? spent('cost'))?.amount ?? 0n) - savings, within: HALF_CENT };
  }

  function rateFor(sign: string, conversion: string): { exchange: Exchange; isGuess: boolean } {
    const currency = currencyOf(sign);
    if (currency === 'USD') return { exchange: EVEN, isGuess: false };
    const inFile = figureIn(conversion, '.');
    const units = inFile === null ? 0n : nanoOf(inFile);
    // Google writes down how much of the currency a dollar is.
    if (units > 0n) return { exchange: { units, dollars: 1_000_000_000n }, isGuess: false };
    const given = rates.get(currency);
    if (given !== undefined) return { exchange: given, isGuess: true };
    throw usageFailure(
      `${name} is in ${excerpt(currency, 10)}, and what that is in dollars is not known.`,
      `Say what one of it costs: --rate ${isCurrency(currency) ? currency : 'EUR'}=1.08`,
    );
  }

  function periodIn(cell: (column: ColumnName) => string): Period | null {
    const began = cell('startTime');
    if (began !== '') {
      const at = time(began);
      return at === null ? dayIn(began) : dayOf(at);
    }
    if (cell('day') !== '') {
      const first = dayIn(cell('day'));
      const last = cell('lastDay') === '' ? first : dayIn(cell('lastDay'));
      return first === null || last === null ? null : periodOf([first, last]);
    }
    return cell('month') === '' ? only : monthIn(cell('month'));
  }

  return { kind, range, has, read, exportedAt: () => exportedAt };
}

function kindOf(has: (column: ColumnName) => boolean, titles: readonly string[]): InvoiceKind {
  if (titles.some((title) => title.trim().toLowerCase() === 'chargeperiodstart')) return 'FOCUS export';
  if (!has('startTime')) return 'report';
  return has('resource') ? 'resource export' : 'export';
}

const wrongDay = (cell: (column: ColumnName) => string, wrong: (what: string) => Error): never => {
  const text = cell('startTime') || cell('day') || cell('month');
  throw wrong(`"${excerpt(text, 40)}" is no day that can be read in one way only, such as 2026-10-03`);
};

const isTotal = (row: readonly string[], service: string): boolean =>
  service === '' || row.some((cell) => /^\W*(sub|grand|filtered )? ?total\W*$/i.test(cell));

function kindOfCost(text: string, sku: string): InvoiceLine['kind'] {
  if (/tax|\bvat\b/i.test(text) || (sku === '' && text === '')) return 'tax';
  return text === '' || /^(regular|usage)/i.test(text) ? 'usage' : 'adjustment';
}

/** "Start date" and "End date" before the titles, or the days in the name of a downloaded report. */
function rangeOf({ name, preamble }: InvoiceHead): readonly [string, string] | null {
  const said = (title: RegExp): string | null =>
    dayIn(preamble.find(([key = '']) => title.test(key.trim()))?.[1]?.trim() ?? '');
  const first = said(/^start date$/i);
  const last = said(/^end date$/i);
  if (first !== null && last !== null) return [first, last];
  const [, from, to] = /(\d{4}-\d{2}-\d{2})\s*[—–-]\s*(\d{4}-\d{2}-\d{2})[^/\\]*$/.exec(name) ?? [];
  return from === undefined || to === undefined ? null : [from, to];
}
