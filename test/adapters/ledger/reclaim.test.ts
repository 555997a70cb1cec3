import { expect, it } from 'vitest';
import type { Owner } from '../../../src/adapters/ledger/owner.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { reclaim } from '../../../src/adapters/ledger/reclaim.ts';
import { sqliteLedger } from '../../../src/adapters/ledger/sqlite.ts';
import type { Ledger } from '../../../src/ports/index.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

const HOUR = 3_600_000;

it('takes a process of another host, which it cannot see, for dead after a day', async () => {
  await using folder = await tempDir();
  const clock = fakeClock();
  const asked: Owner[] = [];
  const on = (host: string): Ledger =>
    sqliteLedger(folder.at('ledger.db'), {
      clock,
      owner: { host, pid: 7, startedAt: 'boot 1' },
      isAlive: (owner) => asked.push(owner) < 0,
      hasAnswer: () => false,
    });
  const [there, here] = [on('there'), on('here')];
  await there.begin(aRun());
  await there.hold([aPlan()]);
  const state = async () => (await here.receipts({ by: 'attempt', value: 'attempt-1' }))[0]?.state;

  clock.advance(24 * HOUR - 1);
  await here.begin(aRun({ runId: 'run-2' }));
  await here.hold([]);
  expect(await state()).toBe('held');
  clock.advance(1);
  await here.hold([]);
  expect(await state()).toBe('released');
  expect(asked).toEqual([]);
  for (const ledger of [there, here]) ledger.close();
});

it('asks about each process once, however many holds it left', async () => {
  await using folder = await tempDir();
  const asked: Owner[] = [];
  const as = (pid: number): Ledger =>
    sqliteLedger(folder.at('ledger.db'), {
      clock: fakeClock(),
      owner: { host: 'here', pid, startedAt: 'boot 1' },
      isAlive: (owner) => asked.push(owner) > 0,
      hasAnswer: () => false,
    });
  const [first, second] = [as(1), as(2)];
  await first.begin(aRun());
  await first.hold([aPlan({ attemptId: 'a' }), aPlan({ attemptId: 'b' }), aPlan({ attemptId: 'c' })]);
  // Opening looks once, and so does the hold.
  await second.hold([]);
  expect(asked.map(({ pid }) => pid)).toEqual([1, 1]);
  for (const ledger of [first, second]) ledger.close();
});

it.each([
  ['leaves alone what a living process took over since it was found', true, 'held'],
  ['gives back what nobody works on any more', false, 'released'],
])('%s', async (_, lives, state) => {
  await using folder = await tempDir();
  const path = folder.at('ledger.db');
  const owner = { host: 'here', pid: 1, startedAt: 'boot 1' };
  const mortality = { owner, isAlive: () => true, hasAnswer: () => false };
  const first = sqliteLedger(path, { ...mortality, clock: fakeClock() });
  await first.begin(aRun());
  await first.hold([aPlan()]);

  const database = await openLedger(path);
  const other = { ...mortality, owner: { ...owner, pid: 2 }, isAlive: () => lives };
  // Found to be an orphan a moment ago, when nobody held the lock.
  await database.transaction(() => reclaim(database, other, ['attempt-1'], 0));
  database.close();
  expect(await first.receipts({ by: 'attempt', value: 'attempt-1' })).toMatchObject([{ state }]);
  first.close();
});
