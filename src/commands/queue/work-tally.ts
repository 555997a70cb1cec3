import type { Failure, FailureKind } from '../../core/errors.ts';
import { outcomeOf } from '../../core/policy/outcome.ts';
import { sum, ZERO, type Usd } from '../../core/pricing/money.ts';
import type { WorkEvent } from '../../purchase/queue/work-context.ts';

/** What a worker did. */
export interface WorkDone {
  readonly taken: number;
  readonly done: number;
  readonly refused: number;
  readonly failed: number;
  readonly unconfirmed: number;
  readonly returned: number;
  readonly spent: Usd;
}

export const NOTHING: WorkDone = {
  taken: 0,
  done: 0,
  refused: 0,
  failed: 0,
  unconfirmed: 0,
  returned: 0,
  spent: ZERO,
};

export type Tally = ReturnType<typeof tallying>;

/** Counts what becomes of pictures, as a worker tells it. */
export function tallying() {
  const { spent: _, ...counts } = NOTHING;
  let spent = ZERO;
  const kinds = new Map<FailureKind, Failure>();
  return {
    add(event: WorkEvent): void {
      if (event.event === 'gathered' || event.event === 'stuck') return;
      if (event.event !== 'ended') {
        counts[event.event] += 1;
        return;
      }
      spent = sum([spent, event.cost]);
      const { state, failure } = event;
      if (state === 'done' || state === 'refused' || state === 'failed' || state === 'unconfirmed')
        counts[state] += 1;
      // What was taken off the queue meanwhile is not asked for any more.
      if (state === 'done' || state === 'cancelled' || failure === null) return;
      if (!kinds.has(failure.kind)) kinds.set(failure.kind, failure);
    },
    now: (): WorkDone => ({ ...counts, spent }),
    /** Of all that came to an end here; null where every picture is there. */
    failure(): Failure | null {
      const { done, refused, failed, unconfirmed } = counts;
      const asked = done + refused + failed + unconfirmed;
      return outcomeOf([...kinds.values()], { asked, delivered: done }).failure;
    },
  };
}
