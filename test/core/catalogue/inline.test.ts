import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesPerImage, INLINE_LIMITS } from '../../../src/core/catalogue/inline.ts';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';

const PRO = 'gemini-3-pro-image';
const LITE = 'gemini-3.1-flash-lite-image';

describe('what an input image may weigh', () => {
  it('names models that exist, with a source for each limit', () => {
    const named = INLINE_LIMITS.flatMap(({ model }) => model ?? []);
    expect(named.map((model) => findModel(model).id)).toEqual(named);
    for (const { source, checked } of INLINE_LIMITS) {
      expect(source).toMatch(/^https:/);
      expect(checked).toMatch(/^2026-/);
    }
  });

  it('follows the strictest of the models that may be asked', () => {
    expect(bytesPerImage([PRO], 1)).toBe(7_000_000);
    expect(bytesPerImage([LITE], 1)).toBe(74_250_000);
    expect(bytesPerImage([LITE, PRO], 1)).toBe(7_000_000);
  });

  it('fits all images into one request, as base64 and beside what goes along', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 0, max: 70_000_000 }),
        (count, beside) => {
          const total = bytesPerImage([LITE], count, beside) * count + beside;
          expect(Math.ceil(total / 3) * 4).toBeLessThanOrEqual(100_000_000);
        },
      ),
    );
  });
});
