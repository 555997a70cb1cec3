import { counted as count } from '../text/text.ts';
import { priceChecked } from './compare-prices.ts';
import {
  differing,
  guessedHere,
  isCountedApart,
  isOpen,
  NOTHING,
  own,
  rowOf,
  type Bounds,
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
      return {
        quantity: each.quantity,
        count: each.attemptIds.length,
        first: inside[0] ?? 0,
        last: inside.at(-1) ?? 0,
        mustBeThere: each.isBooked && isWhole(each, sides),
      };
    });
    const needs = days.map(
      (day) => (own(sides, group, day)?.quantity ?? 0) - (group.days.get(day)?.low ?? 0),
    );
    const solution = solve(needs, parts);
    const wrong = solution === null ? wrongDays(needs, parts) : new Map<number, Bounds>();
    rows.push(
      ...days.map((day, index) => {
        const bounds = wrong.get(index);
        return bounds === undefined
          ? priceChecked(group, day, own(sides, group, day), sides)
          : differing(group, day, bounds, sides);
      }),
    );
    // Where the SKU is not known, that the invoice has nothing of it proves nothing.
    const isTold =
      isCountedApart(group, sides) && days.every((day) => guessedHere(group, day, sides) === null);
    for (const [index, each] of floating.entries()) {
      if (each.isBooked) continue;
      const range = isTold ? solution?.counted[index] : undefined;
      settleable.push(...decided(each, range, isWhole(each, sides), group, days));
    }
  }
  return { rows, settleable };
}

/** Whether the invoice has all of every day that they may be on. */
const isWhole = ({ last, isCovered }: Floating, sides: Sides): boolean => isCovered && !isOpen(last, sides);

/**
 * Which of the days that do not come out together are to blame, by index, and what the need of each should have been: those that
 * do not come out alone either; else the first that does not come out with those before it.
 */
function wrongDays(needs: readonly number[], parts: readonly Parts[]): ReadonlyMap<number, Bounds> {
  const wrong = new Map<number, Bounds>();
  for (const [index, need] of needs.entries()) {
    const here = parts.filter(({ first, last }) => first <= index && index <= last);
    const alone = here.map((part) => ({ ...part, first: 0, last: 0, mustBeThere: false }));
    if (solve([need], alone) === null) wrong.set(index, { low: 0, high: sumOf(here) });
  }
  if (wrong.size > 0) return wrong;
  const until = (index: number): readonly Parts[] =>
    parts
      .filter(({ first }) => first <= index)
      .map((part) => ({ ...part, mustBeThere: part.mustBeThere && part.last <= index }));
  const at = needs.findIndex((_, index) => solve(needs.slice(0, index + 1), until(index)) === null);
  const before = needs.slice(0, at).reduce((sum, need) => sum + need, 0);
  const low = sumOf(until(at).filter(({ mustBeThere }) => mustBeThere));
  return new Map([[at, { low: low - before, high: sumOf(until(at)) - before }]]);
}

/** Days in bunches: what may be on one of several ties them together. */
function linked(days: readonly Period[], floating: readonly Floating[]): readonly (readonly Period[])[] {
  const bunches: Period[][] = [];
  for (const day of days) {
    const before = bunches.at(-1);
    const isTied = floating.some(({ first, last }) => day <= last && before?.some((other) => other >= first));
    if (before && isTied) before.push(day);
    else bunches.push([day]);
  }
  return bunches;
}

function decided(
  { attemptIds, quantity }: Floating,
  range: readonly [number, number] | undefined,
  isWhole: boolean,
  { model, lane }: LedgerGroup,
  days: readonly Period[],
): readonly Settleable[] {
  const when = days.length === 1 ? (days[0] ?? '') : `${days[0]} to ${days.at(-1)}`;
  const about = `${when}, ${model}, lane ${lane}`;
  const judged = (): readonly [Settleable['verdict'], string] => {
    if (range === undefined)
      return ['undecided', 'The invoice and the ledger differ in more than this, or its SKU is not known'];
    const [least, most] = range;
    if (least === attemptIds.length)
      return ['charged', `The invoice has the picture of ${quantity} tokens more than what was settled`];
    if (!isWhole) return ['undecided', 'It may be on a day that the invoice does not have, or not whole yet'];
    if (most === 0)
      return [
        'not charged',
        `The invoice has exactly what was settled, and no picture of ${quantity} tokens more`,
      ];
    const some = least === most ? least : `${least} to ${most}`;
    return ['undecided', `Of ${count(attemptIds.length, 'request')} alike, the invoice has ${some}`];
  };
  const [verdict, why] = judged();
  const evidence = `${why} (${about}).`;
  return attemptIds.map((attemptId) => ({ attemptId, verdict, evidence }));
}

function openRow(group: LedgerGroup, period: Period, sides: Sides): ComparedRow {
  const invoice = own(sides, group, period);
  const here = group.floating.filter(({ first, last }) => first <= period && period <= last);
  const high = sumOf(here.map(({ quantity, attemptIds }) => ({ quantity, count: attemptIds.length })));
  const { low } = group.days.get(period) ?? NOTHING;
  if (invoice !== null && invoice.quantity > low + high)
    return differing(group, period, { low: 0, high }, sides);
  const isAll = invoice !== null && invoice.quantity === low;
  if (isAll) return priceChecked(group, period, invoice, sides);
  return rowOf(group, period, invoice, 'not billed yet', 'Google’s exports lag up to a day behind.');
}

const sumOf = (parts: readonly Pick<Parts, 'quantity' | 'count'>[]): number =>
  parts.reduce((sum, { quantity, count: each }) => sum + quantity * each, 0);
