/** The same words always give the same numbers: 0 ≤ x < 1. */
export function chance(...words: readonly (string | number)[]): () => number {
  let state = hash(words.join('\u0000'));
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number of the range, both ends included. */
export function between(random: () => number, [low, high]: readonly [number, number]): number {
  return low + Math.floor(random() * (high - low + 1));
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function letters(random: () => number, count: number): string {
  return Array.from({ length: count }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
}

// FNV-1a
export function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  }
  return sum >>> 0;
}
