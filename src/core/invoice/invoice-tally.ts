import type { Lane, Meter } from '../catalogue/model.ts';
import { usageFailure } from '../errors.ts';
import { nano, ZERO, type Usd } from '../pricing/money.ts';
import type { Coverage } from './coverage.ts';
import type { InvoiceKind, InvoiceLine, Period } from './line.ts';
import { remembering } from './remember.ts';
import { AGENT_PLATFORM, GEMINI_API, guessOf, type Sku, type SkuGuess } from './skus.ts';

/** Rows of an invoice that are counted together. */
export interface Counted {
  readonly quantity: number;
  readonly cost: Usd;
  readonly within: Usd;
  readonly credits: Usd;
}

export interface KnownCell extends Counted {
  readonly sku: Sku;
}

/** A SKU that the table does not have. */
export interface UnknownCell extends Counted {
  readonly sku: string;
  readonly skuId: string;
  readonly unit: string;
  /** What its words say, if they speak of pictures at all. */
  readonly guess: SkuGuess | null;
}

/** What is on an invoice besides pictures, summed up. */
export interface Beside {
  /** SKUs of the same services that no image model has. */
  readonly otherModels: Counted;
  readonly otherServices: Counted;
  readonly taxes: Counted;
  readonly adjustments: Counted;
}

/** What an invoice says of one period, by SKU. */
export interface InvoicePeriod {
  readonly known: ReadonlyMap<string, KnownCell>;
  readonly unknown: ReadonlyMap<string, UnknownCell>;
  readonly beside: Beside;
}

export interface InvoiceTally {
  readonly periods: ReadonlyMap<Period, InvoicePeriod>;
  readonly coverage: Coverage;
  readonly rows: number;
}

const NONE: Counted = { quantity: 0, cost: ZERO, within: ZERO, credits: ZERO };

const plus = (a: Counted, b: Counted): Counted => ({
  quantity: a.quantity + b.quantity,
  cost: nano(a.cost + b.cost),
  within: nano(a.within + b.within),
  credits: nano(a.credits + b.credits),
});

const NOTHING_BESIDE: Beside = { otherModels: NONE, otherServices: NONE, taxes: NONE, adjustments: NONE };

const besideBoth = (a: Beside, b: Beside): Beside => ({
  otherModels: plus(a.otherModels, b.otherModels),
  otherServices: plus(a.otherServices, b.otherServices),
  taxes: plus(a.taxes, b.taxes),
  adjustments: plus(a.adjustments, b.adjustments),
});

/** What stands beside pictures in all of an invoice. */
export const besideIn = ({ periods }: InvoiceTally): Beside =>
  [...periods.values()].map(({ beside }) => beside).reduce(besideBoth, NOTHING_BESIDE);

type Writable<M> = M extends ReadonlyMap<infer K, infer V> ? Map<K, V> : never;

/** Sums up the lines of one file: however long it is, what is kept is a number for each day and SKU. */
export function tallyOf(find: (line: InvoiceLine) => Sku | null): {
  /** A line that is not asked for only says that the invoice speaks of its day. */
  add(line: InvoiceLine, isAsked?: boolean): void;
  rows(): number;
  result(range: readonly [string, string] | null): InvoiceTally;
} {
  const periods = new Map<
    Period,
    { known: Writable<InvoicePeriod['known']>; unknown: Writable<InvoicePeriod['unknown']>; beside: Beside }
  >();
  const months = new Set<Period>();
  const guessAt = remembering((sku) => guessOf(sku));
  let first = '9999';
  let last = '';
  let rows = 0;

  function add(line: InvoiceLine, isAsked = true): void {
    rows += 1;
    if (line.period.length > 7) {
      if (line.period < first) first = line.period;
      if (line.period > last) last = line.period;
    } else months.add(line.period);
    if (!isAsked) return;
    const period = periods.get(line.period) ?? {
      known: new Map(),
      unknown: new Map(),
      beside: NOTHING_BESIDE,
    };
    periods.set(line.period, period);
    const aside = (where: keyof Beside): void => {
      const { beside } = period;
      period.beside = { ...beside, [where]: plus(beside[where], { ...line, quantity: 1 }) };
    };
    if (!isGoogles(line)) return aside('otherServices');
    if (line.kind !== 'usage') return aside(line.kind === 'tax' ? 'taxes' : 'adjustments');
    const factor = unitsIn(line.unit);
    const sku = find(line);
    if (sku !== null && factor !== null) {
      const counted = { ...line, quantity: Math.round(line.quantity * factor) };
      period.known.set(sku.description, { ...plus(period.known.get(sku.description) ?? NONE, counted), sku });
      return;
    }
    const guess = guessAt(line.sku);
    if (guess === null && !/image output|nano banana|imagen/i.test(line.sku)) return aside('otherModels');
    const key = line.skuId || line.sku;
    const { sku: name, skuId, unit } = line;
    const before = period.unknown.get(key) ?? NONE;
    period.unknown.set(key, { ...plus(before, line), sku: name, skuId, unit, guess });
  }

  return {
    add,
    rows: () => rows,
    result(range) {
      const days = range ?? (last === '' ? null : ([first, last] as const));
      return { periods, rows, coverage: { days: days === null ? [] : [days], months } };
    },
  };
}

const isGoogles = ({ service, serviceId }: InvoiceLine): boolean =>
  serviceId === '' && service === ''
    ? true
    : [GEMINI_API, AGENT_PLATFORM].includes(serviceId) ||
      /gemini|vertex|agent platform|generative/i.test(service);

/** How many tokens, pictures or searches a unit is; null for hours, bytes and the like. */
function unitsIn(unit: string): number | null {
  if (unit !== '' && !/count|token|image|request|quer|search|unit/i.test(unit)) return null;
  const [, times = '1', size = ''] = /^(1(?:,?000)*)?\s?(k|thousand|m|million)?(?![a-z])/i.exec(unit) ?? [];
  return Number(times.replaceAll(',', '')) * (size === '' ? 1 : /[kt]/i.test(size) ? 1e3 : 1e6);
}

export interface TalliedFile {
  readonly name: string;
  readonly kind: InvoiceKind;
  readonly tally: InvoiceTally;
}

/**
 * All files as one invoice. Exports come in pieces, so they are added up. Reports are whole, so of two for one day the later named
 * counts. Two kinds for one day would count everything twice, so they are refused.
 */
export function mergedInvoice(files: readonly TalliedFile[]): {
  readonly invoice: InvoiceTally;
  /** Days that were in two reports: the report that counts, and the other. */
  readonly replaced: readonly { readonly period: Period; readonly by: string; readonly of: string }[];
} {
  const periods = new Map<Period, InvoicePeriod>();
  const from = new Map<Period, TalliedFile>();
  const replaced: { period: Period; by: string; of: string }[] = [];
  /** The file whose usage of models a period of another cannot be added to. */
  function holderOf(period: Period, { kind }: TalliedFile): TalliedFile | undefined {
    for (const [held, cells] of periods) {
      const holder = from.get(held);
      const isSame = held === period;
      if (ofModels(cells) && (isSame ? holder?.kind !== kind : overlaps(held, period))) return holder;
    }
    return undefined;
  }
  for (const file of files) {
    for (const [period, cells] of file.tally.periods) {
      const before = periods.get(period);
      const other = from.get(period);
      const clash = ofModels(cells) && holderOf(period, file);
      if (clash) {
        throw usageFailure(
          `${clash.name} and ${file.name} both hold ${period}, as ${clash.kind} and ${file.kind}.`,
          'Give one of them: together they would count it twice.',
        );
      }
      const isWhole = file.kind === 'report' && other?.kind === 'report';
      if (other !== undefined && isWhole) replaced.push({ period, by: file.name, of: other.name });
      periods.set(period, before === undefined || isWhole ? cells : addedUp(before, cells));
      from.set(period, file);
    }
  }
  const tallies = files.map(({ tally }) => tally);
  return {
    replaced,
    invoice: {
      periods,
      rows: tallies.reduce((sum, { rows }) => sum + rows, 0),
      coverage: {
        days: tallies.flatMap(({ coverage }) => coverage.days),
        months: new Set(tallies.flatMap(({ coverage }) => [...coverage.months])),
      },
    },
  };
}

const ofModels = ({ known, unknown, beside }: InvoicePeriod): boolean =>
  known.size + unknown.size + beside.otherModels.quantity > 0;

const overlaps = (a: Period, b: Period): boolean => a.startsWith(b) || b.startsWith(a);

function addedUp(a: InvoicePeriod, b: InvoicePeriod): InvoicePeriod {
  const known = new Map(a.known);
  for (const [key, cell] of b.known) known.set(key, { ...cell, ...plus(known.get(key) ?? NONE, cell) });
  const unknown = new Map(a.unknown);
  for (const [key, cell] of b.unknown) unknown.set(key, { ...cell, ...plus(unknown.get(key) ?? NONE, cell) });
  return { known, unknown, beside: besideBoth(a.beside, b.beside) };
}

/** What the SKUs of a period that count these meters of a model come to, alone or together with other models; null for none. */
export function onInvoice(
  period: InvoicePeriod | undefined,
  model: string,
  lane: Lane,
  meters: readonly Meter[],
  shared: boolean,
): Counted | null {
  const cells = [...(period?.known.values() ?? [])].filter(
    ({ sku }) =>
      sku.shared === shared &&
      sku.lane === lane &&
      sku.models.includes(model) &&
      sku.meters.some((meter) => meters.includes(meter)),
  );
  return cells.length === 0 ? null : cells.reduce<Counted>(plus, NONE);
}
