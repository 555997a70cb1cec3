import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startScript, until } from '../../bench/process.mjs';
import { books } from '../../src/adapters/ledger/books.ts';
import { usd } from '../../src/core/pricing/money.ts';
import { totalOf } from '../../src/core/pricing/spend.ts';
import type { AttemptPlan, Books } from '../../src/ports/index.ts';
import { aBill, aPlan, aRun } from '../support/purchases.ts';
import { tempDir } from '../support/tempdir.ts';

it('never passes a budget, however many processes race for it', async () => {
  await using folder = await tempDir();
  const { ledger } = booksIn(folder.path);
  await ledger.setBudget({
    per: 'month',
    model: null,
    project: null,
    agent: null,
    amount: usd('1.0'),
    zone: 'UTC',
  });
  // 20 × 5 holds of 0.04 want 4.00 dollars; 25 of them fit.
  const results = await Promise.all(numbers(20).map((n) => writer(folder.path, n, 5)));
  const bought = results.reduce((sum, { bought }) => sum + bought, 0);
  const refused = results.reduce((sum, { refused }) => sum + refused, 0);
  expect(bought + refused).toBe(100);
  const [standing] = await ledger.standings();
  expect(standing).toMatchObject({ used: usd('0.03') * BigInt(bought), held: 0n });
  // All that fits is admitted: what is left is less than one more hold.
  expect(standing?.used).toBeGreaterThan(usd('0.96'));
  expect(standing?.used).toBeLessThanOrEqual(usd('1'));
  expect(await ledger.contradictions()).toEqual([]);
  await ledger.close();
});

it('admits exactly what fits when every hold stands', async () => {
  await using folder = await tempDir();
  const { ledger } = booksIn(folder.path);
  await ledger.setBudget({
    per: 'month',
    model: null,
    project: null,
    agent: null,
    amount: usd('0.999999999'),
    zone: 'UTC',
  });
  // The last hold would need the nano-dollar that is missing. The parent holds them all, so nobody is dead.
  const holds = numbers(40).map(async (n) => {
    const { ledger } = booksIn(folder.path);
    await ledger.begin(aRun({ runId: `run-${n}` }));
    await ledger.hold([aPlan({ attemptId: `a${n}`, runId: `run-${n}` })]);
  });
  const outcomes = await Promise.allSettled(holds);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(24);
  expect((await ledger.standings())[0]?.held).toBe(usd('0.96'));
  await ledger.close();
});

it('makes one ledger when many processes open a new one at once', async () => {
  await using folder = await tempDir();
  await Promise.all(numbers(12).map((n) => writer(join(folder.path, 'new'), n, 1)));
  const { ledger } = booksIn(join(folder.path, 'new'));
  expect(totalOf(await ledger.spending({ by: 'model', since: null, until: null })).requests).toBe(12);
  expect(await ledger.contradictions()).toEqual([]);
  await ledger.close();
});

it('accounts for every request that was sent by a process that was killed', async () => {
  await using folder = await tempDir();
  const sent: string[] = [];
  // Killed after another number of requests each, while others write.
  const kill = async (n: number): Promise<void> => void sent.push(...(await killed(folder.path, n, n + 1)));
  for (const first of [0, 6]) await Promise.all(numbers(6).map((n) => kill(first + n)));

  const { ledger, journal } = booksIn(folder.path);
  // The next purchase finds the dead.
  await ledger.begin(aRun({ runId: 'after' }));
  await ledger.hold([aPlan({ runId: 'after' })]);
  await ledger.release('attempt-1', 'only to look', 'unavailable');
  for (const attemptId of await journal.ids()) await finish({ ledger, journal }, attemptId);

  expect(await ledger.contradictions()).toEqual([]);
  const { settled, requests, unconfirmed, unconfirmedRequests } = totalOf(
    await ledger.spending({ by: 'model', since: null, until: null }),
  );
  expect(settled).toBe(usd('0.03') * BigInt(requests));
  expect(unconfirmed).toBe(usd('0.025') * BigInt(unconfirmedRequests));
  // One killed between its hold and its word counts as sent, though nobody heard of it.
  expect(requests + unconfirmedRequests).toBeGreaterThanOrEqual(sent.length);
  expect(requests + unconfirmedRequests).toBeLessThanOrEqual(sent.length + 12);
  for (const attemptId of sent) {
    const [receipt] = await ledger.receipts({ by: 'attempt', value: attemptId });
    expect(['settled', 'saved', 'unconfirmed']).toContain(receipt?.state);
  }
  // Each met work: 1 request, 2, and so on to 12.
  expect(sent.length).toBeGreaterThanOrEqual(78);
  await ledger.close();
});

function booksIn(folder: string): Books {
  return books({ sandbox: false }, folder, { now: () => Date.now() });
}

async function finish({ ledger, journal }: Books, attemptId: string): Promise<void> {
  const { entry } = await journal.read(attemptId);
  expect(entry.status).toBe('ok');
  const state = await ledger.claim(entry.attempt ?? unknown(attemptId));
  expect(['replied', 'settled', 'saved']).toContain(state);
  if (state === 'replied') await ledger.settle(attemptId, aBill('0.03'));
  await journal.remove(attemptId);
}

function unknown(attemptId: string): AttemptPlan {
  throw new Error(`no plan in the answer to ${attemptId}`);
}

const Tally = z.object({ bought: z.int(), refused: z.int() });

async function writer(folder: string, name: number, purchases: number): Promise<z.infer<typeof Tally>> {
  const { stdout } = await startScript('writer', [folder, String(name), String(purchases)]).ran;
  return Tally.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

/** The requests that it said it sent, when it is killed after so many of them. */
async function killed(folder: string, name: number, requests: number): Promise<readonly string[]> {
  const writer = startScript('writer', [folder, String(name), '1000']);
  let said = '';
  writer.child.stdout.on('data', (text) => (said += String(text)));
  const sent = (): readonly string[] => [...said.matchAll(/^sent (.+)\n/gm)].map(([, id = '']) => id);
  await until(`${requests} requests are sent`, () => sent().length >= requests, writer);
  writer.child.kill('SIGKILL');
  await writer.ran;
  return sent();
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
