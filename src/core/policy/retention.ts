import { usageFailure } from '../errors.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

/** The moment before which prompts and inputs are forgotten, from a setting in days; null without one. */
export function forgetBefore(
  days: string | undefined,
  { from, now }: { readonly from: string; readonly now: number },
): number | null {
  if (days === undefined) return null;
  const count = /^\d{1,5}$/.test(days) ? Number(days) : 0;
  if (count >= 1 && count <= MOST_DAYS) return now - count * DAY_MS;
  throw usageFailure(`${from}: prompts are kept for a whole number of days, 1 to ${MOST_DAYS}.`);
}
