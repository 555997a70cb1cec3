import { mostPressing, type Failure, type FailureKind } from '../../core/errors.ts';
import type { Clock } from '../../ports/index.ts';

/** When a worker takes nothing, and when it gives up. */
export interface Rests {
  /** After trouble that all pictures would meet: twice as long each time, until something comes. */
  begin(failure: Failure): void;
  /** Something came: what was in the way is not any more. */
  end(): void;
  /** How long nothing is to be taken, in milliseconds; 0 or less where something may be. */
  leftMs(): number;
  /** Ends the work for the most pressing reason: what comes to light while the rest is finished may be worse than the first. */
  giveUp(failure: Failure): void;
  /** Why the work ends; null where it goes on. */
  reason(): Failure | null;
}

const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;

/** After so many in a row, the worker ends: it is not the pictures. */
const MOST_TROUBLES = 10;

const HOPELESS = new Set<FailureKind>(['auth', 'budget', 'bug', 'disk', 'usage']);

/** Trouble that no waiting mends. */
export const isHopeless = ({ kind }: Failure): boolean => HOPELESS.has(kind);

export function restsBy({ now }: Pick<Clock, 'now'>): Rests {
  let troubles = 0;
  let until = 0;
  let reason: Failure | null = null;

  function giveUp(failure: Failure): void {
    reason = mostPressing([...(reason ? [reason] : []), failure]);
  }

  return {
    begin(failure) {
      if (failure.kind === 'cancelled') return;
      troubles += 1;
      const rest = failure.retryAfterSeconds
        ? failure.retryAfterSeconds * 1_000
        : FIRST_MS * 2 ** (troubles - 1);
      until = now() + Math.min(rest, LONGEST_MS);
      if (isHopeless(failure) || troubles >= MOST_TROUBLES) giveUp(failure);
    },
    end() {
      troubles = 0;
    },
    leftMs: () => until - now(),
    giveUp,
    reason: () => reason,
  };
}
