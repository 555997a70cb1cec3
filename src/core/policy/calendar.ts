import { usageFailure } from '../errors.ts';
import type { Day } from '../catalogue/model.ts';

/** A calendar day or month in a time zone, from its first millisecond to the first of the next. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

export type Period = 'day' | 'week' | 'month';

/** Every offset and change of offset in force today is a whole number of these. */
export const QUARTER_HOUR = 900_000;
const DAY = 86_400_000;

/** Days, weeks and months as people in one time zone see them. */
export interface Calendar {
  readonly zone: string;
  windowAt(at: number, period: Period): Window;
  /** The local day of an instant: "2026-11-22". */
  dayOf(at: number): string;
  /** The first instant of a local day. */
  startOf(day: string): number;
  /** The local day and minute, for people: "2026-11-22 00:00". */
  timeOf(at: number): string;
}

/** Whether the platform knows a time zone of this name. It calls the one that it does not find `Etc/Unknown`. */
export function isZone(zone: string): boolean {
  try {
    formatterFor(zone);
    return true;
  } catch {
    return false;
  }
}

export function calendar(zone: string): Calendar {
  const local = localTimes(zone);
  const dayOf = (at: number): string => local(at).slice(0, 10);

  function startOf(day: string): number {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    if (Number.isNaN(midnight) || iso(midnight) !== day)
      throw usageFailure(`Not a day: "${day}".`, 'Write it as 2026-11-22.');
    // Some zones skip midnight when clocks change, so the day's first quarter of an hour is searched for.
    let low = midnight - DAY;
    let high = midnight + DAY;
    while (high - low > QUARTER_HOUR) {
      const middle = low + Math.floor((high - low) / QUARTER_HOUR / 2) * QUARTER_HOUR;
      if (dayOf(middle) < day) low = middle;
      else high = middle;
    }
    return high;
  }

  function windowAt(at: number, period: Period): Window {
    const [first, next] = bounds(dayOf(at), period);
    return { from: startOf(first), until: startOf(next) };
  }

  return { zone, dayOf, startOf, windowAt, timeOf: local };
}

/** First day of the day's period and of the one after; weeks begin on Monday. */
function bounds(day: string, period: Period): readonly [string, string] {
  const date = new Date(`${day}T00:00:00Z`);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (period === 'month') return [iso(Date.UTC(year, month, 1)), iso(Date.UTC(year, month + 1, 1))];
  const first = period === 'week' ? date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY : date.getTime();
  return [iso(first), iso(first + (period === 'week' ? 7 : 1) * DAY)];
}

const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Instants as "2026-11-22 09:30" on the zone's clocks. */
function localTimes(zone: string): (at: number) => string {
  if (zone === 'UTC') return (at) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  const formatter = formatterFor(zone);
  return (at) => {
    const parts = new Map(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
  };
}

function formatterFor(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch {
    throw usageFailure(`No such time zone: "${zone}".`, 'Use a name such as Europe/Berlin, or UTC.');
  }
}

const MS_PER_DAY = 86_400_000;

/** The calendar day in UTC. */
export function dayOf(epochMs: number): Day {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** Whole days from one day to another; negative when the other is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_DAY);
}

export const addDays = (day: Day, days: number): Day => dayOf(Date.parse(day) + days * MS_PER_DAY);

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(Date.parse(text)) === text;

/** Reads a day that somebody typed. */
export function parseDay(text: string, flag: string): Day {
  const day = text.trim();
  if (!isDay(day)) throw usageFailure(`${flag} takes a day such as 2026-03-15, not "${text.slice(0, 40)}".`);
  return day;
}
