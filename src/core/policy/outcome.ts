import { exitCodeFor, FAILURES, mostPressing, restated, type Failure, type FailureKind } from '../errors.ts';
import { counted } from '../text/text.ts';

/** How a run ended: what scripts branch on, and the one failure that people read. */
export interface RunOutcome {
  readonly outcome: 'ok' | FailureKind;
  readonly exitCode: number;
  /** null when all is well. */
  readonly failure: Failure | null;
}

/** How many pictures were asked for, and how many of them are on disk. */
export interface Delivery {
  readonly asked: number;
  readonly delivered: number;
}

export const ALL_WELL: RunOutcome = { outcome: 'ok', exitCode: 0, failure: null };

/** The one ranking: how a run ended, from everything that went wrong in it. */
export function outcomeOf(failures: readonly Failure[], { asked, delivered }: Delivery): RunOutcome {
  const worst = mostPressing(failures);
  if (worst === null) return ALL_WELL;
  const outcome = kindOf(worst, failures, delivered);
  const isOne = asked <= 1 && outcome === worst.kind;
  const isUnsent = worst.kind === 'cancelled' && worst.charged === 'no';
  const why = isUnsent && !isOne ? 'Cancelled before everything was sent.' : worst.message;
  const message = isOne ? why : `${delivered} of ${counted(asked, 'image')} on disk. ${why}`;
  return { outcome, exitCode: exitCodeFor(outcome), failure: restated(worst, { kind: outcome, message }) };
}

const isUnfinished = (kind: FailureKind): boolean => exitCodeFor(kind) === FAILURES.disk.exit;

function kindOf(worst: Failure, failures: readonly Failure[], delivered: number): FailureKind {
  if (failures.some(({ kind }) => kind === 'cancelled')) return 'cancelled';
  // What is paid for and waits in the journal is not "partial", it is unfinished business.
  return delivered > 0 && !isUnfinished(worst.kind) ? 'partial' : worst.kind;
}
