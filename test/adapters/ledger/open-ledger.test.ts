import { cpSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../src/adapters/ledger/check.ts';
import { openDatabase } from '../../../src/adapters/ledger/database.ts';
import { MIGRATIONS, SINCE } from '../../../src/adapters/ledger/migrations.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { lacks } from '../../support/lacks.ts';
import { disk } from '../../e2e/mount.ts';
import { sqliteLedger } from '../../support/sqlite.ts';
import { exitCodeFor } from '../../../src/core/errors.ts';
import type { Ledger } from '../../../src/ports/index.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aBill, aPlan, aRun } from '../../support/purchases.ts';
import { tempDir } from '../../support/tempdir.ts';

const ledgerAt = (path: string): Ledger =>
  sqliteLedger(path, {
    clock: fakeClock(),
    owner: { id: 'here 1', host: 'here', pid: 1, startedAt: 'boot 1' },
    isAlive: () => true,
    hasAnswer: () => false,
  });

describe('a new ledger', () => {
  it('is made with its folder, for its owner alone, and leaves nothing else behind', async () => {
    await using folder = await tempDir();
    const path = folder.at('state', 'deep', 'ledger.db');
    const ledger = ledgerAt(path);
    await ledger.begin(aRun());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(folder.at('state'))).mode & 0o777).toBe(0o700);
    expect((await readdir(folder.at('state', 'deep'))).toSorted()).toEqual([
      'ledger.db',
      'ledger.db-shm',
      'ledger.db-wal',
    ]);
    await ledger.close();
  });

  it('writes everything through to the disk before it goes on', async () => {
    await using folder = await tempDir();
    const database = await openLedger(folder.at('ledger.db'));
    expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 2n });
    await database.close();
  });

  it('says times and amounts in a way that a person can read', async () => {
    await using folder = await tempDir();
    const ledger = ledgerAt(folder.at('ledger.db'));
    await ledger.begin(aRun());
    await ledger.hold([aPlan()]);
    await ledger.sending('attempt-1');
    await ledger.settle('attempt-1', aBill('12.034195001'));
    const database = await openDatabase(folder.at('ledger.db'));
    expect(database.get('SELECT * FROM purchases')).toMatchObject({
      held_at: '2026-11-22T12:00:00.000Z',
      state: 'settled',
      billed_usd: '12.034195001',
      expected_usd: '0.030000000',
    });
    expect(database.get('SELECT * FROM spend_by_day')).toMatchObject({
      day_utc: '2026-11-22',
      settled_usd: '12.034195001',
    });
    await database.close();
    await ledger.close();
  });
});

it('writes a run down with the next hold where the first could not be written', async () => {
  await using folder = await tempDir();
  const ledger = ledgerAt(folder.at('ledger.db'));
  await ledger.begin(aRun());
  // The same request twice: nothing of that transaction stays.
  await expect(ledger.hold([aPlan(), aPlan()])).rejects.toThrow('UNIQUE');
  await ledger.hold([aPlan()]);
  expect(await ledger.receipts({ by: 'run', value: 'run-1' })).toMatchObject([{ state: 'held' }]);
  await ledger.close();
});

describe('a new ledger that cannot be made', () => {
  const BROKEN = [...MIGRATIONS, 'INSERT INTO absent VALUES (1)'];
  /** What beside the ledger itself lies in the folder. */
  const besides = async (folder: string): Promise<readonly string[]> =>
    (await readdir(folder)).filter((name) => !/^ledger\.db(-wal|-shm)?$/.test(name));

  it('leaves nothing behind', async () => {
    await using folder = await tempDir();
    await expect(openLedger(folder.at('ledger.db'), { migrations: BROKEN })).rejects.toThrow('absent');
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.skipIf(lacks('the right to mount a file system'))(
    'leaves nothing behind on a full disk, and is made once there is room',
    async () => {
      await using folder = await tempDir();
      using small = disk(folder.at('small'), '2m');
      for (const free of [0, 20_000, 100_000]) {
        small.occupy(free);
        await expect(openLedger(`${small.path}/ledger.db`)).rejects.toThrow(/full|ENOSPC/);
        expect(await readdir(small.path)).toEqual(['ballast']);
        small.empty();
      }
      await (await openLedger(`${small.path}/ledger.db`)).close();
    },
  );

  it('leaves nothing but a draft where its process is killed, which the next start removes', async () => {
    await using folder = await tempDir();
    const path = folder.at('ledger.db');
    await using elsewhere = await tempDir();
    const kill = (): void => cpSync(elsewhere.path, folder.path, { recursive: true });
    await (await openLedger(elsewhere.at('ledger.db'), { migrations: halfway(kill) })).close();
    expect(await besides(folder.path)).toEqual([expect.stringMatching(/^ledger\.db-[\da-f-]{36}\.draft$/)]);
    await writeFile(folder.at('.pixtab-00000000-0000-0000-0000-000000000000.tmp'), 'of somebody else');
    await (await openLedger(path)).close();
    expect(await besides(folder.path)).toEqual(['.pixtab-00000000-0000-0000-0000-000000000000.tmp']);
  });

  it('is not missed where another process made one meanwhile, and removed this draft', async () => {
    await using folder = await tempDir();
    await using other = await tempDir();
    const path = folder.at('ledger.db');
    await (await openLedger(other.at('ledger.db'))).close();
    const migrations = halfway(() => {
      rmSync(folder.path, { recursive: true });
      cpSync(other.path, folder.path, { recursive: true });
    });
    const database = await openLedger(path, { migrations });
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: BigInt(MIGRATIONS.length) });
    await database.close();
    expect(await besides(folder.path)).toEqual([]);
  });
});

/** The steps of a ledger; before the last one is done, something happens. */
function halfway(happening: () => void): readonly string[] {
  const steps = [...MIGRATIONS];
  steps.slice = () => steps;
  return Object.defineProperty(steps, steps.length - 1, {
    get() {
      happening();
      return MIGRATIONS.at(-1);
    },
  });
}

describe('a ledger that cannot be trusted', () => {
  const damage: Record<string, (path: string) => Promise<void>> = {
    'cut to nothing': (path) => truncate(path, 0),
    'cut to half': async (path) => truncate(path, (await stat(path)).size / 2),
    'cut inside its first page': (path) => truncate(path, 60),
    'overwritten with text': (path) => writeFile(path, 'not a database '.repeat(2000)),
    'overwritten in its pages': async (path) => {
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(0xa5, 100));
    },
  };

  it.each(Object.keys(damage))('is named and left as it is when it was %s; nothing is held', async (what) => {
    await using folder = await tempDir();
    const path = folder.at('ledger.db');
    // A ledger that was closed by a machine going down: no log beside it.
    const whole = await openLedger(path);
    whole.exec('PRAGMA journal_mode = DELETE');
    await whole.close();
    await damage[what]?.(path);
    const before = await readFile(path);
    const ledger = ledgerAt(path);
    const failure: unknown = await ledger
      .begin(aRun())
      .then(() => ledger.hold([aPlan()]))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'usage', charged: 'no', message: expect.stringContaining(path) });
    expect(exitCodeFor('usage')).toBe(2);
    expect((await readFile(path)).equals(before)).toBe(true);
    await ledger.close();
  });

  it('is not taken for a new one when it was cut to nothing', async () => {
    await using folder = await tempDir();
    await writeFile(folder.at('ledger.db'), '');
    await expect(ledgerAt(folder.at('ledger.db')).begin(aRun())).rejects.toThrow('is damaged: it is empty.');
  });

  it('is not replaced by an empty one while its log is still there', async () => {
    await using folder = await tempDir();
    await writeFile(folder.at('ledger.db-wal'), 'a log');
    await expect(ledgerAt(folder.at('ledger.db')).begin(aRun())).rejects.toThrow(
      'it is gone, though its -wal file',
    );
    expect(await readdir(folder.path)).toEqual(['ledger.db-wal']);
  });

  it('is refused when it is somebody else’s database', async () => {
    await using folder = await tempDir();
    const path = folder.at('ledger.db');
    const other = await openDatabase(path);
    other.exec('CREATE TABLE songs (title TEXT)');
    await other.close();
    await expect(ledgerAt(path).begin(aRun())).rejects.toThrow('it is no ledger of pixtab');
  });

  it('is refused when it cannot be opened at all', async () => {
    await using folder = await tempDir();
    await mkdir(folder.at('ledger.db'));
    const ledger = ledgerAt(folder.at('ledger.db'));
    await expect(ledger.begin(aRun())).rejects.toMatchObject({ kind: 'usage', charged: 'no' });
  });
});

describe('migrations', () => {
  it('let bills be what their seller states, and keep those that were there with their lines', async () => {
    await using folder = await tempDir();
    const path = folder.at('ledger.db');
    const before = await openLedger(path, { migrations: MIGRATIONS.slice(0, SINCE.limits - 1) });
    before.exec(`
      INSERT INTO runs (run_id, command, labels, started_ms) VALUES ('r', 'generate', '[]', 1);
      INSERT INTO attempts (attempt_id, run_id, state, model, wire, lane, size, images, prompt, low_nano,
        expected_nano, high_nano, save_plan, host, pid, process_start, held_ms, changed_ms)
        VALUES ('a', 'r', 'settled', 'm', 'generateContent', 'now', '1K', 1, 'p', 1, 2, 3, '{"paths":["a.jpg"],"format":null,"quality":null,"replace":false,"cwd":"/"}', 'h', 1, 's', 1, 1);
      INSERT INTO bills (attempt_id, basis, charged, amount_nano, settled_ms) VALUES ('a', 'metered', 'yes', 5, 9);
      INSERT INTO bill_lines VALUES ('a', 1, 'image output', 5, 'token', 1, 1, 5);
      INSERT INTO spending (quarter_hour, model, lane, project, labels, settled_nano, requests)
        VALUES (0, 'm', 'now', '', '[]', 5, 1)`);
    await before.close();
    const database = await openLedger(path);
    expect(database.get('SELECT * FROM bills')).toMatchObject({
      attempt_id: 'a',
      basis: 'metered',
      amount_nano: 5n,
    });
    expect(database.get('SELECT * FROM purchases')).toMatchObject({
      gateway: null,
      account: null,
      billed_usd: '0.000000005',
    });
    expect(await contradictions(database)).toEqual([]);
    expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
    expect(() =>
      database.exec("INSERT INTO bill_lines VALUES ('b', 1, 'charge', 1, 'request', 1, 1, 1)"),
    ).toThrow(/FOREIGN KEY/);
    await database.close();
  });

  it('sum up what is held already, and forget it with its hold', async () => {
    await using folder = await tempDir();
    const path = folder.at('ledger.db');
    const before = await openLedger(path, { migrations: MIGRATIONS.slice(0, SINCE.heldSums - 1) });
    before.exec(`
      INSERT INTO runs (run_id, command, labels, started_ms) VALUES ('r', 'generate', '[]', 1);
      INSERT INTO attempts (attempt_id, run_id, state, model, wire, lane, size, images, prompt, low_nano,
        expected_nano, high_nano, save_plan, host, pid, process_start, held_ms, changed_ms)
        SELECT value, 'r', 'held', 'm', 'generateContent', 'now', '1K', 1, 'p', 1, 2, 3, '{"paths":["a.jpg"],"format":null,"quality":null,"replace":false,"cwd":"/"}', 'h', 1, 's', -1, 1
        FROM json_each('["a","b"]');
      INSERT INTO holds (attempt_id, amount_nano) VALUES ('a', 3), ('b', 4)`);
    await before.close();
    const database = await openLedger(path);
    const sums = () => database.all('SELECT quarter_hour, model, held_nano, requests FROM held_sums');
    expect(sums()).toEqual([{ quarter_hour: -1n, model: 'm', held_nano: 7n, requests: 2n }]);
    database.exec(`DELETE FROM holds WHERE attempt_id = 'a'`);
    expect(sums()).toMatchObject([{ held_nano: 4n, requests: 1n }]);
    database.exec('DELETE FROM holds');
    expect(sums()).toEqual([]);
    await database.close();
  });

  it('bring an older ledger up to date and keep what is in it', async () => {
    await using folder = await tempDir();
    const path = folder.at('ledger.db');
    const old = await openLedger(path);
    old.exec(`INSERT INTO runs (run_id, command, labels, started_ms) VALUES ('r', 'generate', '[]', 0)`);
    await old.close();
    const migrations = [
      ...MIGRATIONS,
      `ALTER TABLE runs ADD COLUMN mood TEXT; UPDATE runs SET mood = 'calm'`,
    ];
    const database = await openLedger(path, { migrations });
    expect(database.get('SELECT run_id, mood FROM runs')).toEqual({ run_id: 'r', mood: 'calm' });
    await database.close();
    await (await openLedger(path, { migrations })).close();
  });

  it('are all or nothing', async () => {
    await using folder = await tempDir();
    const path = folder.at('ledger.db');
    await (await openLedger(path)).close();
    const migrations = [
      ...MIGRATIONS,
      'ALTER TABLE runs ADD COLUMN mood TEXT',
      'ALTER TABLE absent ADD COLUMN x TEXT',
    ];
    await expect(openLedger(path, { migrations })).rejects.toThrow('no such table: absent');
    const database = await openLedger(path);
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: BigInt(MIGRATIONS.length) });
    await database.close();
  });

  it('are not undone: a ledger of a newer pixtab is refused', async () => {
    await using folder = await tempDir();
    const path = folder.at('ledger.db');
    await (await openLedger(path, { migrations: [...MIGRATIONS, 'CREATE TABLE later (x TEXT)'] })).close();
    await expect(openLedger(path)).rejects.toThrow('was written by a newer pixtab');
  });
});
