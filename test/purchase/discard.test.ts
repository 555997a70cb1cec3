import { describe, expect, it } from 'vitest';
import type { AttemptState } from '../../src/core/policy/attempt-state.ts';
import { discard } from '../../src/purchase/discard.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeJournal } from '../support/fakes/journal.ts';
import { fakeLedger } from '../support/fakes/ledger.ts';
import { fakeStore } from '../support/fakes/ledger-state.ts';
import { aPlan, aRun } from '../support/purchases.ts';

interface Twist {
  /** What the journal says whose they are; null where it does not. */
  readonly plan?: null;
  /** A process that lives and has sent for them. */
  readonly sentBy?: string;
}

/** Answers that wait, of requests that the ledger knows nothing of. */
async function waiting(attemptIds: readonly string[], { plan, sentBy }: Twist = {}) {
  const [store, journal] = [fakeStore(), fakeJournal()];
  const ledger = fakeLedger({ store, clock: fakeClock() });
  await ledger.begin(aRun());
  for (const attemptId of attemptIds) {
    const attempt = aPlan({ attemptId });
    journal.answers.set(attemptId, {
      attempt: plan === null ? null : attempt,
      body: Buffer.from('{}'),
      status: 'ok',
    });
    if (sentBy === undefined) continue;
    const theirs = fakeLedger({ store, clock: fakeClock(), owner: sentBy });
    await theirs.hold([attempt]);
    await theirs.sending(attemptId);
  }
  const states = (): AttemptState[] => Array.from(store.attempts.values(), ({ state }) => state);
  return { discarded: (name: string) => discard(name, { ledger, journal }), journal, states };
}

describe('an answer that is set aside', () => {
  it('is kept for good, and what it may have cost stays counted', async () => {
    const { discarded, journal, states } = await waiting(['aa-1']);
    expect(await discarded('aa-1')).toMatchObject({ attemptId: 'aa-1', path: '/journal/kept/aa-1.answer' });
    expect([journal.answers.size, journal.kept.size, states()]).toEqual([0, 1, ['unconfirmed']]);
  });

  it('may be of a request that nobody knows', async () => {
    const { discarded, journal } = await waiting(['aa-1'], { plan: null });
    await discarded('aa-1');
    expect([...journal.kept.keys()]).toEqual(['aa-1']);
  });

  it('is left to the process that works on it', async () => {
    const { discarded, journal, states } = await waiting(['aa-1'], { sentBy: 'another' });
    await expect(discarded('aa-1')).rejects.toMatchObject({
      kind: 'usage',
      message: 'Another process works on aa-1.',
    });
    expect([journal.answers.size, states()]).toEqual([1, ['sent']]);
  });

  it.each([
    ['aa-1', 'aa-1'],
    ['aa-12', 'aa-12'],
    ['b', 'b-1'],
  ])('is named as far as it takes: %s', async (name, attemptId) => {
    const { discarded } = await waiting(['aa-1', 'aa-12', 'b-1']);
    expect(await discarded(name)).toMatchObject({ attemptId });
  });

  it.each([
    ['aa', 'Several paid answers wait under "aa".'],
    ['1', 'No paid answer waits under "1".'],
    ['', 'No paid answer waits under "".'],
  ])('is not guessed: "%s"', async (name, message) => {
    const { discarded, journal } = await waiting(['aa-1', 'aa-12', 'b-1']);
    await expect(discarded(name)).rejects.toMatchObject({ kind: 'usage', message });
    expect(journal.answers.size).toBe(3);
  });
});
