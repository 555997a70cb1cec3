import { describe, expect, it } from 'vitest';
import {
  ANSWER_LOST,
  asFailure,
  exitCodeOf,
  Failure,
  FAILURES,
  isFailureKind,
  mostPressing,
  restated,
  usageFailure,
  worseExit,
  type FailureKind,
} from '../../src/core/errors.ts';

describe('failures', () => {
  // The numbers are public API: scripts branch on them.
  it.each([
    ['bug', 1],
    ['usage', 2],
    ['auth', 3],
    ['budget', 4],
    ['refused', 5],
    ['partial', 6],
    ['rate-limited', 7],
    ['unconfirmed', 8],
    ['unavailable-model', 9],
    ['unavailable', 10],
    ['disk', 11],
    ['unread', 11],
    ['pending', 12],
    ['cancelled', 130],
  ] as const)('%s exits with %i', (kind, code) => {
    expect(exitCodeOf(new Failure(kind, 'x'))).toBe(code);
  });

  it('have an exit code each that no other has, but for two that pixtab recover finishes', () => {
    const codes = Object.values(FAILURES).map(({ exit }) => exit);
    expect(codes.filter((exit, index) => codes.indexOf(exit) !== index)).toEqual([11]);
  });

  it('have a severity each that no other has', () => {
    const rows = Object.values(FAILURES);
    expect(new Set(rows.map(({ severity }) => severity)).size).toBe(rows.length);
  });

  it('that may have been charged are more pressing than those that were certainly not', () => {
    const kinds = Object.keys(FAILURES) as FailureKind[];
    const failures = kinds.map((kind) => new Failure(kind, kind));
    const order = failures.map((_, index) => mostPressing(failures.slice(index))?.kind);
    expect(order[0]).toBe('bug');
    expect(mostPressing([new Failure('rate-limited', ''), new Failure('refused', '')])?.kind).toBe('refused');
    expect(mostPressing([new Failure('auth', ''), new Failure('unconfirmed', '')])?.kind).toBe('unconfirmed');
    expect(mostPressing([])).toBeNull();
  });

  it('that may have cost something come before all that certainly cost nothing', () => {
    // These two say how a run ended, and not what became of a request.
    const { partial: _, cancelled: __, ...kinds } = FAILURES;
    const severities = (isFree: boolean) =>
      Object.values(kinds)
        .filter(({ charged }) => (charged === 'no') === isFree)
        .map(({ severity }) => severity);
    expect(Math.min(...severities(false))).toBeGreaterThan(Math.max(...severities(true)));
  });

  it('of the same kind are told by the first', () => {
    const first = new Failure('refused', 'first');
    expect(mostPressing([first, new Failure('refused', 'second')])).toBe(first);
  });

  it('of one conversation end it with the code that matters most, in whatever order they come', () => {
    for (const codes of [
      [0, 2, 11],
      [11, 2, 0],
      [2, 11, 0],
    ])
      expect(codes.reduce(worseExit)).toBe(11);
    expect(worseExit(0, 12)).toBe(12);
    expect(worseExit(0, 0)).toBe(0);
  });

  it('are told by what is lost for good before what recover finishes, and by a bug before either', () => {
    const kept = new Failure('disk', 'kept');
    const lost = new Failure('disk', 'lost', { code: ANSWER_LOST });
    const bug = new Failure('bug', 'a bug');
    expect(mostPressing([kept, lost])).toBe(lost);
    expect(mostPressing([lost, bug])).toBe(bug);
  });

  it('treat anything else as a bug', () => {
    expect(exitCodeOf(new TypeError('x'))).toBe(1);
  });

  it('say whether money may be gone', () => {
    expect(new Failure('unconfirmed', 'x').charged).toBe('unknown');
    expect(new Failure('disk', 'x').charged).toBe('yes');
    expect(new Failure('bug', 'x').charged).toBe('unknown');
    expect(new Failure('unavailable', 'x').charged).toBe('no');
    expect(new Failure('refused', 'x', { charged: 'yes' }).charged).toBe('yes');
  });
});

describe('a failure', () => {
  it('promises nothing that nobody said: it is not to be repeated, and no file of it is lost', () => {
    expect(new Failure('unavailable', 'x')).toMatchObject({
      repeat: false,
      lost: false,
      code: 'unavailable',
    });
    const said = {
      repeat: true,
      lost: true,
      code: 'odd',
      retryAfterSeconds: 3,
      hint: 'h',
      command: 'c',
      detail: 'd',
    };
    expect(new Failure('unavailable', 'x', said)).toMatchObject(said);
  });

  it('in other words keeps what is known of it', () => {
    const cause = new Error('deep');
    const met = { meter: 'images', stated: 5 } as const;
    const known = {
      charged: 'yes',
      repeat: true,
      lost: true,
      retryAfterSeconds: 3,
      hint: 'h',
      command: 'c',
      detail: 'd',
      met,
      cause,
    } as const;
    const failure = new Failure('unavailable', 'x', { ...known, code: 'odd' });
    expect(restated(failure, {})).toMatchObject({ ...known, kind: 'unavailable', message: 'x', code: 'odd' });
    expect(restated(failure, { message: 'y', charged: 'no' })).toMatchObject({
      ...known,
      message: 'y',
      charged: 'no',
    });
    // What programs know it by belongs to its kind.
    expect(restated(failure, { kind: 'disk' })).toMatchObject({ ...known, kind: 'disk', code: 'disk' });
    expect(restated(failure, { kind: 'disk', code: 'full' }).code).toBe('full');
  });

  it('of use says what would be right', () => {
    expect(usageFailure('x', 'h', 'c')).toMatchObject({
      kind: 'usage',
      message: 'x',
      hint: 'h',
      command: 'c',
    });
  });

  it('is made of whatever was thrown', () => {
    const failure = new Failure('auth', 'x');
    expect(asFailure(failure)).toBe(failure);
    const thrown = new TypeError('odd');
    expect(asFailure(thrown)).toMatchObject({ kind: 'bug', message: 'Unexpected: odd', cause: thrown });
    expect(asFailure('odd', 'disk')).toMatchObject({
      kind: 'disk',
      message: 'Unexpected: odd',
      charged: 'yes',
    });
  });

  it('has a kind of the table', () => {
    expect([isFailureKind('disk'), isFailureKind('toString'), isFailureKind('odd')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
