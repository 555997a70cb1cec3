import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLock } from '../../src/core/manifest/lock.ts';
import type { Deps } from '../../src/ports.ts';
import { pictureAnswer } from '../support/answers.ts';
import { fakeApi } from '../support/fakes/api.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { world } from '../support/fakes/deps.ts';
import { fakeJournal } from '../support/fakes/journal.ts';
import { fakeLedger, fakeStore } from '../support/fakes/ledger.ts';
import { fakePicture } from '../support/fakes/pictures.ts';
import { fakeShelf } from '../support/fakes/shelf.ts';
import { fakePictureStore } from '../support/fakes/store.ts';
import { fakeTree } from '../support/fakes/tree.ts';
import { mortal } from './crash.ts';

interface Image {
  readonly id: string;
  readonly prompt: string;
  readonly out: string;
  readonly format: 'keep' | 'webp';
}

/** Everything that survives a process. */
function machine() {
  const clock = fakeClock();
  const shelf = fakeShelf();
  const journal = fakeJournal();
  const books = fakeStore();
  const pictures = fakePictureStore();
  const charged = new Map<string, number>();
  let processes = 0;

  async function run(
    argv: readonly string[],
    lifetime: number | null = null,
    last: 'before' | 'after' = 'after',
    answerMs = 0,
  ): Promise<number | null> {
    const { death, around } = mortal(lifetime, last);
    const owner = `process ${(processes += 1)}`;
    const hasAnswer = (attemptId: string): boolean => journal.answers.has(attemptId);
    const ledger = fakeLedger({ clock, store: books, owner, isAlive: (one) => one === owner, hasAnswer });
    const api = fakeApi(
      ...Array.from({ length: 50 }, () => async ({ prompt }: { prompt: string }) => {
        const times = (charged.get(prompt) ?? 0) + 1;
        charged.set(prompt, times);
        clock.advance(answerMs);
        return pictureAnswer(fakePicture('jpeg', 64, 64, `${prompt} ${times}`));
      }),
    );
    const deps: Partial<Deps> = {
      clock,
      newId: () => `run-${processes}`,
      tree: async (folder) => fakeTree(shelf.files, folder),
      shelf: async () => around(shelf),
      store: async () => around(pictures),
      books: async () => ({ ledger: around(ledger), journal: around(journal) }),
      api: async () => around(api),
    };
    const { pixtab } = world({ deps });
    const ended = pixtab(...argv).then(({ code }) => code);
    return Promise.race([ended, death.then(() => null)]);
  }

  return {
    shelf,
    books,
    charged,
    run,
    write: (images: readonly Image[]) =>
      void shelf.files.set('pixtab.json', Buffer.from(JSON.stringify({ images }))),
    lock: () => parseLock(Buffer.from(shelf.files.get('pixtab.lock') ?? '').toString(), 'pixtab.lock'),
    tree: () =>
      [...shelf.files.keys()]
        .filter((path) => !path.startsWith('.pixtab-trash/') && !path.startsWith('pixtab.'))
        .toSorted(),
    uncertain: () =>
      [...books.attempts.values()].filter(({ state }) => state === 'unconfirmed' || state === 'sent'),
  };
}

const anImage = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  prompt: fc.constantFrom('a cat', 'a dog', 'an owl', 'a fox', 'a hen'),
  out: fc.constantFrom('{id}', 'x/{id}', 'y-{id}'),
  format: fc.constantFrom<'keep' | 'webp'>('keep', 'webp'),
});
const aManifest = fc.uniqueArray(anImage, { selector: ({ id }) => id, maxLength: 4 });
const aRun = fc.record({
  images: aManifest,
  lifetime: fc.option(fc.integer({ min: 1, max: 60 })),
  last: fc.constantFrom<'before' | 'after'>('before', 'after'),
  concurrency: fc.constantFrom('1', '3'),
  /** Answers may come faster than the lock is written. */
  answerMs: fc.constantFrom(0, 5000),
});

it('never charges a picture twice and ends where the plan said, whatever is edited and wherever it crashes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aRun, { minLength: 1, maxLength: 5 }), async (runs) => {
      const { write, run, charged, uncertain, lock, tree, shelf } = machine();
      for (const { images, lifetime, last, concurrency, answerMs } of runs) {
        write(images);
        await run(['apply', '--prune', '--concurrency', concurrency], lifetime, last, answerMs);
      }
      const wanted = runs.at(-1)?.images ?? [];
      const code = await run(['apply', '--prune']);
      for (const [prompt, times] of charged) expect(`${prompt} ${times}`).toBe(`${prompt} 1`);
      const unsure = new Set(uncertain().map(({ plan }) => plan.prompt));
      const sure = wanted.filter(({ prompt }) => !unsure.has(prompt));
      expect(code === 0).toBe(sure.length === wanted.length);
      const known = lock();
      for (const { id } of sure) {
        const [line, ...more] = known.of(id);
        expect(more).toEqual([]);
        expect(shelf.files.has(line?.path ?? '')).toBe(true);
      }
      if (sure.length < wanted.length) return;
      expect(tree()).toEqual([...known.ids()].map((id) => known.of(id)[0]?.path ?? '').toSorted());
      expect(await run(['plan', '--detailed-exitcode'])).toBe(0);
      expect(await run(['apply', '--frozen'])).toBe(0);
    }),
    { numRuns: Number(process.env['PIXTAB_MODEL_RUNS'] ?? 100) },
  );
}, 60_000);
