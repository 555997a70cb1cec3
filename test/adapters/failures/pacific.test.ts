import { describe, expect, it } from 'vitest';
import { nextPacificMidnight } from '../../../src/adapters/failures/retry-after.ts';

describe('midnight in California', () => {
  it.each([
    ['in winter', '2026-11-22T12:00:00Z', '2026-11-23T08:00:00Z'],
    ['in summer', '2026-07-01T12:00:00Z', '2026-07-02T07:00:00Z'],
    ['a millisecond before', '2026-11-22T07:59:59.999Z', '2026-11-22T08:00:00Z'],
    ['at midnight itself: the next one', '2026-11-22T08:00:00Z', '2026-11-23T08:00:00Z'],
    ['on the day of 25 hours, before the clocks go back', '2026-11-01T07:00:00Z', '2026-11-02T08:00:00Z'],
    ['on the day of 25 hours, afterwards', '2026-11-01T20:00:00Z', '2026-11-02T08:00:00Z'],
    [
      'on the day of 23 hours, before the clocks go forward',
      '2026-03-08T08:30:00.250Z',
      '2026-03-09T07:00:00Z',
    ],
    ['on the day of 23 hours, afterwards', '2026-03-08T20:00:00Z', '2026-03-09T07:00:00Z'],
  ])('%s', (_, now, midnight) => {
    expect(new Date(nextPacificMidnight(Date.parse(now))).toISOString()).toBe(
      new Date(midnight).toISOString(),
    );
  });
});
