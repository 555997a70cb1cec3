import { describe, expect, it } from 'vitest';
import {
  countsOf,
  endOfQueued,
  perMinute,
  QUEUE_STATES,
  secondsLeft,
  type QueuedAttempt,
  type QueueEnd,
} from '../../../src/core/policy/queue.ts';
import { usd } from '../../../src/core/pricing/money.ts';

const attempt = (state: QueuedAttempt['state'], facts: Partial<QueuedAttempt> = {}): QueuedAttempt => ({
  state,
  hasImage: false,
  releasedAs: null,
  why: null,
  amount: usd('0'),
  ...facts,
});

describe('a picture of a queue', () => {
  const outage = attempt('released', { releasedAs: 'unavailable', why: 'Overloaded.' });
  const refused = attempt('saved', { why: 'It was blocked.' });
  const unconfirmed = attempt('unconfirmed', { why: 'The connection broke.' });
  const image = attempt('saved', { hasImage: true });

  it.each<[string, readonly QueuedAttempt[], QueueEnd['state'] | null, (string | null)?]>([
    ['is still on its way while its money is held', [refused, attempt('held')], null],
    ['is still on its way while it is asked for', [attempt('sent'), image], null],
    ['is still on its way while its answer is read', [attempt('replied')], null],
    ['is done where one of several attempts brought it', [outage, image, unconfirmed], 'done'],
    ['may be charged, whatever else was refused', [unconfirmed, refused], 'unconfirmed', unconfirmed.why],
    [
      'is told by the last that nobody knows',
      [attempt('unconfirmed'), unconfirmed],
      'unconfirmed',
      'The connection broke.',
    ],
    [
      'failed where it is paid for and not written',
      [refused, attempt('settled')],
      'failed',
      'It is paid for and not in the store: pixtab recover where it was bought.',
    ],
    ['was refused, whatever came after', [refused, outage], 'refused', 'It was blocked.'],
    ['was refused without a reason', [attempt('saved')], 'refused', 'The answer held no image.'],
    [
      'failed with what was said last',
      [attempt('released', { why: 'First.' }), attempt('released'), outage],
      'failed',
      'Overloaded.',
    ],
    [
      'was cancelled',
      [outage, attempt('released', { releasedAs: 'cancelled', why: 'Cancelled.' })],
      'cancelled',
      'Cancelled.',
    ],
    ['failed before anything was asked', [], 'failed'],
  ])('%s', (_, attempts, state, why = null) => {
    expect(endOfQueued(attempts)).toEqual(state && { state, why, amount: usd('0') });
  });

  it('costs what all that was asked for it cost', () => {
    const dear = (state: QueuedAttempt['state'], hasImage = false) =>
      attempt(state, { hasImage, amount: usd('0.04') });
    expect(endOfQueued([dear('saved'), dear('unconfirmed'), dear('saved', true)])?.amount).toBe(usd('0.12'));
    expect(endOfQueued([dear('saved'), attempt('released')])?.amount).toBe(usd('0.04'));
  });
});

describe('a queue', () => {
  it('counts each of its states', () => {
    expect(Object.keys(countsOf(() => 0))).toEqual([...QUEUE_STATES]);
    for (const state of QUEUE_STATES)
      expect(Object.entries(countsOf((each) => (each === state ? 7 : 0))).filter(([, n]) => n > 0)).toEqual([
        [state, 7],
      ]);
  });

  const NOW = 1_000_000;
  it.each([
    ['none where nothing ended', 0, NOW - 1_000, null],
    ['none without a beginning', 3, null, null],
    ['as many as ended in a whole minute', 7, NOW - 60_000, 7],
    ['in proportion of what passed of a minute', 5, NOW - 20_000, 15],
    ['to a tenth', 1, NOW - 45_000, 1.3],
    ['of the last minute, however long it runs', 7, NOW - 600_000, 7],
    ['of a second, however short it runs', 1, NOW - 1, 60],
  ])('makes pictures a minute: %s', (_, ended, since, rate) => {
    expect(perMinute(ended, since, NOW)).toBe(rate);
  });

  it.each([
    ['0 s where nothing is left', 0, null, 0],
    ['a time that nobody knows without a rate', 5, null, null],
    ['a time that nobody knows at no rate', 5, 0, null],
    ['as long as the rest takes', 5, 10, 30],
    ['whole seconds, upwards', 1, 7, 9],
  ])('is empty in %s', (_, open, rate, seconds) => {
    expect(secondsLeft(open, rate)).toBe(seconds);
  });
});
