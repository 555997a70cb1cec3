import { usageFailure } from '../errors.ts';
import { excerpt } from '../text/text.ts';
import { addDays, isDay, type Calendar, type Window } from './calendar.ts';

/**
 * Reads a time that somebody typed: a day, a month, a year, `today`, `yesterday`, `last week`, `7d` (the day a week ago)
 * or `12h` (that instant).
 */
export function parsePeriod(text: string, flag: string, local: Calendar, now: number): Window {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const found = named(words, local, now) ?? ago(words, local, now) ?? dated(words, local);
  if (found) return found;
  throw usageFailure(
    `${flag} takes a day (2026-03-15), a month (2026-03), 7d, 12h, yesterday or "last week", not "${excerpt(text, 40)}".`,
  );
}

function named(words: string, local: Calendar, now: number): Window | null {
  const day = { today: 0, yesterday: -1 }[words];
  if (day !== undefined) return dayWindow(addDays(local.dayOf(now), day), local);
  const [, which, unit] = /^(this|last) (week|month|year)$/.exec(words) ?? [];
  if (unit === undefined) return null;
  const windowAt = (at: number): Window =>
    unit === 'year'
      ? yearWindow(local.dayOf(at).slice(0, 4), local)
      : local.windowAt(at, unit === 'week' ? 'week' : 'month');
  const current = windowAt(now);
  return which === 'this' ? current : windowAt(current.from - 1);
}

function ago(words: string, local: Calendar, now: number): Window | null {
  const [, number, unit] = /^(\d{1,4}) ?(h|d|w)(?:ours?|ays?|eeks?)?(?: ago)?$/.exec(words) ?? [];
  if (number === undefined) return null;
  const count = Number(number);
  if (unit === 'h') return { from: now - count * HOUR, until: now - count * HOUR };
  return dayWindow(addDays(local.dayOf(now), unit === 'w' ? -7 * count : -count), local);
}

function dated(words: string, local: Calendar): Window | null {
  if (isDay(words)) return dayWindow(words, local);
  if (/^\d{4}$/.test(words)) return yearWindow(words, local);
  if (!isDay(`${words}-01`)) return null;
  return local.windowAt(local.startOf(`${words}-01`), 'month');
}

const dayWindow = (day: string, local: Calendar): Window => local.windowAt(local.startOf(day), 'day');

const yearWindow = (year: string, local: Calendar): Window => ({
  from: local.startOf(`${year}-01-01`),
  until: local.startOf(addDays(`${year}-12-31`, 1)),
});

const HOUR = 3_600_000;
