import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../src/adapters/ledger/check.ts';
import { copyLedger, TABLES } from '../../../src/adapters/ledger/copy.ts';
import { ledgerIn } from '../../../src/adapters/ledger/ledger.ts';
import { ledgersOf } from '../../../src/adapters/ledger/ledgers.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { postgres } from '../../../src/adapters/ledger/postgres/postgres.ts';
import type { Backend, Row, Work } from '../../../src/adapters/ledger/queries.ts';
import { blob, text } from '../../../src/adapters/ledger/row.ts';
import { shelfAt } from '../../../src/adapters/ledger/shelf.ts';
import { sqlite } from '../../../src/adapters/ledger/sqlite.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { freshSchema } from '../../support/postgres.ts';
import { aBill, aPlan, aRun } from '../../support/purchases.ts';
import { inMemory, tempDir } from '../../support/tempdir.ts';

const clock = fakeClock();

/** Whoever copies, beside processes of which these are dead. */
const beside = (...dead: readonly number[]) => ({
  owner: { id: 'here 9', host: 'here', pid: 9, startedAt: 'boot 1' },
  isAlive: ({ pid }: { readonly pid: number }) => !dead.includes(pid),
  hasAnswer: () => false,
});

const asked = async <T>(backend: Backend, work: Work<T>): Promise<T> => {
  const connection = await backend.open();
  try {
    return await connection.transaction(work);
  } finally {
    await connection.close();
  }
};

const bytesIn = (row: Row): unknown => (typeof row['bytes'] === 'bigint' ? row['bytes'] : blob(row, 'bytes'));

const contents = (backend: Backend) =>
  asked(backend, async (database) => {
    const found: unknown[] = [];
    for (const { name, key } of TABLES) {
      const columns = (await database.columns(name)).filter((column) => column !== 'rowid').toSorted();
      const rows = await database.all(`SELECT ${columns.join(', ')} FROM ${name} ORDER BY ${key.join(', ')}`);
      // Each database has a type of its own for bytes.
      found.push(name, ...rows.map((row) => ({ ...row, ...('bytes' in row && { bytes: bytesIn(row) }) })));
    }
    return found;
  });

/** More requests than are copied at once, the first of them in every state; a process that is gone holds one. */
async function fill(backend: Backend): Promise<void> {
  const ledger = ledgerIn(backend, { ...beside(), owner: { ...beside().owner, id: 'here 1', pid: 1 } });
  await ledger.begin(aRun({ labels: ['a, "quoted" one', '⛵'] }));
  const ids = ['held', 'sent', ...Array.from({ length: 250 }, (_, index) => `bought-${250 - index}`)];
  await ledger.hold(ids.map((attemptId) => aPlan({ attemptId })));
  await ledger.sending('sent');
  await ledger.unconfirm('sent', 'nobody heard');
  await Promise.all(
    ids.slice(2).map(async (attemptId) => {
      await ledger.sending(attemptId);
      await ledger.replied(attemptId);
      await ledger.settle(attemptId, aBill('0.000000001'));
      if (attemptId !== 'bought-1') await ledger.saved(attemptId, []);
    }),
  );
  await ledger.close();
  await asked(backend, async (database) => {
    for (const picture of [1, 2, 3])
      await database.run(
        'INSERT INTO batch_inputs (sha256, name, mime_type, bytes) VALUES (?, ?, ?, ?)',
        `hash-${picture}`,
        'a.png',
        'image/png',
        Uint8Array.of(0, 255, picture),
      );
    for (const model of [null, 'small-model'])
      await database.run(
        `INSERT INTO budgets (per, model, amount_nano, zone, set_ms) VALUES ('day', ?, ?, 'UTC', 0)`,
        model,
        // More than a float can hold.
        9_007_199_254_740_993n,
      );
  });
}

async function places() {
  const folder = await tempDir(inMemory());
  const schema = await freshSchema();
  return {
    folder,
    file: (name: string) => sqlite(folder.at(`${name}.db`), clock),
    server: () => postgres({ ...schema, session: schema.session(), now: () => clock.now() }),
    async [Symbol.asyncDispose]() {
      await schema[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('a copy of a ledger', () => {
  it('has all that the original has, from a file to a server and back, and contradicts itself nowhere', async () => {
    await using at = await places();
    const original = at.file('original');
    await fill(original);
    const expected = await contents(original);
    const seen: number[] = [];
    const mortality = beside(1);
    const totals = await copyLedger({
      from: original,
      to: at.server(),
      mortality,
      onRows: (n) => seen.push(n),
    });
    expect(totals).toMatchObject({
      settled: usd('0.00000025'),
      unconfirmed: usd('0.03'),
      held: usd('0.04'),
      rows: { runs: 1, attempts: 252, bills: 250, holds: 1, budgets: 2, batch_inputs: 3, decisions: 0 },
    });
    expect(seen.at(-1)).toBe(Object.values(totals.rows).reduce((sum, rows) => sum + rows));
    expect(await contents(at.server())).toEqual(expected);
    expect(await copyLedger({ from: at.server(), to: at.file('back'), mortality })).toEqual(totals);
    expect(await contents(at.file('back'))).toEqual(expected);
    for (const copy of [at.server(), at.file('back')])
      expect(await asked(copy, (database) => contradictions(database))).toEqual([]);
    // Whoever buys there goes on in the order that was.
    const ledger = ledgerIn(at.server(), beside(1));
    await ledger.begin(aRun({ runId: 'next' }));
    await ledger.hold([aPlan({ attemptId: 'next', runId: 'next' })]);
    expect((await ledger.history({ since: null, until: null, limit: 1 }))[0]?.attempt.attemptId).toBe('next');
    await ledger.close();
  });

  it.each([
    ['has something in it', 'has something in it already'],
    ['is the original', 'has something in it already'],
  ])('is refused where the place %s', async (what, says) => {
    await using at = await places();
    await fill(at.file('original'));
    const to = what === 'is the original' ? 'original' : 'other';
    if (to === 'other') await fill(at.file('other'));
    const before = await contents(at.file(to));
    const copying = copyLedger({ from: at.file('original'), to: at.file(to), mortality: beside(1) });
    expect(await rejection(copying)).toMatchObject({ kind: 'usage', message: expect.stringContaining(says) });
    expect(await contents(at.file(to))).toEqual(before);
  });

  it('is refused while a process that lives has a request under way', async () => {
    await using at = await places();
    await fill(at.file('original'));
    const copying = copyLedger({ from: at.file('original'), to: at.file('copy'), mortality: beside() });
    expect(await rejection(copying)).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('2 requests of the ledger'),
    });
  });

  it.each(['a file', 'a server'])('is whole or not there, in %s', async (where) => {
    await using at = await places();
    const to = where === 'a file' ? at.file('copy') : at.server();
    await fill(at.file('original'));
    const mortality = beside(1);
    const onRows = (rows: number): void => {
      if (rows > 300) throw new Error('pulled the plug');
    };
    const copying = copyLedger({ from: at.file('original'), to, mortality, onRows });
    await expect(copying).rejects.toThrow('pulled the plug');
    await copyLedger({ from: at.file('original'), to, mortality });
    expect(await contents(to)).toEqual(await contents(at.file('original')));
  });

  it('is not kept where it does not add up to what the original does', async () => {
    await using at = await places();
    await fill(at.file('original'));
    await asked(at.file('copy'), async (database) => {
      await database.run(
        `CREATE TRIGGER thief AFTER INSERT ON bills WHEN new.attempt_id = 'bought-7'
         BEGIN UPDATE bills SET amount_nano = 0 WHERE attempt_id = 'bought-7'; END`,
      );
    });
    const copying = copyLedger({ from: at.file('original'), to: at.file('copy'), mortality: beside(1) });
    expect(await rejection(copying)).toMatchObject({
      kind: 'disk',
      charged: 'no',
      message: expect.stringContaining('would differ from its original in "settled"'),
    });
    expect(await asked(at.file('copy'), (database) => database.all('SELECT * FROM runs'))).toEqual([]);
  });

  it('names every table of a ledger, but for what one machine saw of others and for sums that are made again', async () => {
    await using folder = await tempDir(inMemory());
    const database = await openLedger(folder.at('ledger.db'));
    const tables = database
      .all(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .map((row) => text(row, 'name'));
    await database.close();
    expect(TABLES.map(({ name }) => name).toSorted()).toEqual(
      tables.filter((name) => name !== 'sightings' && name !== 'held_sums').toSorted(),
    );
  });
});

describe('the places of a copy', () => {
  const real = { sandbox: false };
  const played = { sandbox: true };
  it.each([
    [real, 'absent', 'copy', '--from: there is no ledger at'],
    [real, 'absent.db', 'copy', '--from: there is no ledger at'],
    [real, '.', '.', '--to names the ledger that is copied'],
    [real, '.', 'copy.db', '--to copy.db is a file.'],
    [real, 'sandbox', 'copy', 'is where a sandbox has its ledger'],
    [real, 'sandbox/ledger.db', 'copy', 'is where a sandbox has its ledger'],
    [real, '.', 'sandbox', 'is where a sandbox has its ledger'],
    [played, 'sandbox', 'copy', 'is where a sandbox has its ledger'],
    [played, '.', 'copy', '--from: there is no ledger at'],
    [real, '.', 'postgres://ada:geheim@127.0.0.1:1/shop?colour=red', '--to has a parameter "colour"'],
    [
      real,
      '.',
      'postgres://ada:geheim@127.0.0.1:1/shop',
      'postgres://ada@127.0.0.1:1/shop cannot be reached',
    ],
  ])('are refused, %j from %s to %s', async (which, from, to, says) => {
    await using folder = await tempDir(inMemory());
    await mkdir(folder.at('sandbox'));
    await (await openLedger(folder.at('ledger.db'))).close();
    const inUse = await shelfAt(folder.at('.'), clock, {});
    const ledgers = ledgersOf({ inUse, env: {}, cwd: folder.at('.'), clock, state: folder.at('.') });
    const failure = await rejection(ledgers.copy(which, { from, to, onRows: () => {} }));
    const message = failure instanceof Error ? failure.message : '';
    expect(message).toContain(says);
    expect(JSON.stringify(failure) + message).not.toContain('geheim');
  });
});
