import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findModel, MODELS, sizesOf } from '../../../src/core/catalogue/catalogue.ts';
import { SIZES } from '../../../src/core/catalogue/model.ts';
import { enlargement, MOST_ENLARGED, planExact } from '../../../src/core/order/resize.ts';

const side = fc.integer({ min: 1, max: 9_000 });
const target = fc.record({ width: side, height: side });
const model = fc.constantFrom(...MODELS);

describe('planExact', () => {
  it.each([
    ['nano-banana-2.1', 1920, 1080, '2K', '16:9'],
    ['nano-banana-2.1', 1366, 768, '1K', '16:9'],
    ['nano-banana-2.1', 1200, 630, '1K', '16:9'],
    ['nano-banana-2.1', 728, 90, '1K', '8:1'],
    ['nano-banana-2.1', 160, 600, '1K', '1:4'],
    ['nano-banana-2.1', 1500, 500, '1K', '21:9'],
    ['nano-banana-2', 512, 512, '512', '1:1'],
    ['nano-banana-pro', 3840, 2160, '4K', '16:9'],
  ])('%s makes %dx%d of %s at %s', (name, width, height, size, aspect) => {
    expect(planExact(findModel(name), { width, height })).toMatchObject({ size, aspect });
  });

  it('enlarges only where that is allowed', () => {
    const huge = { width: 7680, height: 4320 };
    expect(planExact(findModel('nano-banana-pro'), huge)).toBeNull();
    expect(planExact(findModel('nano-banana-pro'), huge, { enlarge: true })).toMatchObject({
      size: '4K',
      aspect: '16:9',
    });
  });

  it('enlarges the picture that needs it least, by half at the most', () => {
    const pro = findModel('nano-banana-pro');
    const enlarged = (width: number, height: number) => planExact(pro, { width, height }, { enlarge: true });
    expect(enlarged(5200, 3900)).toMatchObject({ size: '4K', aspect: '4:3' });
    expect(enlarged(6144, 6144)).toMatchObject({ size: '4K', aspect: '1:1', scale: 1.5 });
    expect(enlarged(6145, 6144)).toBeNull();
  });

  it('keeps to a size and an aspect that were asked for', () => {
    const pro = findModel('nano-banana-pro');
    const small = { width: 600, height: 400 };
    expect(planExact(pro, small, { size: '2K', aspect: null })).toMatchObject({ size: '2K', aspect: '3:2' });
    expect(planExact(pro, small, { size: null, aspect: '1:1' })).toMatchObject({ size: '1K', aspect: '1:1' });
    expect(planExact(pro, { width: 4000, height: 10 }, { size: '1K', aspect: null })).toBeNull();
  });

  it('never enlarges beyond the stated factor, and not at all where a size covers it', () => {
    fc.assert(
      fc.property(model, target, (model, target) => {
        const plan = planExact(model, target, { enlarge: true });
        const scales = SIZES.flatMap((size) => Object.values(model.resolutions[size]?.pixels ?? {})).map(
          ({ width, height }) => Math.max(target.width / width, target.height / height),
        );
        const least = Math.min(...scales);
        expect(plan === null).toBe(least > MOST_ENLARGED);
        expect(plan?.scale ?? 0).toBeLessThanOrEqual(least <= 1 ? 1 : MOST_ENLARGED);
      }),
    );
  });

  it('covers the target: what is made, scaled, is nowhere smaller than what is asked for', () => {
    fc.assert(
      fc.property(model, target, (model, target) => {
        const plan = planExact(model, target, { enlarge: true });
        fc.pre(plan !== null);
        const made = model.resolutions[plan.size]?.pixels[plan.aspect] ?? { width: 0, height: 0 };
        expect(made.width * plan.scale).toBeGreaterThanOrEqual(target.width - 1e-6);
        expect(made.height * plan.scale).toBeGreaterThanOrEqual(target.height - 1e-6);
      }),
    );
  });

  it('takes no larger size than it must', () => {
    fc.assert(
      fc.property(model, target, (model, target) => {
        const plan = planExact(model, target, { enlarge: true });
        fc.pre(plan !== null && plan.scale <= 1);
        const smaller = sizesOf(model).slice(0, sizesOf(model).indexOf(plan.size));
        for (const size of smaller) {
          for (const { width, height } of Object.values(model.resolutions[size]?.pixels ?? {})) {
            expect(width >= target.width && height >= target.height).toBe(false);
          }
        }
      }),
    );
  });
});

describe('enlargement', () => {
  it.each([
    ['cover', 200, 100, 2],
    ['cover', 50, 25, 1],
    ['cover', 50, 300, 3],
    ['contain', 50, 300, 1],
    ['contain', 300, 200, 2],
    ['inside', 900, 900, 1],
  ] as const)('of 100x100 with %s to %dx%d is %d', (fit, width, height, scale) => {
    expect(enlargement({ width: 100, height: 100 }, { width, height, fit })).toBe(scale);
  });
});
