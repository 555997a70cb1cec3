import { Failure, type FailureKind } from '../errors.ts';
import { isUnread } from '../order/reply.ts';

/** Where the money of an attempt stands. Until it is held it is only planned, and the ledger does not know it. */
export const ATTEMPT_STATES = [
  ...(['held', 'sent', 'replied'] as const),
  ...(['settled', 'saved', 'released', 'unconfirmed'] as const),
] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

/** Whether it may still bring something. */
export const isOpen = (state: AttemptState): boolean =>
  state === 'held' || state === 'sent' || state === 'replied' || state === 'settled';

export type AttemptStep =
  | 'sending'
  | 'unsent'
  | 'replied'
  | 'settle'
  | 'saved'
  | 'release'
  | 'unconfirm'
  | 'charge'
  | 'absolve';

const STEPS: Record<AttemptStep, { readonly from: readonly AttemptState[]; readonly to: AttemptState }> = {
  sending: { from: ['held'], to: 'sent' },
  unsent: { from: ['sent'], to: 'held' },
  replied: { from: ['sent'], to: 'replied' },
  // After `sent` where the journal could not keep the answer, later where one turned up in the end.
  settle: { from: ['sent', 'replied', 'unconfirmed', 'released'], to: 'settled' },
  // Once more, where a later release reads more of an answer.
  saved: { from: ['settled', 'saved'], to: 'saved' },
  release: { from: ['held', 'sent'], to: 'released' },
  unconfirm: { from: ['sent', 'replied'], to: 'unconfirmed' },
  // Somebody knows: nothing else may ever take back what may be spent.
  charge: { from: ['unconfirmed'], to: 'settled' },
  absolve: { from: ['unconfirmed'], to: 'released' },
};

/** The state after a step; a step that the state does not allow is a bug. */
export function stateAfter(attemptId: string, state: AttemptState | null, step: AttemptStep): AttemptState {
  if (state === null) throw new Failure('bug', `The ledger knows no attempt "${attemptId}".`);
  const { from, to } = STEPS[step];
  if (from.includes(state)) return to;
  throw new Failure(
    'bug',
    `Attempt "${attemptId}" is ${state}: the step "${step}" is not allowed from there.`,
  );
}

/**
 * What a step still does when another process has taken the attempt over: nothing leaves on the strength of a hold that is
 * not ours any more, an answer is booked whoever brings it, and the rest is up to the other. null leaves it as it is.
 */
export function afterLoss(state: AttemptState, step: AttemptStep): AttemptState | null {
  if (step === 'sending') {
    throw new Failure('unavailable', 'Another process took this request over, so nothing was sent.', {
      hint: 'This process was taken for dead, because nothing was heard of it. Ask again.',
      charged: 'no',
    });
  }
  const { from, to } = STEPS[step];
  if (step === 'settle') return from.includes(state) ? to : null;
  return step === 'saved' && state === 'settled' ? to : null;
}

/** What becomes of an attempt whose process died. Null leaves it as it is. */
export function afterDeath(state: AttemptState, answerIsKept: boolean): AttemptState | null {
  if (state === 'held') return 'released';
  // An answer that could not be kept is as lost as one that never came.
  if (!answerIsKept && (state === 'sent' || state === 'replied')) return 'unconfirmed';
  return state === 'sent' ? 'replied' : null;
}

/** What became of an attempt, in the words for how a run ends. */
export function outcomeOfAttempt({
  state,
  refusal,
  releasedAs,
  isDecided,
  asked,
  came,
}: {
  readonly state: AttemptState;
  readonly refusal: string | null;
  readonly releasedAs: FailureKind | null;
  /** Somebody said later what it cost. */
  readonly isDecided: boolean;
  /** Pictures. */
  readonly asked: number;
  readonly came: number;
}): 'ok' | FailureKind {
  if (came === 0 && refusal !== null) return isUnread({ reason: refusal }) ? 'unread' : 'refused';
  if (state === 'saved') return came < asked ? 'partial' : 'ok';
  if (state === 'settled') return isDecided ? 'unconfirmed' : 'disk';
  if (state === 'released') return releasedAs ?? 'cancelled';
  return state === 'unconfirmed' ? 'unconfirmed' : 'pending';
}
