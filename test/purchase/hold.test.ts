import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { proveAndHold } from '../../src/purchase/hold.ts';
import { planAttempts } from '../../src/purchase/plan-attempts.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeJournal } from '../support/fakes/journal.ts';
import { fakeLedger } from '../support/fakes/ledger.ts';
import { anOrder, TODAY } from '../support/pricing.ts';

const order = anOrder('nano-banana-2-lite');
const planned = (attemptId: string) =>
  planAttempts(
    { order, quote: quote(order, TODAY) },
    { paths: ['cat.jpg'], cwd: '/work', format: null, quality: null, replace: false },
    { runId: 'run-1', account: 'google.example#1', attemptId: () => attemptId },
  );

/** Holds at a ledger that fails so. */
async function held(reason: Error, ...attemptIds: readonly string[]): Promise<void> {
  const ledger = { ...fakeLedger({ clock: fakeClock() }), hold: () => Promise.reject(reason) };
  const books = { ledger, journal: fakeJournal() };
  await proveAndHold({ attempts: attemptIds.flatMap(planned), jobs: [], batched: [] }, 1, books);
}

describe('a hold that the ledger does not take', () => {
  const taken = new Error('UNIQUE constraint failed');
  const ofManifest = `${'a'.repeat(64)}-1`;

  it('is of a picture that another process began to buy, where it has a number', async () => {
    for (const attemptIds of [[ofManifest], ['run-1-1', ofManifest]])
      await expect(held(taken, ...attemptIds)).rejects.toMatchObject({ kind: 'unavailable', cause: taken });
  });

  it('fails as it did, where it has none, or where the ledger says why', async () => {
    await expect(held(taken, 'run-1-1')).rejects.toBe(taken);
    const full = new Failure('budget', 'The day is spent.');
    await expect(held(full, ofManifest)).rejects.toBe(full);
  });
});
