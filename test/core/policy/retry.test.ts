import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import type { FailureDetail } from '../../../src/core/errors.ts';
import { verdict } from '../../../src/core/policy/retry.ts';

const overloaded = (detail: FailureDetail = {}) =>
  new Failure('unavailable', 'Overloaded.', { charged: 'no', repeat: true, hint: 'Later.', ...detail });
const policy = { retries: 3, budgetMs: 120_000 };
const firstTry = { sends: 1, waitedMs: 0 };

describe('what may be sent again', () => {
  it('is what was certainly not charged and may succeed later', () => {
    expect(verdict(overloaded(), policy, firstTry, 0.5)).toEqual({ waitMs: 500 });
  });

  it.each([
    ['is not repeatable', overloaded({ repeat: false })],
    ['may have been charged', overloaded({ charged: 'unknown' })],
    ['was charged', overloaded({ charged: 'yes' })],
  ])('is nothing that %s', (_, failure) => {
    expect(verdict(failure, policy, firstTry, 0.5)).toEqual({ stop: failure });
  });

  it.each([
    [0, 1, true],
    [1, 1, false],
    [1, 2, true],
    [3, 3, false],
    [3, 4, true],
  ])('with %i retries ends after send %i: %s', (retries, sends, ends) => {
    const next = verdict(overloaded(), { ...policy, retries }, { sends, waitedMs: 0 }, 0.5);
    expect('stop' in next).toBe(ends);
  });
});

describe('the wait', () => {
  it.each([
    [0, 0],
    [0.901, 901],
    [0.0001, 1],
    [48.94, 48_940],
    [120, 120_000],
  ])('is the %d seconds that the server states, whatever the dice say', (retryAfterSeconds, waitMs) => {
    for (const random of [0, 0.999]) {
      expect(verdict(overloaded({ retryAfterSeconds }), policy, firstTry, random)).toEqual({ waitMs });
    }
  });

  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [5, 16_000],
    [6, 30_000],
    [60, 30_000],
  ])('after send %i is anything up to %i ms when the server states none', (sends, ceiling) => {
    const wide = { retries: 100, budgetMs: 1e9 };
    expect(verdict(overloaded(), wide, { sends, waitedMs: 0 }, 0)).toEqual({ waitMs: 0 });
    expect(verdict(overloaded(), wide, { sends, waitedMs: 0 }, 0.5)).toEqual({ waitMs: ceiling / 2 });
    expect(verdict(overloaded(), wide, { sends, waitedMs: 0 }, 1 - 1e-12)).toEqual({ waitMs: ceiling });
  });
});

describe('the budget of waiting', () => {
  it.each([
    [120_000, 0, true],
    [119_999, 0, false],
    [120_000, 1, false],
    [180_000, 60_000, true],
  ])('of %i ms with %i ms used takes a wait of 120 s: %s', (budgetMs, waitedMs, fits) => {
    const failure = overloaded({ retryAfterSeconds: 120 });
    const next = verdict(failure, { retries: 3, budgetMs }, { sends: 1, waitedMs }, 0.5);
    expect(next).toEqual(fits ? { waitMs: 120_000 } : { stop: failure });
  });

  it('that is used up says when to come back, and nothing else about the failure changes', () => {
    const failure = overloaded({ detail: 'HTTP 503', cause: 'x' });
    const next = verdict(failure, { retries: 3, budgetMs: 0 }, { sends: 2, waitedMs: 0 }, 0.75);
    expect(next).toMatchObject({
      stop: {
        kind: 'unavailable',
        message: 'Overloaded.',
        hint: 'Later.',
        charged: 'no',
        repeat: true,
        detail: 'HTTP 503',
        cause: 'x',
        retryAfterSeconds: 2,
      },
    });
  });

  it('leaves the wait that the server stated as it was', () => {
    const next = verdict(overloaded({ retryAfterSeconds: 48.94 }), { ...policy, budgetMs: 0 }, firstTry, 0.5);
    expect(next).toMatchObject({ stop: { retryAfterSeconds: 48.94 } });
  });

  it('is never exceeded, and no wait is shorter than the server asks', () => {
    const stated = fc.option(fc.double({ min: 0, max: 100_000, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(
        stated,
        fc.nat(300_000),
        fc.nat(300_000),
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (retryAfterSeconds, budgetMs, waitedMs, sends, random) => {
          const failure = overloaded({ retryAfterSeconds });
          const next = verdict(failure, { retries: 300, budgetMs }, { sends, waitedMs }, random);
          const waitMs = 'waitMs' in next ? next.waitMs : 0;
          expect(waitMs).toBeLessThanOrEqual(Math.max(0, budgetMs - waitedMs));
          const promised = 'waitMs' in next ? next.waitMs / 1_000 : (next.stop.retryAfterSeconds ?? -1);
          expect(promised).toBeGreaterThanOrEqual((retryAfterSeconds ?? 0) - 1e-6);
          expect(Number.isInteger(waitMs)).toBe(true);
        },
      ),
    );
  });
});
