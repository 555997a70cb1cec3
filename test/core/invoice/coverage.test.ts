import { describe, expect, it } from 'vitest';
import {
  endsOf,
  isWithin,
  lastOf,
  narrowed,
  periodsBetween,
  periodWith,
  type Coverage,
} from '../../../src/core/invoice/coverage.ts';

const NOTHING: Coverage = { days: [], months: new Set() };
const COVERAGE: Coverage = {
  days: [
    ['2026-10-03', '2026-10-05'],
    ['2026-10-08', '2026-10-08'],
  ],
  months: new Set(['2026-12']),
};

describe('the days that an invoice speaks of', () => {
  it.each([
    ['2026-10-02', null],
    ['2026-10-03', '2026-10-03'],
    ['2026-10-05', '2026-10-05'],
    ['2026-10-06', null],
    ['2026-10-08', '2026-10-08'],
    ['2026-12-01', '2026-12'],
    ['2026-12-31', '2026-12'],
    ['2027-01-01', null],
  ])('have %s under %s', (day, period) => {
    expect(periodWith(COVERAGE, day)).toBe(period);
  });

  it.each([
    ['2026-10-04', '2026-10-04', ['2026-10-04']],
    ['2026-10-03', '2026-10-05', ['2026-10-03', '2026-10-04', '2026-10-05']],
    ['2026-10-05', '2026-10-08', ['2026-10-05', null, '2026-10-08']],
    ['2026-11-30', '2026-12-02', [null, '2026-12']],
    ['2026-12', '2026-12', ['2026-12']],
  ])('from %s to %s are %j', (first, last, periods) => {
    expect([...periodsBetween(COVERAGE, first, last)]).toEqual(periods);
  });

  it('begin and end somewhere', () => {
    expect(endsOf(COVERAGE)).toEqual(['2026-10-03', '2026-12-31']);
    expect(endsOf({ ...COVERAGE, months: new Set(['2026-02']) })).toEqual(['2026-02-01', '2026-10-08']);
    expect(endsOf(NOTHING)).toBeNull();
  });

  it.each<[string | null, string | null, Coverage['days'], readonly string[]]>([
    [null, null, COVERAGE.days, ['2026-12']],
    [
      '2026-10-04',
      null,
      [
        ['2026-10-04', '2026-10-05'],
        ['2026-10-08', '2026-10-08'],
      ],
      ['2026-12'],
    ],
    ['2026-10-05', '2026-10-05', [['2026-10-05', '2026-10-05']], []],
    [null, '2026-10-03', [['2026-10-03', '2026-10-03']], []],
    ['2026-12-01', '2026-12-31', [], ['2026-12']],
    ['2026-12-02', null, [], []],
    ['2026-12-01', '2026-12-30', [], []],
  ])('from %s until %s are fewer', (since, until, days, months) => {
    const left = narrowed(COVERAGE, since, until);
    expect([left.days, [...left.months]]).toEqual([days, months]);
  });

  it('are whole months or none of them', () => {
    expect(isWithin('2026-10', '2026-10-01', '2026-10-31')).toBe(true);
    expect(isWithin('2026-10', '2026-10-02', null)).toBe(false);
    expect(isWithin('2026-10', null, '2026-10-30')).toBe(false);
    expect(isWithin('2026-10-04', '2026-10-04', '2026-10-04')).toBe(true);
    expect(isWithin('2026-10-04', '2026-10-05', null)).toBe(false);
    expect(isWithin('2026-10-04', null, '2026-10-03')).toBe(false);
  });

  it.each([
    ['2026-02', '2026-02-28'],
    ['2028-02', '2028-02-29'],
    ['2026-12', '2026-12-31'],
    ['2026-10-04', '2026-10-04'],
  ])('of %s end with %s', (period, day) => {
    expect(lastOf(period)).toBe(day);
  });
});
