import { describe, expect, it } from 'vitest';
import type { Journal } from '../../src/ports/index.ts';
import { rejection } from './failure.ts';
import { aPlan } from './purchases.ts';

const BODY = Buffer.from('{"candidates":[]}\nwith a second line');
const planOf = (attemptId: string) => aPlan({ attemptId, prompt: `of ${attemptId}` });

interface JournalWorld extends AsyncDisposable {
  readonly journal: Journal;
}

/** What every journal promises, wherever it keeps answers. */
export function journalContract(name: string, open: () => Promise<JournalWorld>): void {
  describe(`${name} as Journal`, () => {
    it('gives back what was kept, byte for byte, with everything that is needed to finish it', async () => {
      await using world = await open();
      const { journal } = world;
      await journal.prove(1_000);
      const entry = await journal.keep(planOf('a'), BODY);
      expect(entry).toMatchObject({ attemptId: 'a', status: 'ok', problem: null, attempt: planOf('a') });
      expect(entry.remark).toBeUndefined();
      const kept = await journal.read('a');
      expect(kept.entry).toEqual(entry);
      expect(Buffer.from(kept.body ?? []).equals(BODY)).toBe(true);
    });

    it('keeps the second answer to an attempt in the place of the first', async () => {
      await using world = await open();
      const { journal } = world;
      await journal.keep(planOf('a'), Buffer.from('the first, which is longer'));
      await journal.keep(planOf('a'), BODY);
      expect(await journal.ids()).toEqual(['a']);
      expect(Buffer.from((await journal.read('a')).body ?? []).equals(BODY)).toBe(true);
    });

    it('lists what waits in the order of its ids, and lets go of what is finished', async () => {
      await using world = await open();
      const { journal } = world;
      expect([await journal.ids(), await journal.list()]).toEqual([[], []]);
      for (const id of ['b', 'c', 'a', 'e', 'd']) await journal.keep(planOf(id), BODY);
      expect(await journal.ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect((await journal.list()).map(({ attempt }) => attempt?.prompt)).toEqual(
        ['a', 'b', 'c', 'd', 'e'].map((id) => `of ${id}`),
      );
      for (const id of ['a', 'c', 'c', 'never']) await journal.remove(id);
      expect(await journal.ids()).toEqual(['b', 'd', 'e']);
      expect(await rejection(journal.read('a'))).toMatchObject({ kind: 'disk' });
    });

    it('keeps for good what is set aside, which waits no more', async () => {
      await using world = await open();
      const { journal } = world;
      await journal.keep(planOf('a'), BODY);
      const path = await journal.setAside('a');
      expect([await journal.ids(), await journal.list()]).toEqual([[], []]);
      expect(await journal.aside()).toMatchObject([
        { attemptId: 'a', path, status: 'ok', attempt: planOf('a') },
      ]);
    });

    it('gives an answer that waits to whoever asks, as long as it waits', async () => {
      await using world = await open();
      const { journal } = world;
      expect(await journal.claim('a')).toBe(false);
      await journal.keep(planOf('a'), BODY);
      expect([await journal.claim('a'), await journal.claim('a')]).toEqual([true, true]);
      await journal.remove('a');
      expect(await journal.claim('a')).toBe(false);
    });
  });
}
