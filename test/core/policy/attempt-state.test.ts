import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import {
  afterDeath,
  afterLoss,
  ATTEMPT_STATES,
  isOpen,
  outcomeOfAttempt,
  stateAfter,
  type AttemptState,
  type AttemptStep,
} from '../../../src/core/policy/attempt-state.ts';

/** Every step of an attempt, from where it is allowed, and where it leads. All that is not here must be refused. */
const STEPS: Readonly<Record<AttemptStep, Partial<Record<AttemptState, AttemptState>>>> = {
  sending: { held: 'sent' },
  unsent: { sent: 'held' },
  replied: { sent: 'replied' },
  settle: { sent: 'settled', replied: 'settled', unconfirmed: 'settled', released: 'settled' },
  saved: { settled: 'saved', saved: 'saved' },
  release: { held: 'released', sent: 'released' },
  unconfirm: { sent: 'unconfirmed', replied: 'unconfirmed' },
  charge: { unconfirmed: 'settled' },
  absolve: { unconfirmed: 'released' },
};
const PAIRS = Object.keys(STEPS).flatMap((step) =>
  ATTEMPT_STATES.map((state) => [step as AttemptStep, state] as const),
);

const resultOf = (decide: () => AttemptState | null) => {
  try {
    return decide();
  } catch (error) {
    return error instanceof Failure ? error.kind : 'thrown';
  }
};

describe('an attempt', () => {
  it.each(PAIRS)('takes the step %s from %s only where money allows it', (step, state) => {
    expect(resultOf(() => stateAfter('a', state, step))).toBe(STEPS[step][state] ?? 'bug');
  });

  it('that the ledger does not know takes none', () => {
    expect(() => stateAfter('a', null, 'settle')).toThrow('The ledger knows no attempt "a".');
  });

  it.each(PAIRS)(
    'that another process took over leaves %s from %s to it, but for an answer',
    (step, state) => {
      const booked = step === 'settle' ? (STEPS.settle[state] ?? null) : null;
      const saved = step === 'saved' && state === 'settled' ? 'saved' : null;
      expect(resultOf(() => afterLoss(state, step))).toBe(
        step === 'sending' ? 'unavailable' : (booked ?? saved),
      );
    },
  );

  it.each<[AttemptState, AttemptState | null, AttemptState | null]>([
    // what it was, with its answer kept, and without
    ['held', 'released', 'released'],
    ['sent', 'replied', 'unconfirmed'],
    ['replied', null, 'unconfirmed'],
    ['settled', null, null],
    ['saved', null, null],
    ['released', null, null],
    ['unconfirmed', null, null],
  ])('that was %s when its process died is %s with its answer, %s without', (state, kept, lost) => {
    expect([afterDeath(state, true), afterDeath(state, false)]).toEqual([kept, lost]);
  });

  it('is open until its picture is saved, or nothing more can come of it', () => {
    expect(ATTEMPT_STATES.filter(isOpen)).toEqual(['held', 'sent', 'replied', 'settled']);
  });

  const ended = (state: AttemptState, facts: Partial<Parameters<typeof outcomeOfAttempt>[0]> = {}) =>
    outcomeOfAttempt({
      state,
      refusal: null,
      releasedAs: null,
      isDecided: false,
      asked: 1,
      came: 1,
      ...facts,
    });

  it.each([
    ['saved with all that was asked', ended('saved'), 'ok'],
    ['saved with less', ended('saved', { asked: 2 }), 'partial'],
    ['saved with a refusal beside a picture', ended('saved', { refusal: 'SAFETY' }), 'ok'],
    ['without a picture, refused', ended('saved', { came: 0, refusal: 'SAFETY' }), 'refused'],
    [
      'without a picture, not understood',
      ended('saved', { came: 0, refusal: 'UNDECODABLE_IMAGE' }),
      'unread',
    ],
    ['settled, and not written', ended('settled'), 'disk'],
    ['settled by somebody’s word', ended('settled', { isDecided: true }), 'unconfirmed'],
    ['released after an error', ended('released', { releasedAs: 'auth', came: 0 }), 'auth'],
    ['released without one', ended('released', { came: 0 }), 'cancelled'],
    ['unconfirmed', ended('unconfirmed', { came: 0 }), 'unconfirmed'],
    ['still on its way', ended('sent', { came: 0 }), 'pending'],
    ['still held', ended('held', { came: 0 }), 'pending'],
  ])('%s ended as %s', (_, outcome, expected) => {
    expect(outcome).toBe(expected);
  });
});
