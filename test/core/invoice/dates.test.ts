import { describe, expect, it } from 'vitest';
import { cachedDays, dayIn, monthIn, PACIFIC, periodOf, timeIn } from '../../../src/core/invoice/dates.ts';
import { calendar } from '../../../src/core/policy/calendar.ts';

describe('a moment of an export', () => {
  it.each([
    ['2026-08-15 07:00:00 UTC', '2026-08-15T07:00:00.000Z'],
    ['2026-08-15 07:00:00.123456 UTC', '2026-08-15T07:00:00.123Z'],
    ['2026-08-15T07:00:00Z', '2026-08-15T07:00:00.000Z'],
    ['2026-08-15t07:00:00z', '2026-08-15T07:00:00.000Z'],
    ['2026-08-15 07:00:00', '2026-08-15T07:00:00.000Z'],
    ['2026-08-15 07:00', '2026-08-15T07:00:00.000Z'],
    ['2026-08-15 00:00:00-07:00', '2026-08-15T07:00:00.000Z'],
    ['2026-08-15 00:00:00 -0700', '2026-08-15T07:00:00.000Z'],
    ['2026-08-15 09:30:00+0230', '2026-08-15T07:00:00.000Z'],
    ['2026-08-15 09:00:00+02', '2026-08-15T07:00:00.000Z'],
    ['1786777200', '2026-08-15T07:00:00.000Z'],
    ['1786777200.25', '2026-08-15T07:00:00.250Z'],
    ['1.7867772E9', '2026-08-15T07:00:00.000Z'],
    ['999999999', '2001-09-09T01:46:39.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(timeIn(text) ?? 0).toISOString()).toBe(iso);
  });

  it.each([
    '',
    '2026-08-15',
    '2026-08-15 25:00:00',
    '2026-13-15 07:00:00',
    '2026-08-15 07:00:00 PST',
    '2026-08-15 07:00:00+25:00',
    'x2026-08-15 07:00:00',
    '2026-08-15 07:00:00x',
    '12345678',
    '12345678901',
    'x1786777200',
    '1786777200x',
    'x1.7867772E9',
    '1.7867772E99',
    '1.E9',
  ])('is none: "%s"', (text) => {
    expect(timeIn(text)).toBeNull();
  });
});

describe('a day of an invoice', () => {
  it.each([
    ['2026-08-14', '2026-08-14'],
    ['2026/8/4', '2026-08-04'],
    ['2026.08.14', '2026-08-14'],
    ['2026-08-14T23:00:00Z', '2026-08-14'],
    ['4.8.2026', '2026-08-04'],
    ['14.08.2026', '2026-08-14'],
    ['Aug 14, 2026', '2026-08-14'],
    ['August 4 2026', '2026-08-04'],
    ['2028-02-29', '2028-02-29'],
  ])('%s is %s', (text, day) => {
    expect(dayIn(text)).toBe(day);
  });

  it.each([
    '',
    '8/14/2026',
    '14/08/2026',
    '14.08.26',
    '14.08.20260',
    'x14.08.2026',
    '2026-08-140',
    'x2026-08-14',
    '2026-02-29',
    '2026-00-10',
    '2026-08-00',
    'Foo 14, 2026',
    'xAug 14, 2026',
    'Aug 14, 20266',
    'Aug 14',
    '2026-08',
  ])('is none that could be read in one way: "%s"', (text) => {
    expect(dayIn(text)).toBeNull();
  });
});

describe('a month of an invoice', () => {
  it.each([
    ['2026-08', '2026-08'],
    ['202608', '2026-08'],
    ['2026/08', '2026-08'],
    ['Aug 2026', '2026-08'],
    ['December 2026', '2026-12'],
    ['January 2026', '2026-01'],
  ])('%s is %s', (text, month) => {
    expect(monthIn(text)).toBe(month);
  });

  it.each([
    '',
    '2026-13',
    '2026-00',
    '2026-8',
    'Foo 2026',
    'x2026-08',
    '2026-081',
    'xAug 2026',
    'Aug 20266',
    '2026',
  ])('is none: "%s"', (text) => {
    expect(monthIn(text)).toBeNull();
  });
});

it('is a day, or the month of a stretch of days, or neither', () => {
  expect(periodOf(['2026-08-14', '2026-08-14'])).toBe('2026-08-14');
  expect(periodOf(['2026-08-02', '2026-08-30'])).toBe('2026-08');
  expect(periodOf(['2026-08-30', '2026-09-02'])).toBeNull();
});

it('asks the calendar once for each hour', () => {
  const asked: number[] = [];
  const pacific = calendar(PACIFIC);
  const dayOf = cachedDays({ ...pacific, dayOf: (at) => pacific.dayOf(asked[asked.push(at) - 1] ?? 0) });
  const midnight = Date.parse('2026-08-15T07:00:00Z');
  const days = [0, -1, 3_599_999, -3_600_000].map((ms) => dayOf(midnight + ms));
  expect(days).toEqual(['2026-08-15', '2026-08-14', '2026-08-15', '2026-08-14']);
  expect(asked).toHaveLength(2);
});
