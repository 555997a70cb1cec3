import type { Original, Store } from '../../../src/ports/index.ts';

export interface FakePictureStore extends Store {
  readonly kept: Map<string, Original>;
}

export function fakePictureStore(): FakePictureStore {
  const kept = new Map<string, Original>();
  return {
    kept,
    has: async (hash) => kept.has(hash),
    get: async (hash) => kept.get(hash) ?? null,
    prove: async () => {},
    put: async (hash, original) => void kept.set(hash, original),
  };
}
