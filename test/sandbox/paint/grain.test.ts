import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grain } from '../../../src/sandbox/paint/grain.ts';

describe('grain', () => {
  it('changes no channel by more than 8, and carries nothing over into the next', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 400 }), (values) => {
        const pixels = Uint8Array.from(values.slice(0, values.length - (values.length % 4)));
        const far = [...grain(pixels)].filter((value, at) => Math.abs(value - (pixels[at] ?? 0)) > 8);
        expect(far).toEqual([]);
      }),
    );
    const white = grain(new Uint8Array(40_000).fill(255));
    expect(Math.min(...white)).toBeGreaterThanOrEqual(248);
  });

  it('leaves what it was given, and gives plain colour a texture', () => {
    const grey = new Uint8Array(4000).fill(120);
    const grained = grain(grey);
    expect(new Set(grey)).toEqual(new Set([120]));
    expect(new Set(grained).size).toBeGreaterThan(5);
  });
});
