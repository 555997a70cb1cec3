import { createHash } from 'node:crypto';

/** Chance that falls the same way every time for the same seed. */
export interface Dice {
  /** low ≤ x < high */
  between(low: number, high: number): number;
  /** low ≤ n ≤ high, whole */
  whole(low: number, high: number): number;
  pick<const T>(choices: readonly [T, ...T[]]): T;
  /** True once in 1 / `share` throws. */
  chance(share: number): boolean;
}

export function dice(seed: string): Dice {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);

  // mulberry32: one word of state is plenty for a picture.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  return {
    between: (low, high) => low + next() * (high - low),
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    chance: (share) => next() < share,
  };
}
