import { counted as count } from '../text/text.ts';
import { priceChecked } from './compare-prices.ts';
import {
  differing,
  guessedHere,
  isCountedApart,
  isOpen,
  own,
  rowOf,
  type ComparedRow,
  type Sides,
} from './compared-row.ts';
import type { Floating, LedgerGroup } from './ledger-tally.ts';
import type { Period } from './line.ts';
import { solve, type Parts } from './solve.ts';

/** What the invoice says of an attempt of unknown outcome. */
export interface Settleable {
  readonly attemptId: string;
  /** Charged, but another buyer on the same account could look the same: then nothing is decided. */
  readonly verdict: 'charged' | 'not charged' | 'perhaps charged' | 'undecided';
  readonly evidence: string;
}

/** What the invoice counts apart, picture by picture: which requests of unknown outcome it has. */
export function exactly(
  group: LedgerGroup,
  periods: readonly Period[],
  sides: Sides,
): { readonly rows: readonly ComparedRow[]; readonly settleable: readonly Settleable[] } {
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
      ...days.map((day) =>
        solution === null
          ? differing(group, day, sumOf(floatingIn(floating, day)), sides)
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
  const most = (group.days.get(period)?.high ?? 0) + sumOf(floatingIn(group.floating, period));
  if (invoice !== null && invoice.quantity > most) return differing(group, period, 0, sides);
  const isAll = invoice !== null && invoice.quantity === group.days.get(period)?.low;
  if (isAll) return priceChecked(group, period, invoice, sides);
  return rowOf(group, period, invoice, 'not billed yet', 'Google’s exports lag up to a day behind.');
}

const floatingIn = (floating: readonly Floating[], period: Period): readonly Floating[] =>
  floating.filter(({ first, last }) => first <= period && period <= last);

const sumOf = (floating: readonly Floating[]): number =>
  floating.reduce((sum, { quantity, attemptIds }) => sum + quantity * attemptIds.length, 0);
