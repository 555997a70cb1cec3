import { findModel, ratesAt } from '../catalogue/catalogue.ts';
import type { Lane, Meter, Model, Rate } from '../catalogue/model.ts';
import { format, nano, priced, sum, ZERO, type Usd } from '../pricing/money.ts';
import { counted as count } from '../text/text.ts';
import { endsOf, lastOf, periodWith } from './coverage.ts';
import { onInvoice, type Counted, type InvoiceTally } from './invoice-tally.ts';
import {
  isCountable,
  type Floating,
  type LedgerDay,
  type LedgerGroup,
  type LedgerTally,
} from './ledger-tally.ts';
import type { Period } from './line.ts';
import type { Sku } from './skus.ts';
import { solve, type Parts } from './solve.ts';

/** How a line of the comparison came out. Those that say something is wrong come first. */
export const VERDICTS = [
  ...(['invoice only', 'ledger only', 'price differs', 'unknown SKU'] as const),
  ...(['agrees', 'within', 'not billed yet', 'no SKU known'] as const),
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const disagrees = (verdict: Verdict): boolean => VERDICTS.indexOf(verdict) < 4;

export interface Side {
  readonly quantity: number;
  readonly amount: Usd;
}

/** One day, model and lane, and meters that the invoice counts together. */
export interface ComparedRow {
  readonly period: Period;
  readonly model: string;
  readonly lane: Lane;
  readonly meters: readonly Meter[];
  readonly ledger: Side;
  /** null where no SKU of the invoice counts this. */
  readonly invoice: Side | null;
  readonly verdict: Verdict;
  /** A sentence for people; null where everything agrees. */
  readonly why: string | null;
  /** How many pictures the difference comes to; null where it is no whole number of them. */
  readonly pictures: number | null;
}

/** What the invoice says of an attempt of unknown outcome. */
export interface Settleable {
  readonly attemptId: string;
  /** Charged, but another buyer on the same account could look the same: then nothing is decided. */
  readonly verdict: 'charged' | 'not charged' | 'perhaps charged' | 'undecided';
  readonly evidence: string;
}

export interface Comparison {
  readonly rows: readonly ComparedRow[];
  readonly settleable: readonly Settleable[];
}

export interface Sides {
  readonly invoice: InvoiceTally;
  readonly ledger: LedgerTally;
  readonly skus: readonly Sku[];
  readonly models: readonly Model[];
  /** The first day that the invoice may not have whole yet, because it lags; null where it has all. */
  readonly openFrom: string | null;
}

export function compare(sides: Sides): Comparison {
  const groups = withInvoiceOnly(sides);
  const compared = groups.map((group) =>
    isCountable(group.meters) ? exactly(group, sides) : atMost(group, sides),
  );
  const rows = compared
    .flatMap(({ rows }) => rows)
    // A request of unknown outcome alone, which is on no invoice.
    .filter(({ ledger, invoice }) => invoice !== null || ledger.quantity !== 0)
    .toSorted((a, b) => (a.period < b.period ? -1 : a.period > b.period ? 1 : 0));
  const strangers = new Set(
    rows.filter(({ verdict }) => verdict === 'invoice only').map(({ model }) => model),
  );
  const settleable = compared.flatMap(({ settleable }, index) =>
    settleable.map((one): Settleable =>
      one.verdict === 'charged' && strangers.has(groups[index]?.model ?? '')
        ? {
            ...one,
            verdict: 'perhaps charged',
            evidence: `${one.evidence} But somebody else bought pictures of this model too.`,
          }
        : one,
    ),
  );
  return { rows, settleable };
}

/** The groups of the ledger, and empty ones for what only the invoice has. */
function withInvoiceOnly({ invoice, ledger, models }: Sides): readonly LedgerGroup[] {
  const groups = [...ledger.groups];
  const cells = [...invoice.periods.values()].flatMap(({ known }) => [...known.values()]);
  for (const { sku } of cells) {
    const [model] = sku.models;
    if (sku.shared || model === undefined || !models.some(({ id }) => id === model)) continue;
    const { lane, meters } = sku;
    const isThere = groups.some(
      (group) =>
        group.model === model && group.lane === lane && group.meters.some((meter) => meters.includes(meter)),
    );
    if (!isThere) groups.push({ model, lane, meters, days: new Map(), floating: [] });
  }
  return groups;
}

type Outcome = { readonly rows: readonly ComparedRow[]; readonly settleable: readonly Settleable[] };

const NOTHING: LedgerDay = { quantity: 0, amount: ZERO, low: 0, high: 0 };
const NO_COUNT: Counted = { quantity: 0, cost: ZERO, within: ZERO, credits: ZERO };

const own = ({ invoice }: Sides, { model, lane, meters }: LedgerGroup, period: Period): Counted | null =>
  onInvoice(invoice.periods.get(period), model, lane, meters, false);

/** Every period of which either side says something about the group, in order. */
function periodsOf(group: LedgerGroup, sides: Sides): readonly Period[] {
  const floating = group.floating.flatMap(({ first, last }) => daysBetween(first, last, sides));
  const invoiced = [...sides.invoice.periods.keys()].filter((period) => own(sides, group, period) !== null);
  return [...new Set([...group.days.keys(), ...floating, ...invoiced])].toSorted();
}

function daysBetween(first: Period, last: Period, { invoice }: Sides): readonly Period[] {
  const periods: Period[] = [];
  for (let day = first.length > 7 ? first : `${first}-01`; day <= lastOf(last); day = dayAfter(day)) {
    const period = periodWith(invoice.coverage, day);
    if (period !== null && period !== periods.at(-1)) periods.push(period);
  }
  return periods;
}

const dayAfter = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

const isOpen = (period: Period, { openFrom }: Sides): boolean =>
  openFrom !== null && lastOf(period) >= openFrom;

// ---------------------------------------------------------------- pictures: counted exactly

function exactly(group: LedgerGroup, sides: Sides): Outcome {
  const periods = periodsOf(group, sides);
  const closed = periods.filter((period) => !isOpen(period, sides));
  const rows: ComparedRow[] = periods
    .filter((period) => isOpen(period, sides))
    .map((period) => openRow(group, period, sides));
  const settleable: Settleable[] = [];
  for (const days of linked(closed, group.floating)) {
    const floating = group.floating.filter(({ first, last }) =>
      days.some((day) => first <= day && day <= last),
    );
    const parts = floating.map((each): Parts => {
      const inside = days.flatMap((day, index) => (each.first <= day && day <= each.last ? [index] : []));
      const isAllClosed = !isOpen(each.last, sides);
      return {
        quantity: each.quantity,
        count: each.attemptIds.length,
        first: inside[0] ?? 0,
        last: inside.at(-1) ?? 0,
        mustBeThere: each.isCharged && isAllClosed,
      };
    });
    const needs = days.map(
      (day) => (own(sides, group, day)?.quantity ?? 0) - (group.days.get(day)?.low ?? 0),
    );
    const solution = solve(needs, parts);
    rows.push(
      ...days.map((day, index) =>
        solution === null
          ? differing(
              group,
              day,
              parts.filter((part) => part.first <= index && index <= part.last),
              sides,
            )
          : priceChecked(group, day, own(sides, group, day), sides),
      ),
    );
    // Where the SKU is not known, that the invoice has nothing of it proves nothing.
    const isTold =
      isCountedApart(group, sides) && days.every((day) => guessedHere(group, day, sides) === null);
    for (const [index, each] of floating.entries()) {
      if (each.isCharged || each.quantity === 0) continue;
      settleable.push(...decided(each, isTold ? solution?.counted[index] : undefined, group, days));
    }
  }
  return { rows, settleable };
}

/** Whether a SKU is known that counts this of the model, and nothing else. */
const isCountedApart = ({ model, lane, meters }: LedgerGroup, { skus }: Sides): boolean =>
  skus.some(
    (sku) =>
      !sku.shared &&
      sku.lane === lane &&
      sku.models.includes(model) &&
      sku.meters.some((meter) => meters.includes(meter)),
  );

/** Days in bunches: what may be on one of several ties them together. */
function linked(days: readonly Period[], floating: readonly Floating[]): readonly (readonly Period[])[] {
  const bunches: Period[][] = [];
  for (const day of days) {
    const before = bunches.at(-1);
    const isTied = floating.some(
      ({ first, last }) => first < day && day <= last && before?.some((other) => other >= first),
    );
    if (before && isTied) before.push(day);
    else bunches.push([day]);
  }
  return bunches;
}

function decided(
  { attemptIds, quantity }: Floating,
  range: readonly [number, number] | undefined,
  { model, lane }: LedgerGroup,
  days: readonly Period[],
): readonly Settleable[] {
  const [least, most] = range ?? [0, attemptIds.length];
  const verdict =
    range === undefined
      ? 'undecided'
      : most === 0
        ? 'not charged'
        : least === attemptIds.length
          ? 'charged'
          : 'undecided';
  const when = days.length === 1 ? (days[0] ?? '') : `${days[0]} to ${days.at(-1)}`;
  const about = `${when}, ${model}, lane ${lane}`;
  const evidence = {
    charged: `The invoice has the picture of ${quantity} tokens more than what was settled (${about}).`,
    'not charged': `The invoice has exactly what was settled, and no picture of ${quantity} tokens more (${about}).`,
    undecided:
      range === undefined
        ? `The invoice and the ledger differ in more than this, or its SKU is not known (${about}).`
        : `Of ${count(attemptIds.length, 'request')} alike, ${least === most ? least : `${least} to ${most}`} were charged (${about}).`,
  }[verdict];
  return attemptIds.map((attemptId) => ({ attemptId, verdict, evidence }));
}

function openRow(group: LedgerGroup, period: Period, sides: Sides): ComparedRow {
  const invoice = own(sides, group, period);
  const most =
    (group.days.get(period)?.high ?? 0) +
    sumOf(group.floating.filter(({ first, last }) => first <= period && period <= last));
  if (invoice !== null && invoice.quantity > most) return differing(group, period, [], sides);
  const isAll = invoice !== null && invoice.quantity === group.days.get(period)?.low;
  if (isAll) return priceChecked(group, period, invoice, sides);
  return rowOf(group, period, invoice, 'not billed yet', 'Google’s exports lag up to a day behind.');
}

const sumOf = (floating: readonly Floating[]): number =>
  floating.reduce((sum, { quantity, attemptIds }) => sum + quantity * attemptIds.length, 0);

function differing(group: LedgerGroup, period: Period, parts: readonly Parts[], sides: Sides): ComparedRow {
  const invoice = own(sides, group, period);
  const { low } = group.days.get(period) ?? NOTHING;
  const high = low + parts.reduce((sum, { quantity, count }) => sum + quantity * count, 0);
  const is = invoice?.quantity ?? 0;
  const more = is > high ? is - high : is - low;
  const unknown = guessedHere(group, period, sides);
  if (more <= 0 && invoice === null && unknown !== null) {
    return rowOf(group, period, null, 'unknown SKU', `By its words, "${unknown}" may be this.`);
  }
  const pictures = picturesIn(Math.abs(more), group, sides);
  const size = pictures === null ? `${Math.abs(more)} ${unitOf(group.meters)}` : count(pictures, 'picture');
  const row =
    more > 0
      ? rowOf(
          group,
          period,
          invoice,
          'invoice only',
          `${size} more than this ledger knows: another user, machine or ledger.`,
        )
      : rowOf(group, period, invoice, 'ledger only', `${size} fewer than this ledger paid for.`);
  return { ...row, pictures };
}

const unitOf = (meters: readonly Meter[]): string =>
  meters.includes('image') ? 'pictures' : meters.includes('search') ? 'searches' : 'tokens';

/** Whole pictures of the smallest size that makes any; null for none. */
function picturesIn(quantity: number, { model, meters }: LedgerGroup, { models }: Sides): number | null {
  if (meters.includes('image')) return quantity;
  if (!meters.includes('image output')) return null;
  const sizes = Object.values(models.find(({ id }) => id === model)?.resolutions ?? {}).map(
    ({ tokens }) => tokens ?? 0,
  );
  const each = sizes.find((tokens) => tokens > 0 && quantity % tokens === 0);
  return each === undefined ? null : quantity / each;
}

/** A SKU of the period that the table does not have, and that by its words counts this group; null for none. */
function guessedHere(
  { model, lane, meters }: LedgerGroup,
  period: Period,
  { invoice }: Sides,
): string | null {
  const found = [...(invoice.periods.get(period)?.unknown.values() ?? [])].find(
    ({ guess }) =>
      guess !== null &&
      guess.models.includes(model) &&
      guess.lane === lane &&
      guess.meters.some((meter) => meters.includes(meter)),
  );
  return found?.sku ?? null;
}

// ---------------------------------------------------------------- text, thinking, searches: bounds

function atMost(group: LedgerGroup, sides: Sides): Outcome {
  const rows = periodsOf(group, sides).map((period): ComparedRow => {
    const invoice = own(sides, group, period);
    const day = group.days.get(period) ?? NOTHING;
    if (invoice !== null && invoice.quantity >= day.low && invoice.quantity <= day.high)
      return priceChecked(group, period, invoice, sides);
    const isKnown = isCountedApart(group, sides);
    if (isOpen(period, sides) && (invoice?.quantity ?? 0) < day.low)
      return rowOf(group, period, invoice, 'not billed yet', 'Google’s exports lag up to a day behind.');
    if (invoice === null && day.low === 0) return rowOf(group, period, null, 'agrees', null);
    if (isKnown)
      return differing(
        group,
        period,
        [{ quantity: day.high - day.low, count: 1, first: 0, last: 0, mustBeThere: false }],
        sides,
      );
    return sharedRow(group, period, day, sides);
  });
  return { rows, settleable: [] };
}

/** What counts other models too can only say what is at most. */
function sharedRow(group: LedgerGroup, period: Period, day: LedgerDay, sides: Sides): ComparedRow {
  const { model, lane, meters } = group;
  const shared = onInvoice(sides.invoice.periods.get(period), model, lane, meters, true);
  if (shared !== null && shared.quantity >= day.low) {
    return rowOf(
      group,
      period,
      shared,
      'within',
      'Its SKU counts other models too, so this is only not too much.',
    );
  }
  const unknown = guessedHere(group, period, sides);
  if (unknown !== null)
    return rowOf(group, period, null, 'unknown SKU', `By its words, "${unknown}" may be this.`);
  if (shared === null)
    return rowOf(group, period, null, 'no SKU known', 'No SKU is known that counts this for the model.');
  const why = `${day.low - shared.quantity} ${unitOf(meters)} fewer than this ledger paid for.`;
  return rowOf(group, period, shared, 'ledger only', why);
}

// ---------------------------------------------------------------- prices

/** A row whose quantity agrees: does the price? */
function priceChecked(
  group: LedgerGroup,
  period: Period,
  invoice: Counted | null,
  sides: Sides,
): ComparedRow {
  const counted = invoice ?? NO_COUNT;
  const booked = group.days.get(period) ?? NOTHING;
  const isSure = group.floating.every(({ first, last }) => period < first || last < period);
  const isSame = isSure && booked.quantity === counted.quantity;
  const expected = expectedCosts(group, lastOf(period), counted.quantity, sides);
  if (isSame) expected.push(booked.amount);
  const bound = { low: least(expected), high: most(expected) };
  const isBelow = bound.low !== null && counted.cost + counted.within < bound.low;
  const isAbove = bound.high !== null && counted.cost > bound.high + counted.within;
  const isOther = isSame && !near(counted.cost, booked.amount, counted.within);
  if (!isBelow && !isAbove && !isOther)
    return rowOf(group, period, invoice, 'agrees', whyNotSame(booked, counted));
  const why = `${format(counted.cost)} on the invoice for what ${bound.low === bound.high ? `comes to ${format(bound.high ?? ZERO)}` : `was booked at ${format(booked.amount)}`}.`;
  return rowOf(group, period, invoice, 'price differs', why);
}

const whyNotSame = (booked: LedgerDay, counted: Counted): string | null =>
  booked.quantity === counted.quantity
    ? null
    : 'It comes out with requests of unknown outcome, or with those that were under way at midnight.';

const near = (a: Usd, b: Usd, within: Usd): boolean => (a > b ? a - b : b - a) <= within;
const least = (amounts: readonly Usd[]): Usd | null =>
  amounts.reduce<Usd | null>((low, one) => (low === null || one < low ? one : low), null);
const most = (amounts: readonly Usd[]): Usd | null =>
  amounts.reduce<Usd | null>((high, one) => (high === null || one > high ? one : high), null);

/** What the catalogue asks for a quantity: several amounts where meters or sizes have prices of their own. */
function expectedCosts(group: LedgerGroup, day: string, quantity: number, { models }: Sides): Usd[] {
  return catalogueRates(group, day, models).map(({ price, per }) => priced(price, quantity, per));
}

export function catalogueRates(
  { model, lane, meters }: Pick<LedgerGroup, 'model' | 'lane' | 'meters'>,
  day: string,
  models: readonly Model[],
): readonly Rate[] {
  return ratesAt(findModel(model, models), lane, day).filter(({ meter }) => meters.includes(meter));
}

function rowOf(
  { model, lane, meters, days }: LedgerGroup,
  period: Period,
  invoice: Counted | null,
  verdict: Verdict,
  why: string | null,
): ComparedRow {
  const { quantity, amount } = days.get(period) ?? NOTHING;
  return {
    period,
    model,
    lane,
    meters,
    ledger: { quantity, amount },
    invoice: invoice && { quantity: invoice.quantity, amount: invoice.cost },
    verdict,
    why,
    pictures: null,
  };
}

/** Both sides of all rows; the totals that are printed. */
export function totalsOf(rows: readonly ComparedRow[]): { readonly ledger: Usd; readonly invoice: Usd } {
  return {
    ledger: sum(rows.map(({ ledger }) => ledger.amount)),
    invoice: nano(
      rows
        .filter(({ verdict }) => verdict !== 'within')
        .reduce((total, { invoice }) => total + (invoice?.amount ?? 0n), 0n),
    ),
  };
}

/** A sentence where both sides have no day in common; null where they have. */
export function apart({ invoice, ledger }: Pick<Sides, 'invoice' | 'ledger'>): string | null {
  const ours = ledger.ends;
  const theirs = endsOf(invoice.coverage);
  if (theirs === null) return 'The invoice has no line with a day.';
  if (ours === null) return 'The ledger is empty: there is nothing to compare the invoice with.';
  if (ours[0] <= theirs[1] && theirs[0] <= ours[1]) return null;
  return `The invoice is about ${theirs.join(' to ')}, and the ledger about ${ours.join(' to ')}: they have no day in common.`;
}
