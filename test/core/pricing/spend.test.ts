import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nano, sum, usd } from '../../../src/core/pricing/money.ts';
import {
  axisOf,
  NOTHING_SPENT,
  SPEND_GROUPS,
  spendRows,
  spentJson,
  total,
  totalOf,
} from '../../../src/core/pricing/spend.ts';
import type { SpendSlice } from '../../../src/core/pricing/spend.ts';
import { calendar, QUARTER_HOUR } from '../../../src/core/policy/calendar.ts';

const slice = (key: string | number, settled: string, unconfirmed = '0'): SpendSlice => ({
  ...NOTHING_SPENT,
  key: String(key),
  settled: usd(settled),
  unconfirmed: usd(unconfirmed),
  requests: 1,
  images: 2,
});
const at = (iso: string): number => Date.parse(iso);
const rows = (slices: readonly SpendSlice[], group: Parameters<typeof spendRows>[1], zone = 'UTC') =>
  spendRows(slices, group, calendar(zone)).map(({ key, ...spent }) => [key, total(spent)]);

describe('spendRows', () => {
  const slices = [
    slice(at('2026-11-30T23:45Z'), '1'),
    slice(at('2026-12-01T00:00Z'), '2'),
    slice(at('2026-11-30T22:45Z'), '4'),
    slice(at('2026-11-02T12:00Z'), '8', '16'),
  ];
  it.each([
    ['day', 'UTC', { '2026-11-02': 24, '2026-11-30': 5, '2026-12-01': 2 }],
    ['day', 'Europe/Berlin', { '2026-11-02': 24, '2026-11-30': 4, '2026-12-01': 3 }],
    ['week', 'UTC', { '2026-11-02': 24, '2026-11-30': 7 }],
    ['month', 'UTC', { '2026-11': 29, '2026-12': 2 }],
    ['month', 'Europe/Berlin', { '2026-11': 28, '2026-12': 3 }],
  ] as const)('sums up by %s in %s, in order of time', (group, zone, expected) => {
    const amounts = Object.entries(expected).map(([key, dollars]) => [key, usd(String(dollars))]);
    expect(rows(slices, group, zone)).toEqual(amounts);
  });

  it('puts the dearest first where there is no order of time', () => {
    expect(rows([slice('a', '1'), slice('b', '1', '1'), slice('', '1.5')], 'project')).toEqual([
      ['b', usd('2')],
      [null, usd('1.5')],
      ['a', usd('1')],
    ]);
  });

  it('counts what has several labels under each of them', () => {
    expect(rows([slice('["x","y"]', '1'), slice('["y"]', '2'), slice('{}', '0.5')], 'label')).toEqual([
      ['y', usd('3')],
      ['x', usd('1')],
      [null, usd('0.5')],
    ]);
  });

  it('neither loses nor invents anything', () => {
    const quarters = fc.integer({ min: 1_900_000, max: 2_100_000 });
    const anySlice = fc
      .tuple(quarters, fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 15n }))
      .map(([quarter, settled, unconfirmed]): SpendSlice => ({
        ...NOTHING_SPENT,
        key: String(quarter * QUARTER_HOUR),
        settled: nano(settled),
        unconfirmed: nano(unconfirmed),
        requests: 1,
      }));
    const groups = fc.constantFrom(...SPEND_GROUPS.filter((group) => axisOf(group) === 'time'));
    fc.assert(
      fc.property(
        fc.array(anySlice),
        groups,
        fc.constantFrom('UTC', 'Australia/Lord_Howe'),
        (slices, group, zone) => {
          const made = spendRows(slices, group, calendar(zone));
          expect(totalOf(made)).toEqual(totalOf(slices));
          expect(sum(made.map(total))).toBe(sum(slices.map(total)));
          expect(made.map(({ key }) => key)).toEqual(
            [...new Set(made.map(({ key }) => key))].toSorted((a, b) => String(a).localeCompare(String(b))),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('sums of spending', () => {
  const one = {
    settled: usd('1'),
    unconfirmed: usd('2'),
    held: usd('3'),
    requests: 4,
    unconfirmedRequests: 5,
    images: 6,
  };

  it('count everything, and write it as JSON has it', () => {
    expect(spentJson(totalOf([one, one, NOTHING_SPENT]))).toEqual({
      settled: '2',
      unconfirmed: '4',
      held: '6',
      requests: 8,
      unconfirmedRequests: 10,
      images: 12,
    });
    expect(totalOf([])).toEqual(NOTHING_SPENT);
  });

  it('are made of the axis that the ledger sums up', () => {
    expect((['hour', 'month', 'label', 'model', 'agent'] as const).map(axisOf)).toEqual([
      'time',
      'time',
      'labels',
      'model',
      'agent',
    ]);
  });

  it('by the hour are of the hours that a clock on the wall shows', () => {
    const hours = ['2026-10-25T00:45:00Z', '2026-10-25T01:00:00Z', '2026-10-24T23:30:00Z'].map((iso) => ({
      ...one,
      key: String(at(iso)),
    }));
    // The hour from two to three comes twice on that day.
    expect(
      spendRows(hours, 'hour', calendar('Europe/Berlin')).map(({ key, requests }) => [key, requests]),
    ).toEqual([
      ['2026-10-25 01:00', 4],
      ['2026-10-25 02:00', 8],
    ]);
  });

  it('that are equal stay in the order in which they came', () => {
    const alike = ['b', 'c', 'a'].map((key) => ({ ...one, key }));
    expect(spendRows(alike, 'model', calendar('UTC')).map(({ key }) => key)).toEqual(['b', 'c', 'a']);
  });
});
