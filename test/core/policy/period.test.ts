import { describe, expect, it } from 'vitest';
import { calendar } from '../../../src/core/policy/calendar.ts';
import { parsePeriod } from '../../../src/core/policy/period.ts';

/** A Sunday. */
const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('a time that somebody types', () => {
  it.each([
    ['2026-11-20', '2026-11-20T00:00', '2026-11-21T00:00'],
    ['2026-11', '2026-11-01T00:00', '2026-12-01T00:00'],
    ['2025', '2025-01-01T00:00', '2026-01-01T00:00'],
    ['today', '2026-11-22T00:00', '2026-11-23T00:00'],
    [' Yesterday ', '2026-11-21T00:00', '2026-11-22T00:00'],
    ['7d', '2026-11-15T00:00', '2026-11-16T00:00'],
    ['7 days ago', '2026-11-15T00:00', '2026-11-16T00:00'],
    ['1 day', '2026-11-21T00:00', '2026-11-22T00:00'],
    ['1 week', '2026-11-15T00:00', '2026-11-16T00:00'],
    ['1 hour', '2026-11-22T11:00', '2026-11-22T11:00'],
    ['2w', '2026-11-08T00:00', '2026-11-09T00:00'],
    ['12h', '2026-11-22T00:00', '2026-11-22T00:00'],
    ['this week', '2026-11-16T00:00', '2026-11-23T00:00'],
    ['last week', '2026-11-09T00:00', '2026-11-16T00:00'],
    ['last  month', '2026-10-01T00:00', '2026-11-01T00:00'],
    ['last year', '2025-01-01T00:00', '2026-01-01T00:00'],
  ])('as %j is a window', (text, from, until) => {
    expect(parsePeriod(text, '--since', calendar('UTC'), NOW)).toEqual({
      from: Date.parse(`${from}Z`),
      until: Date.parse(`${until}Z`),
    });
  });

  it('is that of the clocks on the wall, also where they change', () => {
    const local = calendar('Europe/Berlin');
    const { from, until } = parsePeriod('2026-10-25', '--since', local, NOW);
    expect(until - from).toBe(25 * 3_600_000);
  });

  it.each([
    '',
    'soon',
    '2026-13',
    '2026-02-30',
    'last',
    '7x',
    '99999d',
    '-3d',
    'last fortnight',
    'in this week',
    'this weekend',
    'x7d',
    '7 days again',
    'in 2025',
    '2025!',
  ])('as %j is refused with what would be right', (text) => {
    expect(() => parsePeriod(text, '--since', calendar('UTC'), NOW)).toThrow(
      '--since takes a day (2026-03-15), a month (2026-03), 7d, 12h, yesterday or "last week", not',
    );
  });
});
