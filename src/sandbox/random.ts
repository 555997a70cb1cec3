import { createHash } from 'node:crypto';

/** Numbers that look like chance and are the same every time for the same seed. */
export interface Random {
  /** low ≤ x < high */
  between(low: number, high: number): number;
  /** low ≤ n ≤ high, whole */
  whole(low: number, high: number): number;
  pick<const T>(choices: readonly [T, ...T[]]): T;
  /** True for this share of all calls: 0 is never, 1 is always. */
  happens(share: number): boolean;
  /** A name of so many letters and digits. */
  name(length: number): string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A number of 32 bits for any text, however long. */
export const hash = (text: string): number => createHash('sha256').update(text).digest().readUInt32LE(0);

/** Everything in the sandbox that draws or varies takes its numbers from here, under a seed of its own. */
export function seededRandom(...seed: readonly (string | number)[]): Random {
  let state = hash(seed.join('\u0000'));

  // mulberry32: a state of 32 bits is plenty for a placeholder.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));

  return {
    between: (low, high) => low + next() * (high - low),
    whole,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    happens: (share) => next() < share,
    name: (length) => Array.from({ length }, () => ALPHABET[whole(0, ALPHABET.length - 1)]).join(''),
  };
}
