import type { Calendar } from '../policy/calendar.ts';
import type { Period } from './line.ts';

/** Google's days. */
export const PACIFIC = 'America/Los_Angeles';

/** Milliseconds since 1970; null for a text without a time of day. */
export function timeIn(text: string): number | null {
  if (/^\d{9,10}(\.\d+)?$/.test(text) || /^\d\.\d+E9$/i.test(text)) return Math.floor(Number(text) * 1000);
  const [, day, time, fraction = '', zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?\s?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i.exec(
      text,
    ) ?? [];
  if (day === undefined || time === undefined) return null;
  const [, sign, hours, minutes = '00'] = /([+-])(\d{2}):?(\d{2})?/.exec(zone) ?? [];
  const offset = sign === undefined ? 'Z' : `${sign}${hours}:${minutes}`;
  const at = Date.parse(`${day}T${time}${fraction}${offset}`);
  return Number.isNaN(at) ? null : at;
}

export function dayIn(text: string): string | null {
  const [, year, month, day] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/.exec(text) ?? [];
  if (year !== undefined) return realDay(year, month, day);
  const [, first, second, third] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  if (third !== undefined) return realDay(third, second, first);
  const [, name = '', date, at] = /^([A-Z][a-z]{2})[a-z]* (\d{1,2}),? (\d{4})$/.exec(text) ?? [];
  return realDay(at, monthNumber(name), date);
}

function realDay(year = '', month = '', day = ''): string | null {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = Date.parse(text);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : text;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthNumber = (name: string): string => String(MONTHS.indexOf(name) + 1);

export function monthIn(text: string): Period | null {
  const [, year, month] = /^(\d{4})[-/.]?(\d{2})$/.exec(text) ?? [];
  const [, name = '', named] = /^([A-Z][a-z]{2})[a-z]* (\d{4})$/.exec(text) ?? [];
  return realDay(year ?? named, month ?? monthNumber(name), '01')?.slice(0, 7) ?? null;
}

/** A day, or the month that a stretch of days is in; null for one that is longer. */
export function periodOf([first, last]: readonly [string, string]): Period | null {
  if (first === last) return first;
  return first.slice(0, 7) === last.slice(0, 7) ? first.slice(0, 7) : null;
}

const HOUR = 3_600_000;

/** Calendars are slow, and an invoice has millions of rows: one look-up for each hour that there is. */
export function cachedDays(calendar: Calendar): (at: number) => string {
  const days = new Map<number, string>();
  return (at) => {
    const hour = Math.floor(at / HOUR);
    const known = days.get(hour);
    if (known !== undefined) return known;
    const day = calendar.dayOf(at);
    days.set(hour, day);
    return day;
  };
}
