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
