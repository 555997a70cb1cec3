import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { answerSpace } from '../../src/core/order/answer-space.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import type { AttemptPlan, JobPlan } from '../../src/ports/index.ts';
import { MOST_AT_ONCE } from '../../src/purchase/batch/collect.ts';
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

/** What is proven, held and planned of so many attempts and jobs. */
async function holding(attempts: number, jobs: number) {
  const steps: (string | number)[] = [];
  const ledger = fakeLedger({ clock: fakeClock() });
  const books = {
    ledger: {
      ...ledger,
      hold: async (plans: readonly AttemptPlan[]) => void steps.push('hold', plans.length),
      jobs: {
        ...ledger.jobs,
        plan: async (made: readonly JobPlan[], plans: readonly AttemptPlan[] = []) =>
          void steps.push('plan', made.length, plans.length),
      },
    },
    journal: { ...fakeJournal(), prove: async (bytes: number) => void steps.push(bytes) },
  };
  const named = Array.from({ length: attempts }, (_, index) => `run-1-${index + 1}`);
  const made = Array.from({ length: jobs }, () => ({}) as JobPlan);
  const batched = made.map(() => order);
  await proveAndHold({ attempts: named.flatMap(planned), jobs: made, batched }, 2, books);
  return steps;
}

it.each<[string, number, number, (string | number)[]]>([
  ['nothing where nothing is bought', 0, 0, []],
  ['as many answers as come at once', 3, 0, [answerSpace([order, order, order], 2), 'hold', 3]],
  ['more answers where jobs bring them', 1, 1, [answerSpace([order, order], MOST_AT_ONCE), 'plan', 1, 1]],
])('room is proven, before anything is held, for %s', async (_, attempts, jobs, steps) => {
  expect(await holding(attempts, jobs)).toEqual(steps);
});

describe('a hold that the ledger does not take', () => {
  const taken = new Error('UNIQUE constraint failed');
  const ofManifest = `${'a'.repeat(64)}-1`;

  it('is of a picture that another process began to buy, where it has a number', async () => {
    for (const attemptIds of [[ofManifest], ['run-1-1', ofManifest]])
      await expect(held(taken, ...attemptIds)).rejects.toMatchObject({ kind: 'unavailable', cause: taken });
  });

  it('says how to end jobs that may be planned, so that they are not bought beside those that are asked for again', async () => {
    const away = new Failure('unavailable', 'The server is away.', { hint: 'Try again.', charged: 'no' });
    const plan = () => Promise.reject(away);
    const ledger = fakeLedger({ clock: fakeClock() });
    const books = { ledger: { ...ledger, jobs: { ...ledger.jobs, plan } }, journal: fakeJournal() };
    const holding = { attempts: [], jobs: [{} as JobPlan], batched: [order] };
    await expect(proveAndHold(holding, 1, books)).rejects.toMatchObject({
      message: 'The server is away.',
      hint: 'Try again. Should its jobs be in pixtab batch list, pixtab batch cancel gives back what they hold.',
      charged: 'no',
    });
    await expect(held(away, 'run-1-1')).rejects.toBe(away);
  });

  it('fails as it did, where it has none, or where the ledger says why', async () => {
    await expect(held(taken, 'run-1-1')).rejects.toBe(taken);
    const full = new Failure('budget', 'The day is spent.');
    await expect(held(full, ofManifest)).rejects.toBe(full);
  });
});
