import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar, isZone, QUARTER_HOUR } from '../../../src/core/policy/calendar.ts';

const at = (iso: string): number => Date.parse(iso);
const HOUR = 3_600_000;

describe('calendar', () => {
  const days = [
    ['UTC', '2026-11-22T23:59:59.999Z', '2026-11-22T00:00Z', 24],
    ['Europe/Berlin', '2026-03-29T10:00Z', '2026-03-28T23:00Z', 23],
    ['Europe/Berlin', '2026-10-25T10:00Z', '2026-10-24T22:00Z', 25],
    ['America/New_York', '2026-07-04T03:59Z', '2026-07-03T04:00Z', 24],
    ['Asia/Kathmandu', '2026-01-01T00:00Z', '2025-12-31T18:15Z', 24],
    ['Pacific/Kiritimati', '2026-01-01T10:00Z', '2026-01-01T10:00Z', 24],
    ['Pacific/Pago_Pago', '2026-01-01T10:59Z', '2025-12-31T11:00Z', 24],
    // Clocks go forward at midnight: the day begins at one.
    ['Africa/Cairo', '2026-04-24T10:00Z', '2026-04-23T22:00Z', 23],
    ['Asia/Beirut', '2026-03-29T10:00Z', '2026-03-28T22:00Z', 23],
    // Clocks go back at midnight: the day before has 25 hours.
    ['America/Santiago', '2026-04-04T12:00Z', '2026-04-04T03:00Z', 25],
  ] as const;
  it.each(days)('%s: the day around %s begins at %s and has %i hours', (zone, instant, start, hours) => {
    const { from, until } = calendar(zone).windowAt(at(instant), 'day');
    expect(new Date(from).toISOString()).toBe(new Date(start).toISOString());
    expect((until - from) / HOUR).toBe(hours);
  });

  const months = [
    ['2024-02-29T12:00Z', '2024-02-01', '2024-03-01'],
    ['2026-02-28T23:30Z', '2026-03-01', '2026-04-01'],
    ['2026-12-31T22:59Z', '2026-12-01', '2027-01-01'],
    ['2026-12-31T23:00Z', '2027-01-01', '2027-02-01'],
  ] as const;
  it.each(months)('Europe/Berlin: the month around %s is from %s until %s', (instant, first, next) => {
    const berlin = calendar('Europe/Berlin');
    const { from, until } = berlin.windowAt(at(instant), 'month');
    expect([berlin.timeOf(from), berlin.timeOf(until)]).toEqual([`${first} 00:00`, `${next} 00:00`]);
  });

  it('begins weeks on Monday', () => {
    const { from, until } = calendar('UTC').windowAt(at('2026-11-22T12:00Z'), 'week');
    expect([from, until]).toEqual([at('2026-11-16'), at('2026-11-23')]);
  });

  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Chatham',
    'Africa/Cairo',
    'America/Havana',
    'Asia/Gaza',
    'Africa/Casablanca',
  ];
  it('puts every instant into a window that holds it, and windows edge to edge', () => {
    const instants = fc.date({
      min: new Date('2020-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    const periods = fc.constantFrom('day' as const, 'week' as const, 'month' as const);
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, periods, (zone, date, period) => {
        const local = calendar(zone);
        const { from, until } = local.windowAt(date.getTime(), period);
        expect(from).toBeLessThanOrEqual(date.getTime());
        expect(until).toBeGreaterThan(date.getTime());
        expect(from % QUARTER_HOUR).toBe(0);
        expect(local.windowAt(until, period).from).toBe(until);
        expect(local.windowAt(until - 1, period)).toEqual({ from, until });
      }),
      { numRuns: 200 },
    );
  });

  it('knows which time zones there are', () => {
    expect(['UTC', 'Europe/Berlin', 'Mars/Olympus', ''].map(isZone)).toEqual([true, true, false, false]);
  });

  it('refuses a time zone or a day that does not exist', () => {
    expect(() => calendar('Mars/Olympus')).toThrow('No such time zone: "Mars/Olympus"');
    expect(() => calendar('UTC').startOf('2026-13-01')).toThrow('Not a day: "2026-13-01"');
    expect(() => calendar('UTC').startOf('2026-02-30')).toThrow('Not a day: "2026-02-30"');
  });
});
