import type { HttpResponse } from './http/response.ts';
import { perDay, perMinute, quotaResponse } from './faults/quota.ts';

export interface Limits {
  /** Counts a request, and returns a 429 where it is one too many. A request that is refused does not count. */
  take(model: string): HttpResponse | null;
  reset(): void;
}

// The window is a little shorter than a minute, for clients whose clock is not exactly this one.
const WINDOW_MS = 59_000;

/** Limits on the requests for a model, in any minute (`rpm`) and in a day of California (`rpd`); null means no limit. */
export function limits(now: () => number, limit: () => { rpm: number | null; rpd: number | null }): Limits {
  const recent = new Map<string, number[]>();
  let day = '';
  const today = new Map<string, number>();

  function minute(model: string, rpm: number): HttpResponse | null {
    if (rpm === 0) return quotaResponse(perMinute(model, 0), null, null);
    const since = now() - WINDOW_MS;
    const times = (recent.get(model) ?? []).filter((time) => time > since);
    recent.set(model, times);
    const oldest = times[times.length - rpm];
    if (oldest === undefined) return null;
    const wait = `${(oldest - since) / 1000}s`;
    return quotaResponse(perMinute(model, rpm), wait, wait);
  }

  function daily(model: string, rpd: number): HttpResponse | null {
    const current = pacificDay(now());
    if (current !== day) {
      day = current;
      today.clear();
    }
    return (today.get(model) ?? 0) < rpd ? null : quotaResponse(perDay(model, rpd), '36.3s', '36s');
  }

  return {
    take(model) {
      const { rpm, rpd } = limit();
      const refused = (rpd === null ? null : daily(model, rpd)) ?? (rpm === null ? null : minute(model, rpm));
      if (refused) return refused;
      if (rpm !== null) recent.get(model)?.push(now());
      if (rpd !== null) today.set(model, (today.get(model) ?? 0) + 1);
      return null;
    },
    reset() {
      recent.clear();
      today.clear();
    },
  };
}

const pacificDay = (at: number): string =>
  new Date(at).toLocaleDateString('en-CA', { timeZone: 'America/Los_Angeles' });
