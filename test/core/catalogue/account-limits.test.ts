import { describe, expect, it } from 'vitest';
import {
  MOST_JOB_BYTES,
  queueLimit,
  REQUEST_GUESSES,
  SPEND_LIMITS,
  TIERS,
} from '../../../src/core/catalogue/account-limits.ts';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';

describe('the queue of an account', () => {
  it.each([
    ['gemini-3.1-flash-lite-image', 1, 2_000_000],
    ['gemini-3-pro-image', 2, 270_000_000],
    ['gemini-2.5-flash-image', 3, 1_000_000_000],
    ['gemini-nano-banana-2.1', 1, 1_000_000],
  ] as const)('of %s in tier %i holds %i tokens', (model, tier, tokens) => {
    expect(queueLimit(model, tier)).toBe(tokens);
  });

  it('takes jobs of as many bytes as one file may have', () => {
    expect(MOST_JOB_BYTES).toBe(2_000_000_000);
  });
});

/** Whether a limit is no less than that of the tier before; null is none at all. */
const notLess = (a: number | null, b: number | null): boolean => (b ?? Infinity) >= (a ?? Infinity);

describe('what an account may send and spend', () => {
  it('is said for every tier, and a higher one may spend more', () => {
    expect(SPEND_LIMITS.map(({ tier }) => tier)).toEqual(TIERS);
    for (const [index, limit] of SPEND_LIMITS.entries()) {
      const lower = SPEND_LIMITS[index - 1];
      expect(lower === undefined || lower.perMonth < limit.perMonth).toBe(true);
      expect(lower === undefined || lower.perTenMinutes < limit.perTenMinutes).toBe(true);
    }
  });

  const last = REQUEST_GUESSES[0]?.checked ?? '';
  it.each(MODELS)(
    'is guessed of $id only if it was there when numbers were last published',
    ({ id, life }) => {
      const rows = REQUEST_GUESSES.filter(({ model }) => model === id);
      expect(rows.map(({ tier }) => tier)).toEqual(life.released <= last ? TIERS : []);
      for (const [index, { perMinute, perDay }] of rows.entries()) {
        const lower = rows[index - 1] ?? { perMinute: 1, perDay: 1 };
        expect(perMinute).toBeGreaterThanOrEqual(lower.perMinute);
        expect(notLess(lower.perDay, perDay)).toBe(true);
      }
    },
  );
});
