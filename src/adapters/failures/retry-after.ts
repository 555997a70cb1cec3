import type { ErrorBody } from './error-body.ts';

/**
 * Seconds that the server asks to wait, up to the next millisecond: in a header, in the details, or in the text of the
 * message; null where it asks for nothing. The longest wins, since the details round down what the text says exactly.
 */
export function statedWait(headers: Pick<Headers, 'get'>, error: ErrorBody, now: number): number | null {
  const stated = [
    fromHeader(headers.get('retry-after') ?? '', now),
    fromDuration(error.retryDelay),
    ...Array.from(error.message.matchAll(IN_TEXT), ([, duration = '']) => fromDuration(duration)),
  ]
    .filter((seconds) => seconds !== null)
    .filter(Number.isFinite);
  if (stated.length === 0) return null;
  return Math.max(0, Math.ceil(Math.min(Math.max(...stated), LONGEST) * 1_000 - DUST)) / 1_000;
}

/** No limit lasts longer than a month. */
const LONGEST = 31 * 86_400;

// What arithmetic with fractions adds to a whole number of milliseconds.
const DUST = 1e-6;

// "Please retry in 54.887755558s.", "900.2ms", "after 5 minutes", "1h2m3s"
const IN_TEXT = /\b(?:retry|again) (?:in|after) ((?:\d+(?:\.\d+)?\s?[a-z]+\s?)+)/gi;
const SPAN = /(\d+(?:\.\d+)?)\s?(ms|milli|h|m|s)/gi;
const SECONDS: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1, ms: 0.001, milli: 0.001 };

function fromDuration(text: string): number | null {
  const spans = Array.from(text.matchAll(SPAN), ([, amount, unit = '']) => {
    const per = SECONDS[unit.toLowerCase()];
    return per === undefined ? 0 : Number(amount) * per;
  });
  return spans.length > 0 ? spans.reduce((sum, span) => sum + span, 0) : null;
}

const HTTP_DATE = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function fromHeader(value: string, now: number): number | null {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  return HTTP_DATE.test(value) ? Math.max(0, (Date.parse(value) - now) / 1_000) : null;
}

const HOUR = 3_600_000;

/** The next midnight in California, when Google's daily quotas begin anew. */
export function nextPacificMidnight(now: number): number {
  const midnight = now + 24 * HOUR - sinceMidnight(now);
  // A day on which the clocks change is an hour shorter or longer.
  const off = sinceMidnight(midnight);
  return off > 12 * HOUR ? midnight + 24 * HOUR - off : midnight - off;
}

function sinceMidnight(at: number): number {
  const pacific = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const clock = new Map(pacific.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: 'hour' | 'minute' | 'second'): number => clock.get(type) ?? Number.NaN;
  return part('hour') * HOUR + part('minute') * 60_000 + part('second') * 1_000 + (at % 1_000);
}
