import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solve, type Parts } from '../../../src/core/invoice/solve.ts';

const lost = (quantity: number, count: number, first = 0, last = first): Parts => ({
  quantity,
  count,
  first,
  last,
  mustBeThere: false,
});

describe('parts of days', () => {
  it.each([
    ['none were counted', [0], [lost(1120, 2)], [[0, 0]]],
    ['all were counted', [2240], [lost(1120, 2)], [[2, 2]]],
    ['one of two was counted', [1120], [lost(1120, 2)], [[1, 1]]],
    [
      'sizes tell them apart',
      [2000],
      [lost(1120, 1), lost(2000, 1)],
      [
        [0, 0],
        [1, 1],
      ],
    ],
    [
      'two ways leave it open',
      [2240],
      [lost(1120, 2), lost(2240, 1)],
      [
        [0, 2],
        [0, 1],
      ],
    ],
    ['over midnight, either day', [0, 1120], [{ ...lost(1120, 1, 0, 1), mustBeThere: true }], [[1, 1]]],
  ])('%s', (_, needs, parts, counted) => {
    expect(solve(needs, parts)).toEqual({ counted });
  });

  it.each([
    ['more than all of them', [3360], [lost(1120, 2)]],
    ['no whole picture', [1000], [lost(1120, 2)]],
    ['fewer than what must be there', [0, 0], [{ ...lost(1120, 1, 0, 1), mustBeThere: true }]],
    ['less than nothing', [-1120], [lost(1120, 2)]],
  ])('have no way to come to %s', (_, needs, parts) => {
    expect(solve(needs, parts)).toBeNull();
  });

  it('say nothing where there are too many ways to try', () => {
    const parts = Array.from({ length: 30 }, (_, index) => lost(1000 + index, 30));
    expect(solve([450_000], parts)).toBeUndefined();
  });

  it('always hold what really happened', () => {
    const one = fc.record({
      quantity: fc.constantFrom(1120, 1680, 2000),
      count: fc.integer({ min: 1, max: 4 }),
      charged: fc.nat(4),
      day: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), (happened) => {
        const needs = [0, 0, 0];
        const truth = happened.map(({ quantity, count, charged, day }) => {
          const used = Math.min(count, charged);
          needs[day] = (needs[day] ?? 0) + used * quantity;
          return used;
        });
        const parts = happened.map(({ quantity, count, day }) => lost(quantity, count, day));
        const solution = solve(needs, parts);
        expect(solution).not.toBeNull();
        for (const [index, used] of truth.entries()) {
          const [least = 0, most = 0] = solution?.counted[index] ?? [];
          expect(least <= used && used <= most).toBe(true);
        }
      }),
    );
  });
});
