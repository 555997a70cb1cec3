import { expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import type { Books, Job } from '../../src/ports/index.ts';
import { mentionUnfinished } from '../../src/purchase/unfinished.ts';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;

/** What is said of answers that are kept, of which the ledger knows these as abandoned, and of jobs that are open. */
async function said(kept: readonly string[] | Failure, open: readonly Partial<Job>[] = []) {
  const notes: string[] = [];
  const books = {
    journal: { ids: async () => (kept instanceof Failure ? Promise.reject(kept) : kept) },
    ledger: {
      async abandoned(ids: readonly string[]) {
        if (ids.length === 0) throw new Error('it was asked for nothing');
        return ids;
      },
      jobs: { list: async () => open },
    },
  } as unknown as Books;
  await mentionUnfinished(books, { note: (text) => void notes.push(text) }, { now: () => NOW });
  return notes;
}

it('paid answers that wait are said to, and nothing where none does', async () => {
  expect(await said([])).toEqual([]);
  expect(await said(['a', 'b'])).toEqual(['note   2 paid answers not finished: pixtab recover']);
});

it('a journal that cannot be read keeps nobody from what was asked for', async () => {
  expect(await said(new Failure('disk', 'The bucket is away.'))).toEqual([
    'note   Whether paid answers wait is not known: The bucket is away.',
  ]);
});

it('jobs that nobody looks after are due when their results wait, and counted from when they ended', async () => {
  const job = { plannedAt: NOW - 30 * HOUR, sentAt: NOW - 20 * HOUR, endedAt: NOW - HOUR, busy: false };
  const results = await said([], [{ ...job, stage: 'ended' }]);
  expect(results).toHaveLength(1);
  expect(await said([], [{ ...job, stage: 'ended', busy: true }])).toEqual([]);
  // Each of these moments counts where the one after it is not known.
  const sent = await said([], [{ ...job, stage: 'ended', endedAt: null }]);
  const planned = await said([], [{ ...job, stage: 'ended', endedAt: null, sentAt: null }]);
  expect(new Set([...results, ...sent, ...planned]).size).toBe(3);
});
