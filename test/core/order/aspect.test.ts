import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAspect, nearestAspect, ratioGap, ratioOf } from '../../../src/core/order/aspect.ts';
import { FOURTEEN_ASPECTS, TEN_ASPECTS } from '../../../src/core/catalogue/pixels.ts';

const side = fc.integer({ min: 1, max: 20_000 });
const pixels = fc.record({ width: side, height: side });

describe('an aspect', () => {
  it.each(['1:1', '16:9', '9:16', '10:100'] as const)('is %s, as numbers', (text) => {
    expect(isAspect(text)).toBe(true);
    const { width, height } = ratioOf(text);
    expect(`${width}:${height}`).toBe(text);
  });

  it.each(['', '16', '16:', ':9', '0:1', '1:0', '1.5:1', 'a16:9', '16:9a', '16x9', '16:9:1'])(
    'is not %j',
    (text) => {
      expect(isAspect(text)).toBe(false);
    },
  );
});

describe('nearestAspect', () => {
  it.each([
    [1024, 1024, '1:1'],
    [4032, 3024, '4:3'],
    [3024, 4032, '3:4'],
    [1920, 1080, '16:9'],
    [1376, 768, '16:9'],
    [1000, 700, '3:2'],
    [700, 1000, '2:3'],
    [3000, 400, '8:1'],
    [5000, 1, '8:1'],
    [1, 5000, '1:8'],
  ])('%dx%d is nearest to %s', (width, height, aspect) => {
    expect(nearestAspect(FOURTEEN_ASPECTS, { width, height })).toBe(aspect);
  });

  it('takes only what is on offer', () => {
    expect(nearestAspect(TEN_ASPECTS, { width: 3000, height: 400 })).toBe('21:9');
    expect(nearestAspect({}, { width: 1, height: 1 })).toBeNull();
  });

  it('takes the squarer of two that are as near', () => {
    const wide = { width: 2, height: 1 };
    expect(nearestAspect({ '4:1': wide, '1:1': wide }, wide)).toBe('1:1');
    expect(nearestAspect({ '1:1': wide, '4:1': wide }, wide)).toBe('1:1');
  });

  it('no other is nearer', () => {
    fc.assert(
      fc.property(pixels, (like) => {
        const taken = nearestAspect(FOURTEEN_ASPECTS, like);
        if (taken === null) throw new Error('nothing was taken');
        const gap = ratioGap(ratioOf(taken), like);
        for (const other of Object.keys(FOURTEEN_ASPECTS)) {
          expect(gap).toBeLessThanOrEqual(ratioGap(ratioOf(other as `${number}:${number}`), like));
        }
      }),
    );
  });
});
