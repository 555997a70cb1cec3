import { describe, expect, it } from 'vitest';
import { attemptIdOf } from '../../src/core/manifest/fingerprint.ts';
import { historyOf } from '../../src/project/history.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeJournal } from '../support/fakes/journal.ts';
import { fakeStore } from '../support/fakes/ledger-state.ts';
import { fakeLedger } from '../support/fakes/ledger.ts';
import { aBill, aPlan, aRun } from '../support/purchases.ts';

const HASH = 'a'.repeat(64);
const ID = attemptIdOf(HASH, 1);
const plan = aPlan({ attemptId: ID });

type Step = 'hold' | 'sending' | 'keep' | 'settle' | 'saved' | 'release';

/** A picture's past after these steps of a process that still lives or is dead. */
async function after(steps: readonly Step[], { alive = false, again = false } = {}) {
  const clock = fakeClock();
  const store = fakeStore();
  const journal = fakeJournal();
  const hasAnswer = (id: string): boolean => journal.answers.has(id);
  const open = (owner: string) =>
    fakeLedger({ clock, store, owner, hasAnswer, isAlive: (other) => alive && other === 'buyer' });
  const buyer = open('buyer');
  await buyer.begin(aRun());
  const carry: Record<Step, () => Promise<unknown>> = {
    hold: () => buyer.hold([plan]),
    sending: () => buyer.sending(ID),
    keep: () => journal.keep(plan, new Uint8Array()),
    settle: () => buyer.settle(ID, aBill('0.03')),
    saved: () => buyer.saved(ID, []),
    release: () => buyer.release(ID, 'no'),
  };
  for (const step of steps) await carry[step]();
  return historyOf(HASH, { ledger: open('looker'), journal }, new Map(), again);
}

describe('a picture', () => {
  it.each<[string, readonly Step[], { alive?: boolean; again?: boolean }, object]>([
    ['that nobody asked for is free', [], {}, { kind: 'free', attemptId: ID }],
    [
      'that was given back is free',
      ['hold', 'release'],
      {},
      { kind: 'free', attemptId: attemptIdOf(HASH, 2) },
    ],
    [
      'that a living process holds is barred',
      ['hold'],
      { alive: true },
      { kind: 'barred', why: { kind: 'unavailable' } },
    ],
    [
      'that a living process has just sent is barred',
      ['hold', 'sending'],
      { alive: true },
      { kind: 'barred', why: { kind: 'unavailable' } },
    ],
    [
      'that a living process holds is barred for --force too',
      ['hold'],
      { alive: true, again: true },
      { kind: 'barred', why: { kind: 'unavailable' } },
    ],
    [
      'that a living process has just sent is barred for --force too',
      ['hold', 'sending'],
      { alive: true, again: true },
      { kind: 'barred', why: { kind: 'unavailable' } },
    ],
    [
      'whose answer waits in the journal is finished',
      ['hold', 'sending', 'keep', 'settle'],
      {},
      { kind: 'answered' },
    ],
    [
      'that is refused is barred, though its raw answer was kept',
      ['hold', 'sending', 'keep', 'settle', 'saved'],
      {},
      { kind: 'barred', why: { kind: 'refused' } },
    ],
    [
      'whose answer is lost is barred',
      ['hold', 'sending', 'settle'],
      {},
      { kind: 'barred', why: { kind: 'disk' } },
    ],
    [
      'whose answer is lost is free for --force',
      ['hold', 'sending', 'settle'],
      { again: true },
      { kind: 'free', attemptId: attemptIdOf(HASH, 2) },
    ],
  ])('%s', async (_, steps, how, expected) => {
    expect(await after(steps, how)).toMatchObject(expected);
  });
});
