import type { Clock } from '../../../src/ports/index.ts';

export interface FakeClock extends Clock {
  /** Every sleep that was asked for, in milliseconds. */
  readonly waits: readonly number[];
  advance(ms: number): void;
  /** What `random` returns next, in order; 0.5 once they are used up. */
  script(...values: readonly number[]): void;
}

/** Time that passes only when somebody sleeps, and then at once. */
export function fakeClock(start: number | string = '2026-11-22T12:00:00Z'): FakeClock {
  let now = new Date(start).getTime();
  const waits: number[] = [];
  const randoms: number[] = [];
  return {
    waits,
    now: () => now,
    advance(ms) {
      now += ms;
    },
    random: () => randoms.shift() ?? 0.5,
    script(...values) {
      randoms.push(...values);
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += Math.max(0, ms);
      // As with a real timer, others get their turn first.
      await Promise.resolve();
      signal?.throwIfAborted();
    },
  };
}
