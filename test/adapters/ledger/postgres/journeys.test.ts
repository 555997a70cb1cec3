import { expect, it } from 'vitest';
import { ledgerIn } from '../../../../src/adapters/ledger/ledger.ts';
import { postgres } from '../../../../src/adapters/ledger/postgres/postgres.ts';
import { sessionOver } from '../../../../src/adapters/ledger/postgres/session.ts';
import type { Connect, Wire } from '../../../../src/adapters/ledger/postgres/wire.ts';
import { usd } from '../../../../src/core/pricing/money.ts';
import { freshSchema } from '../../../support/postgres.ts';
import { aBill, anImage, aPlan, aRun } from '../../../support/purchases.ts';

// Counts, never times: a network may be slow, but nobody goes to the server more often than that.

/** Turns of the event loop within which messages leave together. */
const MOMENT = 5;

/** A network on which what leaves within one moment travels together, and the answers come back together. */
function network(connect: Connect) {
  let journeys = 0;
  let lockedAt = 0;
  let whileLocked = 0;
  let leaving: (() => Promise<unknown>)[] = [];

  async function travel(): Promise<readonly PromiseSettledResult<unknown>[]> {
    for (let turn = 0; turn < MOMENT; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    const messages = leaving;
    leaving = [];
    journeys += 1;
    return Promise.allSettled(messages.map((message) => message()));
  }
  let travelling = Promise.resolve<readonly PromiseSettledResult<unknown>[]>([]);

  async function answered<T>(sql: string, ask: () => Promise<T>): Promise<T> {
    if (leaving.length === 0) travelling = travel();
    let answer: Promise<T> | undefined;
    leaving.push(() => {
      if (sql.includes('pg_advisory_xact_lock')) lockedAt = journeys;
      if (sql === 'COMMIT' && lockedAt > 0) {
        whileLocked += journeys - lockedAt;
        lockedAt = 0;
      }
      return (answer = ask());
    });
    await travelling;
    if (answer === undefined) throw new TypeError('a message did not leave');
    return answer;
  }

  return {
    async connect(): Promise<Wire> {
      const wire = await connect();
      return {
        ...wire,
        query: (sql, values) => answered(sql, () => wire.query(sql, values)),
        script: (sql) => answered(sql, () => wire.script(sql)),
      };
    },
    async journeysOf(work: () => Promise<void>) {
      journeys = 0;
      whileLocked = 0;
      await work();
      return { journeys, whileLocked };
    },
  };
}

it('takes few journeys to the server for a purchase, and as few as can be while others wait', async () => {
  await using schema = await freshSchema();
  const net = network(schema.connect);
  const ledger = ledgerIn(postgres({ ...schema, session: sessionOver(net.connect), isDurable: true }), {
    owner: { id: 'owner', host: 'host', pid: 1, startedAt: '1' },
    isAlive: () => true,
    hasAnswer: () => false,
    every: () => () => {},
  });
  for (const per of ['day', 'month'] as const)
    await ledger.setBudget({ per, model: null, project: null, agent: null, amount: usd('100'), zone: 'UTC' });
  await ledger.begin(aRun({ maxCost: usd('10') }));
  const steps = (attemptId: string) => ({
    hold: () => ledger.hold([aPlan({ attemptId })]),
    sending: () => ledger.sending(attemptId),
    replied: () => ledger.replied(attemptId),
    settle: () => ledger.settle(attemptId, aBill('0.03')),
    saved: () => ledger.saved(attemptId, [anImage()]),
  });
  for (const step of Object.values(steps('first'))) await step();
  const counts: Record<string, unknown> = {};
  for (const [name, step] of Object.entries(steps('second'))) counts[name] = await net.journeysOf(step);
  expect(counts).toEqual({
    hold: { journeys: 4, whileLocked: 2 },
    sending: { journeys: 2, whileLocked: 1 },
    replied: { journeys: 2, whileLocked: 1 },
    settle: { journeys: 2, whileLocked: 1 },
    saved: { journeys: 2, whileLocked: 1 },
  });
  await ledger.close();
});
