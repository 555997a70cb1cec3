import { describe, expect, it } from 'vitest';
import type { Owner } from '../../../src/adapters/ledger/owner.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { reclaim } from '../../../src/adapters/ledger/reclaim.ts';
import { ledgerIn } from '../../../src/adapters/ledger/ledger.ts';
import { attentive, sqliteLedger } from '../../support/sqlite.ts';
import type { Ledger } from '../../../src/ports/index.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aJob } from '../../support/jobs.contract.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

const MINUTE = 60_000;

/** A machine with a clock of its own, and a process on it that holds something as long as it beats. */
function machine(path: string, host: string, ahead = 0) {
  const clock = fakeClock();
  clock.advance(ahead);
  let beat = (): void => {};
  const ledger = sqliteLedger(path, {
    clock,
    owner: { id: `${host} ${ahead}`, host, pid: 7, startedAt: 'boot 1' },
    isAlive: () => false,
    hasAnswer: () => false,
    every: (_, work) => {
      beat = work;
      return () => {};
    },
  });
  const look = async () => {
    await ledger.hold([]);
    return (await ledger.receipts({ by: 'attempt', value: 'attempt-1' }))[0]?.state;
  };
  return { clock, ledger, look, beat: () => beat() };
}

describe('a process of another machine, which cannot be seen', () => {
  async function two(ahead = 0) {
    const folder = await tempDir();
    const [there, here] = [
      machine(folder.at('ledger.db'), 'there'),
      machine(folder.at('ledger.db'), 'here', ahead),
    ];
    await there.ledger.begin(aRun());
    await there.ledger.hold([aPlan()]);
    await here.ledger.begin(aRun({ runId: 'run-2' }));
    const later = (ms: number): void => [there, here].forEach(({ clock }) => clock.advance(ms));
    const end = async () => {
      for (const { ledger } of [there, here]) await ledger.close();
      await folder[Symbol.asyncDispose]();
    };
    return { there, here, later, [Symbol.asyncDispose]: end };
  }

  it.each([0, 16, -16])(
    'is dead after five minutes of silence, with a clock %i minutes off',
    async (minutes) => {
      await using place = await two(minutes * MINUTE);
      const { there, here, later } = place;
      expect(await here.look()).toBe('held');
      later(5 * MINUTE - 1);
      expect(await here.look()).toBe('held');
      there.beat();
      expect(await there.look()).toBe('held');
      later(1);
      expect(await here.look()).toBe('held');
      later(5 * MINUTE);
      expect(await here.look()).toBe('released');
      await expect(there.ledger.sending('attempt-1')).rejects.toMatchObject({ charged: 'no' });
    },
  );

  it('is not taken for dead by one that was suspended itself', async () => {
    await using place = await two();
    const { there, here, later } = place;
    expect(await here.look()).toBe('held');
    later(16 * MINUTE);
    there.beat();
    await there.look();
    expect(await here.look()).toBe('held');
  });

  it('is dead at the first look where its last word is older than clocks can differ', async () => {
    await using place = await two();
    place.later(65 * MINUTE);
    expect(await place.here.look()).toBe('released');
  });

  it('is let go of at once where somebody says that its machine is gone', async () => {
    await using place = await two();
    const { there, here } = place;
    await there.ledger.hold([aPlan({ attemptId: 'sent' })]);
    await there.ledger.sending('sent');
    expect(await here.ledger.holders()).toMatchObject([{ host: 'there', requests: 2 }]);
    expect(await there.ledger.holders()).toEqual([]);
    expect(await here.ledger.letGo('there')).toEqual({ released: 1, unconfirmed: 1 });
    expect(await here.ledger.holders()).toEqual([]);
    const [sent] = await here.ledger.receipts({ by: 'attempt', value: 'sent' });
    expect(sent).toMatchObject({ state: 'unconfirmed', elsewhere: 'there' });
    expect(await there.ledger.receipts({ by: 'attempt', value: 'sent' })).toMatchObject([
      { elsewhere: null },
    ]);
    await expect(there.ledger.sending('attempt-1')).rejects.toMatchObject({ charged: 'no' });
  });

  it.each(['there', 'there boot-1 ns'])('leaves its jobs to anybody, where it is called %j', async (name) => {
    await using folder = await tempDir();
    const [there, here] = [machine(folder.at('ledger.db'), name), machine(folder.at('ledger.db'), 'here')];
    await there.ledger.begin(aRun());
    await there.ledger.jobs.plan([aJob()]);
    expect(await here.ledger.jobs.take('job-1')).toBeNull();
    await here.ledger.letGo('there');
    expect(await here.ledger.jobs.take('job-1')).toMatchObject({ jobId: 'job-1' });
    for (const { ledger } of [there, here]) await ledger.close();
  });

  it('is another one though it has the same name and number', async () => {
    await using folder = await tempDir();
    const [one, other] = [
      machine(folder.at('ledger.db'), 'same boot-1 ns'),
      machine(folder.at('ledger.db'), 'same boot-2 ns'),
    ];
    await one.ledger.begin(aRun());
    await one.ledger.hold([aPlan()]);
    await other.ledger.begin(aRun({ runId: 'run-2' }));
    expect(await other.look()).toBe('held');
    for (const { ledger } of [one, other]) await ledger.close();
  });
});

it('asks about each process once, however many holds it left', async () => {
  await using folder = await tempDir();
  const asked: Pick<Owner, 'pid' | 'startedAt'>[] = [];
  const as = (pid: number): Ledger =>
    sqliteLedger(folder.at('ledger.db'), {
      clock: fakeClock(),
      owner: { id: `here ${pid}`, host: 'here', pid, startedAt: 'boot 1' },
      isAlive: (owner) => asked.push(owner) > 0,
      hasAnswer: () => false,
    });
  const [first, second] = [as(1), as(2)];
  await first.begin(aRun());
  await first.hold([aPlan({ attemptId: 'a' }), aPlan({ attemptId: 'b' }), aPlan({ attemptId: 'c' })]);
  // Opening looks once, and so does the hold.
  await second.hold([]);
  expect(asked.map(({ pid }) => pid)).toEqual([1, 1]);
  for (const ledger of [first, second]) await ledger.close();
});

it.each([
  ['leaves alone what a living process took over since it was found', true, 'held'],
  ['gives back what nobody works on any more', false, 'released'],
])('%s', async (_, lives, state) => {
  await using folder = await tempDir();
  const path = folder.at('ledger.db');
  const owner = { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' };
  const mortality = { owner, isAlive: () => true, hasAnswer: () => false };
  const first = sqliteLedger(path, { ...mortality, clock: fakeClock() });
  await first.begin(aRun());
  await first.hold([aPlan()]);

  const database = await openLedger(path);
  const other = { ...mortality, owner: { ...owner, id: 'here 2', pid: 2 }, isAlive: () => lives };
  // Found to be an orphan a moment ago, when nobody held the lock.
  await database.transaction(() => reclaim(database, other, ['attempt-1'], 0));
  await database.close();
  expect(await first.receipts({ by: 'attempt', value: 'attempt-1' })).toMatchObject([{ state }]);
  await first.close();
});

describe('a hold', () => {
  it('looks through what processes hold, and not through what waits in a queue', async () => {
    await using folder = await tempDir();
    const clock = fakeClock();
    const { backend, plans } = attentive(folder.at('ledger.db'), clock, 'ledger');
    const owner = { id: 'here', host: 'here', pid: 7, startedAt: 'boot 1' };
    const ledger = ledgerIn(backend, { owner, isAlive: () => true, hasAnswer: () => false });
    const ample = { model: null, project: null, agent: null, amount: usd('9'), zone: 'UTC' };
    for (const per of ['day', 'total'] as const) await ledger.setBudget({ ...ample, per });
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    await ledger.hold([aPlan({ attemptId: 'attempt-2' })]);
    await ledger.close();
    const scans = (await plans('holds')).filter((plan) => plan.includes('SCAN'));
    expect(scans).toContainEqual(expect.stringMatching(/SCAN (h|holds) USING .*holds_of_processes/));
    expect(scans.filter((plan) => /SCAN (h|holds)\b(?!.*holds_of_processes)/.test(plan))).toEqual([]);
  });
});
