import { describe, expect, it } from 'vitest';
import { dayOf, daysBetween, parseDay } from '../../../src/core/policy/calendar.ts';

describe('days', () => {
  it('are in UTC', () => {
    expect(dayOf(Date.UTC(2026, 10, 22, 23, 59, 59))).toBe('2026-11-22');
  });

  it('are counted whole, also across a leap day', () => {
    expect(daysBetween('2026-10-09', '2026-11-22')).toBe(44);
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    expect(daysBetween('2026-11-22', '2026-11-21')).toBe(-1);
  });

  it.each(['2026-03-15', ' 2026-03-15 '])('reads %s', (text) => {
    expect(parseDay(text, '--at')).toBe('2026-03-15');
  });

  it.each(['2026-02-30', '2026-13-01', '15.3.2026', 'today', '', '2026-3-5', '+002026-03-15'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseDay(text, '--at')).toThrow('--at takes a day such as 2026-03-15');
    },
  );

  it('shows no more than the start of what cannot be a day', () => {
    expect(() => parseDay('9'.repeat(1_000), '--at')).toThrow(/"9{40}"/);
  });
});
