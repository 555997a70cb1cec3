import { addDays } from '../policy/calendar.ts';
import type { Period } from './line.ts';

/** The days that an invoice speaks of. */
export interface Coverage {
  /** Stretches of days, both ends inside. */
  readonly days: readonly (readonly [first: string, last: string])[];
  /** Months that it has only as a whole. */
  readonly months: ReadonlySet<Period>;
}

/** The period under which an invoice counts a day; null for one that it says nothing about. */
export function periodWith({ days, months }: Coverage, day: string): Period | null {
  const month = day.slice(0, 7);
  if (months.has(month)) return month;
  return days.some(([first, last]) => first <= day && day <= last) ? day : null;
}

/** The periods under which it counts all days from one to another, both inside; null among them for days that it says nothing about. */
export function periodsBetween(coverage: Coverage, first: Period, last: Period): ReadonlySet<Period | null> {
  const periods = new Set<Period | null>();
  for (let day = firstOf(first); day <= lastOf(last); day = addDays(day, 1))
    periods.add(periodWith(coverage, day));
  return periods;
}

/** The days from one to another that somebody asked for; an open end is null. */
export function narrowed(coverage: Coverage, since: string | null, until: string | null): Coverage {
  const days = coverage.days.flatMap(([first, last]): [string, string][] => {
    const from = since !== null && since > first ? since : first;
    const to = until !== null && until < last ? until : last;
    return from <= to ? [[from, to]] : [];
  });
  return { days, months: new Set([...coverage.months].filter((month) => isWithin(month, since, until))) };
}

/** Whether all of a period lies from one day to another; an open end is null. */
export const isWithin = (period: Period, since: string | null, until: string | null): boolean =>
  (since === null || since <= firstOf(period)) && (until === null || lastOf(period) <= until);

/** The first and the last day of all; null where there is none. */
export function endsOf({ days, months }: Coverage): readonly [string, string] | null {
  const firsts = [...days.map(([first]) => first), ...[...months].map(firstOf)];
  const lasts = [...days.map(([, last]) => last), ...[...months].map(lastOf)];
  const [first] = firsts.toSorted();
  const last = lasts.toSorted().at(-1);
  return first === undefined || last === undefined ? null : [first, last];
}

/** The first day of a period. */
export const firstOf = (period: Period): string => (period.length > 7 ? period : `${period}-01`);

/** The last day of a period. */
export function lastOf(period: Period): string {
  if (period.length > 7) return period;
  const [year = 0, month = 0] = period.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
