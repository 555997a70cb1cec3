import type { LimitWishes } from '../core/policy/rate-limits.ts';
import type { Pace, Slots, Terminal } from '../ports/index.ts';

/** How fast requests may leave, as the flags say it. */
export interface PaceFlags extends LimitWishes {
  /** False with --no-wait. */
  readonly wait: boolean;
}

/** The pace of one command, which tells people when and why it waits. */
export function paceOf(
  { rpm, rpd, ipm, spendRate, tier, wait }: PaceFlags,
  slots: Slots,
  terminal: Terminal,
): Pace {
  return {
    slots,
    wishes: { rpm, rpd, ipm, spendRate, tier },
    wait,
    onWait: (why, waitMs) => terminal.note(`wait   ${Math.ceil(waitMs / 1_000)} s: ${why}`),
  };
}
