import { beforeEach, describe, expect, it } from 'vitest';
import type { Original, Store } from '../../src/ports/index.ts';

export const hashOf = (letter: string): string => letter.repeat(64);

export const anOriginal = (text: string, facts: Partial<Original> = {}): Original => ({
  bytes: Buffer.from(text),
  model: 'gemini-3-pro-image',
  cost: '0.1341',
  date: '2026-11-22',
  ...facts,
});

/** What every Store does, the fake as the real one. */
export function storeContract(name: string, make: () => Store): void {
  describe(`${name} as Store`, () => {
    let store: Store;
    beforeEach(() => {
      store = make();
    });
    const text = async (hash: string): Promise<string | null> => {
      const found = await store.get(hash);
      return found && Buffer.from(found.bytes).toString();
    };

    it('has nothing at first', async () => {
      expect([await store.has(hashOf('a')), await store.get(hashOf('a'))]).toEqual([false, null]);
    });

    it('gives back what was put, with what is known of it', async () => {
      await store.put(hashOf('a'), anOriginal('one\ntwo\n'));
      expect(await store.has(hashOf('a'))).toBe(true);
      const { bytes, ...facts } = (await store.get(hashOf('a'))) ?? anOriginal('');
      expect(Buffer.from(bytes).toString()).toBe('one\ntwo\n');
      expect(facts).toEqual({ model: 'gemini-3-pro-image', cost: '0.1341', date: '2026-11-22' });
    });

    it('has what was put after it was asked', async () => {
      expect(await store.has(hashOf('a'))).toBe(false);
      await store.put(hashOf('a'), anOriginal('one'));
      expect(await store.has(hashOf('a'))).toBe(true);
    });

    it('proves that it can be written, and has nothing more after it', async () => {
      await store.prove();
      expect(await store.has(hashOf('a'))).toBe(false);
    });

    it('replaces what there is', async () => {
      for (const one of ['a long first picture', 'new']) await store.put(hashOf('a'), anOriginal(one));
      expect(await text(hashOf('a'))).toBe('new');
    });

    it('is whole whoever writes at once', async () => {
      const all = Array.from({ length: 10 }, (_, index) => `picture ${index}`.repeat(1000));
      await Promise.all(all.map((one) => store.put(hashOf('a'), anOriginal(one))));
      expect(all).toContain(await text(hashOf('a')));
    });
  });
}
