import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom, type Random } from '../../src/sandbox/random.ts';

const first = (random: Random): readonly number[] =>
  Array.from({ length: 20 }, () => random.whole(0, 1_000_000));

describe('the seeded random', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(first(seededRandom(1, 'files'))).toEqual(first(seededRandom(1, 'files')));
    expect(first(seededRandom(1, 'files'))).not.toEqual(first(seededRandom(2, 'files')));
    expect(first(seededRandom(1, 'files'))).not.toEqual(first(seededRandom(1, 'batches')));
  });

  it('tells the words of a seed apart', () => {
    expect(first(seededRandom('a', 'bc'))).not.toEqual(first(seededRandom('ab', 'c')));
  });

  it('stays within the range, both ends of whole numbers included', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6), (seed, low, size) => {
        const random = seededRandom(seed);
        const whole = random.whole(low, low + size);
        expect(Number.isInteger(whole) && whole >= low && whole <= low + size).toBe(true);
        const number = random.between(low, low + size);
        expect(number >= low && number <= low + size).toBe(true);
      }),
    );
    const random = seededRandom('a die');
    const thrown = new Set(Array.from({ length: 300 }, () => random.whole(1, 6)));
    expect(thrown).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  it('picks every choice, and lets happen the share that it is told', () => {
    const random = seededRandom('choices');
    const picked = new Set(Array.from({ length: 100 }, () => random.pick(['sea', 'hills', 'city'])));
    expect(picked.size).toBe(3);
    const happened = Array.from({ length: 10_000 }, () => random.happens(0.3)).filter(Boolean).length;
    expect(happened).toBeGreaterThan(2_700);
    expect(happened).toBeLessThan(3_300);
    expect(random.happens(0)).toBe(false);
    expect(random.happens(1)).toBe(true);
  });

  it('names things with letters and digits, as many as are asked for', () => {
    expect(seededRandom('a file').name(40)).toMatch(/^[a-z0-9]{40}$/);
  });
});
