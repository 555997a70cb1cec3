import { usageFailure } from '../errors.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

/** How long a session is kept that nobody goes on with, where nothing else is set: an idea is taken up within a season. */
const SESSION_DAYS = 90;

/** Days after which a session goes that nobody went on with. */
export function sessionDays({
  defaults,
  origins,
}: {
  readonly defaults: { readonly 'session-days'?: string | undefined };
  readonly origins: { readonly 'session-days'?: string | undefined };
}): number {
  const days = defaults['session-days'];
  if (days === undefined) return SESSION_DAYS;
  const from = origins['session-days'] ?? 'session-days';
  return wholeDays(days, `${from}: sessions are kept`);
}

export const sessionsBefore = (settings: Parameters<typeof sessionDays>[0], now: number): number =>
  now - sessionDays(settings) * DAY_MS;

function wholeDays(days: string, what: string): number {
  const count = /^\d{1,5}$/.test(days) ? Number(days) : 0;
  if (count >= 1 && count <= MOST_DAYS) return count;
  throw usageFailure(`${what} for a whole number of days, 1 to ${MOST_DAYS}.`);
}

/** The moment before which prompts and inputs are forgotten, from a setting in days; null without one. */
export function forgetBefore(
  days: string | undefined,
  { from, now }: { readonly from: string; readonly now: number },
): number | null {
  return days === undefined ? null : now - wholeDays(days, `${from}: prompts are kept`) * DAY_MS;
}
