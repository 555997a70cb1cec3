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

/** What an invoice says of one period, by SKU. */
export interface InvoicePeriod {
  readonly known: ReadonlyMap<string, KnownCell>;
  readonly unknown: ReadonlyMap<string, UnknownCell>;
  /** SKUs of the same services that no image model has. */
  readonly otherModels: Counted;
}

/** What is of no model at all. */
type NoModel = 'otherServices' | 'taxes' | 'adjustments';

export interface InvoiceTally extends Readonly<Record<NoModel, ReadonlyMap<Period, Counted>>> {
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

const total = (all: Iterable<Counted>): Counted => [...all].reduce(plus, NONE);

/** What is on an invoice besides pictures, summed up. */
export const besideIn = (tally: InvoiceTally): Readonly<Record<NoModel | 'otherModels', Counted>> => ({
  otherModels: total([...tally.periods.values()].map(({ otherModels }) => otherModels)),
  otherServices: total(tally.otherServices.values()),
  taxes: total(tally.taxes.values()),
  adjustments: total(tally.adjustments.values()),
});

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
    {
      known: Writable<InvoicePeriod['known']>;
      unknown: Writable<InvoicePeriod['unknown']>;
      otherModels: Counted;
    }
  >();
  const ofNoModel: Record<NoModel, Map<Period, Counted>> = {
    otherServices: new Map(),
    taxes: new Map(),
    adjustments: new Map(),
  };
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
    if (!isGoogles(line)) return aside('otherServices', line);
    if (line.kind !== 'usage') return aside(line.kind === 'tax' ? 'taxes' : 'adjustments', line);
    const factor = unitsIn(line.unit);
    const sku = find(line);
    const period = periods.get(line.period) ?? { known: new Map(), unknown: new Map(), otherModels: NONE };
    periods.set(line.period, period);
    if (sku !== null && factor !== null) {
      const counted = { ...line, quantity: Math.round(line.quantity * factor) };
      period.known.set(sku.description, { ...plus(period.known.get(sku.description) ?? NONE, counted), sku });
      return;
    }
    const guess = guessAt(line.sku);
    if (guess === null && !/image output|nano banana|imagen/i.test(line.sku)) {
      period.otherModels = plus(period.otherModels, { ...line, quantity: 1 });
      return;
    }
    const key = line.skuId || line.sku;
    const { sku: name, skuId, unit } = line;
    const before = period.unknown.get(key) ?? NONE;
    period.unknown.set(key, { ...plus(before, line), sku: name, skuId, unit, guess });
  }

  function aside(where: NoModel, line: InvoiceLine): void {
    const sums = ofNoModel[where];
    sums.set(line.period, plus(sums.get(line.period) ?? NONE, { ...line, quantity: 1 }));
  }

  return {
    add,
    rows: () => rows,
    result(range) {
      const days = range ?? (last === '' ? null : ([first, last] as const));
      return { ...ofNoModel, periods, rows, coverage: { days: days === null ? [] : [days], months } };
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
  const holders = new Map<Period, TalliedFile>();
  const replaced: { period: Period; by: string; of: string }[] = [];
  for (const file of files) {
    for (const period of file.tally.periods.keys()) {
      const other = holders.get(period) ?? [...holders].find(([held]) => overlaps(held, period))?.[1];
      if (other !== undefined && (other.kind !== file.kind || !holders.has(period))) {
        throw usageFailure(
          `${other.name} and ${file.name} both hold ${period}, as ${other.kind} and ${file.kind}.`,
          'Give one of them: together they would count it twice.',
        );
      }
      if (other !== undefined && file.kind === 'report')
        replaced.push({ period, by: file.name, of: other.name });
      holders.set(period, file);
    }
  }
  const sums = (name: NoModel) => mergedPeriods(files, (tally) => tally[name], plus);
  const tallies = files.map(({ tally }) => tally);
  return {
    replaced,
    invoice: {
      periods: mergedPeriods(files, ({ periods }) => periods, addedUp),
      otherServices: sums('otherServices'),
      taxes: sums('taxes'),
      adjustments: sums('adjustments'),
      rows: tallies.reduce((sum, { rows }) => sum + rows, 0),
      coverage: {
        days: tallies.flatMap(({ coverage }) => coverage.days),
        months: new Set(tallies.flatMap(({ coverage }) => [...coverage.months])),
      },
    },
  };
}

/** One part of all files: what the latest report says of a period, and the sum of what exports say. */
function mergedPeriods<T>(
  files: readonly TalliedFile[],
  partOf: (tally: InvoiceTally) => ReadonlyMap<Period, T>,
  both: (a: T, b: T) => T,
): ReadonlyMap<Period, T> {
  const merged = new Map<Period, T>();
  const kinds = new Map<Period, InvoiceKind>();
  for (const { kind, tally } of files) {
    for (const [period, part] of partOf(tally)) {
      const before = merged.get(period);
      const isReplaced = kind === 'report' && kinds.get(period) === 'report';
      merged.set(period, before === undefined || isReplaced ? part : both(before, part));
      kinds.set(period, kind);
    }
  }
  return merged;
}

const overlaps = (a: Period, b: Period): boolean => a.startsWith(b) || b.startsWith(a);

function addedUp(a: InvoicePeriod, b: InvoicePeriod): InvoicePeriod {
  const known = new Map(a.known);
  for (const [key, cell] of b.known) known.set(key, { ...cell, ...plus(known.get(key) ?? NONE, cell) });
  const unknown = new Map(a.unknown);
  for (const [key, cell] of b.unknown) unknown.set(key, { ...cell, ...plus(unknown.get(key) ?? NONE, cell) });
  return { known, unknown, otherModels: plus(a.otherModels, b.otherModels) };
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
