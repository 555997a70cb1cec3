import { describe, expect, it } from 'vitest';
import {
  FILE_KEPT_MS,
  INPUT_LIMITS,
  inputLimit,
  JOB_NEEDS_MS,
  REQUEST_NEEDS_MS,
} from '../../../src/core/catalogue/input-limits.ts';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';

const PRO = 'gemini-3-pro-image';
const LITE = 'gemini-3.1-flash-lite-image';

describe('what input images may weigh', () => {
  it('names models that exist, with a source for each limit', () => {
    const named = INPUT_LIMITS.flatMap(({ model }) => model ?? []);
    expect(named.map((model) => findModel(model).id)).toEqual(named);
    for (const { source, checked } of INPUT_LIMITS) {
      expect(source).toMatch(/^https:/);
      expect(checked).toMatch(/^2026-/);
    }
  });

  it.each([
    ['request', [PRO], 100_000_000],
    ['inline', [PRO], 7_000_000],
    ['inline', [LITE], Infinity],
    ['inline', [LITE, PRO], 7_000_000],
    ['file', [LITE], 2_000_000_000],
    ['file', [LITE, PRO], 30_000_000],
  ] as const)('in a %s follows the strictest of %j: %d', (what, models, bytes) => {
    expect(inputLimit(what, models)).toBe(bytes);
  });
});

it('is kept as a file for two days, of which a job needs three quarters and a request an hour', () => {
  const hours = [FILE_KEPT_MS, JOB_NEEDS_MS, REQUEST_NEEDS_MS].map((time) => time / 3_600_000);
  expect(hours).toEqual([48, 36, 1]);
});
