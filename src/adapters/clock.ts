import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports/index.ts';

/** The longest wait a timer takes; anything above fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    async sleep(ms, signal) {
      try {
        for (let left = ms; left > 0; left -= LONGEST_TIMER) {
          await setTimeout(Math.min(left, LONGEST_TIMER), undefined, { signal });
        }
      } finally {
        // Node rejects with an error of its own; the reason of the signal says more.
        signal?.throwIfAborted();
      }
    },
  };
}
