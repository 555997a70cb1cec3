import { expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/ledger/database.ts';
import { sqliteLedger } from '../../support/sqlite.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aBill, aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

const tampering: readonly (readonly [string, string, string])[] = [
  [
    'a line of a bill was changed',
    'UPDATE bill_lines SET amount_nano = amount_nano - 1',
    'not the sum of its lines',
  ],
  ['a line of a bill is gone', 'DELETE FROM bill_lines', 'not the sum of its lines'],
  ['a hold is gone', 'DELETE FROM holds', 'Attempt held holds money in a state'],
  [
    'a hold outlived its attempt',
    `INSERT INTO holds (attempt_id, amount_nano) VALUES ('settled', 1)`,
    'Attempt settled holds',
  ],
  ['a bill is gone', 'DELETE FROM bill_lines; DELETE FROM bills', 'is settled without one'],
  [
    'the sums were changed',
    'UPDATE spending SET settled_nano = settled_nano + 1',
    'The sums of spending differ',
  ],
  ['the sums are gone', 'DELETE FROM spending', 'The sums of spending differ'],
  [
    'the sums of holds were changed',
    'UPDATE held_sums SET held_nano = held_nano + 1',
    'The sums of what is held differ',
  ],
  ['the sums of holds are gone', 'DELETE FROM held_sums', 'The sums of what is held differ'],
];

it.each(tampering)('finds that %s', async (_what, sql, says) => {
  await using folder = await tempDir();
  const ledger = sqliteLedger(folder.at('ledger.db'), {
    clock: fakeClock(),
    owner: { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' },
    isAlive: () => true,
    hasAnswer: () => false,
  });
  await ledger.begin(aRun());
  await ledger.hold([
    aPlan({ attemptId: 'held' }),
    aPlan({ attemptId: 'settled' }),
    aPlan({ attemptId: 'unknown' }),
  ]);
  for (const attemptId of ['settled', 'unknown']) await ledger.sending(attemptId);
  await ledger.settle('settled', aBill('0.03'));
  await ledger.unconfirm('unknown', 'because');
  expect(await ledger.contradictions()).toEqual([]);

  const database = await openDatabase(folder.at('ledger.db'));
  database.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
  await database.close();
  expect(await ledger.contradictions()).toContainEqual(expect.stringContaining(says));
  await ledger.close();
});

it.each([
  ["zone = 'Etc/Unknown'", 'counts in "Etc/Unknown", which is no known time zone'],
  ["per = 'week'", 'cannot be read'],
])('names a budget with %s, and lets purchases that it would not bar through', async (change, says) => {
  await using folder = await tempDir();
  const ledger = sqliteLedger(folder.at('ledger.db'), {
    clock: fakeClock(),
    owner: { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' },
    isAlive: () => true,
    hasAnswer: () => false,
  });
  await ledger.setBudget({
    per: 'day',
    model: null,
    project: null,
    agent: null,
    amount: usd('100'),
    zone: 'UTC',
  });
  const database = await openDatabase(folder.at('ledger.db'));
  database.exec(`PRAGMA ignore_check_constraints = ON; UPDATE budgets SET ${change}`);
  await database.close();
  await ledger.begin(aRun());
  await ledger.hold([aPlan()]);
  expect(await ledger.contradictions()).toContainEqual(expect.stringContaining(says));
  await ledger.close();
});

it.each([
  ["save_plan = '{}'", 'it is not in the form in which pixtab writes it'],
  ["size = '9K'", 'column "size" holds "9K"'],
  ["lane = 'overnight'", 'column "lane" holds "overnight"'],
  ["terms = '[]'", 'it is not in the form in which pixtab writes it'],
  ["differences = '{}'", 'it is not in the form in which pixtab writes it'],
])('names an attempt with %s, shows the others, and bars no purchase', async (change, says) => {
  await using folder = await tempDir();
  const ledger = sqliteLedger(folder.at('ledger.db'), {
    clock: fakeClock(),
    owner: { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' },
    isAlive: () => false,
    hasAnswer: () => false,
  });
  await ledger.begin(aRun());
  await ledger.hold([aPlan({ attemptId: 'odd' }), aPlan({ attemptId: 'even' })]);
  const database = await openDatabase(folder.at('ledger.db'));
  database.exec(
    `PRAGMA ignore_check_constraints = ON; UPDATE attempts SET ${change} WHERE attempt_id = 'odd'`,
  );
  await database.close();
  expect(await ledger.contradictions()).toEqual([`Attempt odd cannot be read: ${says}.`]);
  await ledger.hold([aPlan({ attemptId: 'next' })]);
  const shown = await ledger.history({ since: null, until: null, limit: 9 });
  expect(shown.map(({ attempt }) => attempt.attemptId)).toEqual(['next', 'even']);
  expect(await ledger.receipts({ by: 'attempt', value: 'odd' })).toEqual([]);
  await ledger.close();
});

it('names a job that cannot be read, and lists the others', async () => {
  await using folder = await tempDir();
  const ledger = sqliteLedger(folder.at('ledger.db'), {
    clock: fakeClock(),
    owner: { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' },
    isAlive: () => true,
    hasAnswer: () => false,
  });
  await ledger.begin(aRun());
  for (const jobId of ['odd', 'even']) {
    const items = [{ attempt: aPlan({ attemptId: `${jobId}-1`, lane: 'batch' }), request: '{}' }];
    await ledger.jobs.plan([
      { jobId, model: 'm', baseUrl: 'https://google.example', account: null, tokens: 1, items },
    ]);
  }
  const database = await openDatabase(folder.at('ledger.db'));
  database.exec(`UPDATE batch_jobs SET remote_state = 'dreaming' WHERE job_id = 'odd'`);
  await database.close();
  expect((await ledger.jobs.list('open')).map(({ jobId }) => jobId)).toEqual(['even']);
  expect(await ledger.contradictions()).toEqual([
    'Job odd cannot be read: column "remote_state" holds "dreaming".',
  ]);
  await ledger.close();
});
