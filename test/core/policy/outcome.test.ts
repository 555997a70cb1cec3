import { describe, expect, it } from 'vitest';
import { Failure, type FailureKind } from '../../../src/core/errors.ts';
import { refusalOfOnce } from '../../../src/core/policy/once.ts';
import { ALL_WELL, outcomeOf } from '../../../src/core/policy/outcome.ts';

const failed = (kind: FailureKind, charged?: 'yes' | 'no' | 'unknown') =>
  new Failure(kind, `It was ${kind}.`, { charged });

describe('how a run ends', () => {
  it('is well where nothing failed', () => {
    expect(outcomeOf([], { asked: 2, delivered: 2 })).toBe(ALL_WELL);
  });

  it.each<[readonly FailureKind[], number, number, string, number, string]>([
    // failures, asked, delivered
    [['refused'], 1, 0, 'refused', 5, 'It was refused.'],
    [['refused'], 2, 0, 'refused', 5, '0 of 2 images on disk. It was refused.'],
    [['refused'], 2, 1, 'partial', 6, '1 of 2 images on disk. It was refused.'],
    [['refused'], 1, 1, 'partial', 6, '1 of 1 image on disk. It was refused.'],
    [['rate-limited', 'refused'], 3, 0, 'refused', 5, '0 of 3 images on disk. It was refused.'],
    // What is paid for and waits to be finished is no less so beside a picture.
    [['disk'], 2, 1, 'disk', 11, '1 of 2 images on disk. It was disk.'],
    [['unread'], 2, 1, 'unread', 11, '1 of 2 images on disk. It was unread.'],
    [['cancelled', 'refused'], 3, 1, 'cancelled', 130, '1 of 3 images on disk. It was refused.'],
    [['cancelled'], 1, 0, 'cancelled', 130, 'It was cancelled.'],
    [['cancelled'], 2, 1, 'cancelled', 130, '1 of 2 images on disk. Cancelled before everything was sent.'],
  ])('%j of %i asked and %i delivered: %s', (kinds, asked, delivered, outcome, exitCode, message) => {
    const ended = outcomeOf(
      kinds.map((kind) => failed(kind)),
      { asked, delivered },
    );
    expect(ended).toMatchObject({ outcome, exitCode, failure: { kind: outcome, message } });
  });

  it('does not say of what may have been charged that it was not sent', () => {
    const ended = outcomeOf([failed('cancelled', 'unknown')], { asked: 2, delivered: 1 });
    expect(ended.failure).toMatchObject({ charged: 'unknown', message: expect.stringContaining('It was') });
  });
});

describe('an idempotency key that another run has', () => {
  const refusal = (other: Parameters<typeof refusalOfOnce>[1]) =>
    refusalOfOnce({ key: 'k', order: 'a' }, other);

  it('buys what no other run has bought', () => {
    expect(refusal(null)).toBeNull();
    expect(refusal({ order: 'a', isSpent: false })).toBeNull();
  });

  it('buys nothing twice, and nothing else', () => {
    expect(refusal({ order: 'a', isSpent: true })).toMatchObject({ kind: 'unavailable', code: 'key-in-use' });
    for (const isSpent of [true, false])
      expect(refusal({ order: 'b', isSpent })).toMatchObject({ kind: 'usage', code: 'key-of-another-order' });
  });
});
