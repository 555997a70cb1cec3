import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { books } from '../../../src/adapters/ledger/books.ts';
import { openDatabase } from '../../../src/adapters/ledger/database.ts';
import { inspectLedger } from '../../../src/adapters/ledger/inspect.ts';
import { MIGRATIONS } from '../../../src/adapters/ledger/migrations.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { thisProcess } from '../../../src/adapters/ledger/owner.ts';
import { sqliteLedger, sqliteSlots } from '../../support/sqlite.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aJob } from '../../support/jobs.contract.ts';
import { aBill, aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

const clock = fakeClock();

/** Buys once, and leaves the rest as a process would that was killed in the middle. */
async function bought(folder: string): Promise<void> {
  const { ledger, journal } = books({ sandbox: false }, folder, clock);
  await ledger.begin(aRun());
  await ledger.hold([aPlan()]);
  await ledger.sending('attempt-1');
  await ledger.replied('attempt-1');
  await ledger.settle('attempt-1', aBill('0.03'));
  await ledger.saved('attempt-1', []);
  await ledger.close();
  const dead = sqliteLedger(`${folder}/ledger.db`, {
    clock,
    owner: { id: 'gone', host: 'here', pid: 4_000_000, startedAt: 'another boot 1' },
    isAlive: () => true,
    hasAnswer: () => false,
  });
  for (const attemptId of ['attempt-2', 'attempt-3']) {
    await dead.hold([aPlan({ attemptId })]);
    await dead.sending(attemptId);
  }
  await journal.keep(aPlan({ attemptId: 'attempt-3' }), Buffer.from('{}'));
  await dead.close();
}

/** Written by a process of this host that no longer runs, which the owner above cannot claim. */
async function asOfThisHost(path: string): Promise<void> {
  const database = await openDatabase(path);
  database.exec("UPDATE attempts SET host = (SELECT host FROM attempts WHERE attempt_id = 'attempt-1')");
  await database.close();
}

const ACCOUNT = { id: 'google.example#0123456789ab', title: 'Google' };

describe('looking at a ledger', () => {
  it('finds what dead processes left, and settles none of it', async () => {
    await using folder = await tempDir();
    await bought(folder.path);
    await asOfThisHost(folder.at('ledger.db'));
    const before = await readdir(folder.path);
    for (let look = 0; look < 2; look++) {
      expect(await inspectLedger(folder.path, clock)).toEqual({
        path: folder.at('ledger.db'),
        state: 'current',
        contradictions: [],
        newest: clock.now(),
        unsaved: 1,
        interrupted: 1,
        jobs: [],
        limits: [],
        hosts: [],
      });
    }
    expect(await readdir(folder.path)).toEqual(before);
  });

  it('leaves alone what a process still works on', async () => {
    await using folder = await tempDir();
    const { ledger, journal } = books({ sandbox: false }, folder.path, clock);
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    await journal.keep(aPlan(), Buffer.from('{}'));
    expect(await inspectLedger(folder.path, clock)).toMatchObject({ unsaved: 0, interrupted: 0 });
    await ledger.close();
  });

  it('tells jobs from what was interrupted, and knows the limits that were met', async () => {
    await using folder = await tempDir();
    const dead = sqliteLedger(folder.at('ledger.db'), {
      clock,
      owner: { ...thisProcess(), startedAt: 'another boot 1' },
      isAlive: () => true,
      hasAnswer: () => false,
    });
    await dead.begin(aRun());
    await dead.jobs.plan([aJob()]);
    await dead.close();
    const turns = sqliteSlots(folder.at('ledger.db'), ACCOUNT, clock);
    const slot = await turns.take({ model: 'small-model', images: 1, cost: usd('0.03') }, {});
    if ('slot' in slot) await turns.refused(slot, { meter: 'requests', stated: 7 });
    await turns.close();
    expect(await inspectLedger(folder.path, clock)).toMatchObject({
      interrupted: 0,
      jobs: [{ ended: false, since: clock.now() }],
      limits: [{ host: 'google.example', model: 'small-model', meter: 'requests', most: 7n }],
    });
    clock.advance(24 * 3_600_000);
    expect(await inspectLedger(folder.path, clock)).toMatchObject({ limits: [] });
  });

  it('finds contradictions', async () => {
    await using folder = await tempDir();
    await bought(folder.path);
    const database = await openDatabase(folder.at('ledger.db'));
    database.exec('UPDATE bills SET amount_nano = amount_nano + 1');
    await database.close();
    const { contradictions } = await inspectLedger(folder.path, clock);
    expect(contradictions[0]).toMatch(/attempt-1 is not the sum/);
  });

  it('knows the ledger of an older pixtab, and does not bring it up to date', async () => {
    await using folder = await tempDir();
    const older = MIGRATIONS.slice(0, 1);
    await (await openLedger(folder.at('ledger.db'), { migrations: older })).close();
    expect(await inspectLedger(folder.path, clock)).toMatchObject({ state: 'older', newest: null });
    const database = await openDatabase(folder.at('ledger.db'));
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: 1n });
    await database.close();
  });

  it('counts answers although the ledger is lost', async () => {
    await using folder = await tempDir();
    await bought(folder.path);
    for (const name of ['ledger.db', 'ledger.db-wal', 'ledger.db-shm'])
      await rm(folder.at(name), { force: true });
    expect(await inspectLedger(folder.path, clock)).toMatchObject({ state: 'none', unsaved: 1 });
  });

  it.each<[string, (path: string) => Promise<void>, RegExp]>([
    [
      'of a newer pixtab',
      async (path) => (await openLedger(path, { migrations: [...MIGRATIONS, 'SELECT 1'] })).close(),
      /newer pixtab/,
    ],
    ['that is empty', (path) => writeFile(path, ''), /is empty/],
    ['that is no database', (path) => writeFile(path, 'nothing of the kind'.repeat(100)), /is damaged/],
    [
      'of somebody else',
      async (path) => {
        const database = await openDatabase(path);
        database.exec('CREATE TABLE t (x)');
        await database.close();
      },
      /no ledger of pixtab/,
    ],
    ['that is gone but for its log', (path) => writeFile(`${path}-wal`, 'log'), /it is gone/],
  ])('fails at one %s, and leaves it as it is', async (_, make, message) => {
    await using folder = await tempDir();
    await make(folder.at('ledger.db'));
    const [name = ''] = await readdir(folder.path);
    await copyFile(folder.at(name), folder.at('before'));
    const before = (await readdir(folder.path)).filter(isLasting);
    expect(await rejection(inspectLedger(folder.path, clock))).toMatchObject({
      kind: 'usage',
      charged: 'no',
      message: expect.stringMatching(message),
    });
    expect(await readFile(folder.at(name))).toEqual(await readFile(folder.at('before')));
    expect((await readdir(folder.path)).filter(isLasting)).toEqual(before);
  });
});

/** SQLite's own companions come and go with whoever has the ledger open. */
const isLasting = (name: string): boolean => !/^ledger\.db-(shm|wal)$/.test(name);
