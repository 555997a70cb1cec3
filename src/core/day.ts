import type { Day } from './catalogue/model.ts';
import { usageFailure } from './errors.ts';

const MS_PER_DAY = 86_400_000;

/** The calendar day in UTC. */
export function dayOf(epochMs: number): Day {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** Whole days from one day to another; negative when the other is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_DAY);
}

/** Reads a day that somebody typed. */
export function parseDay(text: string, flag: string): Day {
  const day = text.trim();
  const isReal =
    /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) && dayOf(Date.parse(day)) === day;
  if (!isReal) throw usageFailure(`${flag} takes a day such as 2026-03-15, not "${text.slice(0, 40)}".`);
  return day;
}
