import { Failure } from '../errors.ts';

/** Where the money of an attempt stands. Until it is held it is only planned, and the ledger does not know it. */
export const ATTEMPT_STATES = [
  ...(['held', 'sent', 'replied'] as const),
  ...(['settled', 'saved', 'released', 'unconfirmed'] as const),
] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

export type AttemptStep = 'sending' | 'unsent' | 'replied' | 'settle' | 'saved' | 'release' | 'unconfirm';

const STEPS: Record<AttemptStep, { readonly from: readonly AttemptState[]; readonly to: AttemptState }> = {
  sending: { from: ['held'], to: 'sent' },
  unsent: { from: ['sent'], to: 'held' },
  replied: { from: ['sent'], to: 'replied' },
  // After `sent` where the journal could not keep the answer, after `unconfirmed` where one turned up in the end.
  settle: { from: ['sent', 'replied', 'unconfirmed'], to: 'settled' },
  // Once more, where a later release reads more of an answer.
  saved: { from: ['settled', 'saved'], to: 'saved' },
  release: { from: ['held', 'sent'], to: 'released' },
  unconfirm: { from: ['sent', 'replied'], to: 'unconfirmed' },
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

/** What becomes of an attempt whose process died. Null leaves it as it is. */
export function afterDeath(state: AttemptState, answerIsKept: boolean): AttemptState | null {
  if (state === 'held') return 'released';
  // An answer that could not be kept is as lost as one that never came.
  if (!answerIsKept && (state === 'sent' || state === 'replied')) return 'unconfirmed';
  return state === 'sent' ? 'replied' : null;
}
