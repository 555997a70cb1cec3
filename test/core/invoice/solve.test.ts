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

  it('are what trying all ways finds', () => {
    const part = fc
      .record({
        quantity: fc.integer({ min: 1, max: 3 }),
        count: fc.integer({ min: 1, max: 2 }),
        ends: fc.tuple(fc.nat(2), fc.nat(2)),
        mustBeThere: fc.boolean(),
      })
      .map(({ ends, ...rest }): Parts => ({ ...rest, first: Math.min(...ends), last: Math.max(...ends) }));
    const needs = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -1, max: 6 })));
    fc.assert(
      fc.property(needs, fc.array(part, { maxLength: 3 }), (needs, parts) => {
        expect(solve(needs, parts)).toEqual(tried(needs, parts));
      }),
      { numRuns: 300 },
    );
  });
});

/** By index of the parts, how many of each are counted over all ways to lay them on days; null where no way comes out. */
function tried(needs: readonly number[], parts: readonly Parts[]): ReturnType<typeof solve> {
  let ways: { readonly needs: readonly number[]; readonly used: readonly number[] }[] = [{ needs, used: [] }];
  for (const { quantity, count, first, last, mustBeThere } of parts) {
    // One of them after the other: on one of its days, or on none.
    const days = [...(mustBeThere ? [] : [-1]), ...needs.keys()].filter(
      (day) => day < 0 || (first <= day && day <= last),
    );
    ways = ways.map(({ needs, used }) => ({ needs, used: [...used, 0] }));
    for (let one = 0; one < count; one += 1) {
      ways = ways.flatMap(({ needs, used }) =>
        days.map((on) => ({
          needs: needs.map((need, day) => (day === on ? need - quantity : need)),
          used: [...used.slice(0, -1), (used.at(-1) ?? 0) + (on < 0 ? 0 : 1)],
        })),
      );
    }
  }
  const right = ways.filter(({ needs }) => needs.every((need) => need === 0));
  if (right.length === 0) return null;
  const counts = (part: number) => right.map(({ used }) => used[part] ?? 0);
  return { counted: parts.map((_, part) => [Math.min(...counts(part)), Math.max(...counts(part))] as const) };
}
