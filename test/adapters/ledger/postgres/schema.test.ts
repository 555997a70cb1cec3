import { expect, it } from 'vitest';
import { openLedger } from '../../../../src/adapters/ledger/open-ledger.ts';
import { postgres } from '../../../../src/adapters/ledger/postgres/postgres.ts';
import { waitingFor } from '../../../../src/adapters/ledger/postgres/lock.ts';
import { POSTGRES_MIGRATIONS } from '../../../../src/adapters/ledger/postgres/schema.ts';
import { text } from '../../../../src/adapters/ledger/row.ts';
import { rejection } from '../../../support/failure.ts';
import { freshSchema } from '../../../support/postgres.ts';
import { lacks } from '../../../support/lacks.ts';
import { tempDir } from '../../../support/tempdir.ts';

/** What one of them has for itself: numbers of rows, readable twins, and the sessions, which are a file of their own, and ends of transactions. */
const OWN =
  /\.(rowid|\w+_at|amount_usd)$|^(turns|sessions|begun|commits|ledger_version|queue_(pause|sums))\./;

/** Without sums of what is held. */
const OLDER = POSTGRES_MIGRATIONS.slice(
  0,
  POSTGRES_MIGRATIONS.findIndex((step) => step.includes('TABLE held_sums')),
);

it('has the tables and columns of the file, and no other', async () => {
  await using folder = await tempDir();
  await using schema = await freshSchema();
  const database = await openLedger(folder.at('ledger.db'));
  const inFile = database.all(
    `SELECT t.name || '.' || c.name AS name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'`,
  );
  await database.close();
  const server = await postgres({ ...schema, session: schema.session() }).open();
  const atServer = await server.snapshot((queries) =>
    queries.all(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = current_schema() AND table_name NOT IN ('purchases', 'spend_by_day')`,
    ),
  );
  await server.close();
  const names = (rows: typeof inFile) =>
    rows.map((row) => text(row, 'name')).filter((name) => !OWN.test(name) && !name.startsWith('sqlite_'));
  expect(names(atServer).toSorted()).toEqual(names(inFile).toSorted());
});

it('is made once, however many come at the same moment', async () => {
  await using schema = await freshSchema({ isNew: true });
  const all = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const connection = await postgres({ ...schema, session: schema.session() }).open();
      const found = await connection.snapshot((queries) => queries.get('SELECT count(*) AS n FROM attempts'));
      await connection.close();
      return found;
    }),
  );
  expect(all).toEqual(Array.from({ length: 8 }, () => ({ n: 0n })));
});

it('goes on from where an earlier release left it, all steps or none', async () => {
  await using schema = await freshSchema({ isNew: true });
  const at = async (...more: readonly string[]) => {
    const server = { ...schema, session: schema.session() };
    const connection = await postgres(server, 'ledger', [...POSTGRES_MIGRATIONS, ...more]).open();
    try {
      return await connection.snapshot((queries) => queries.all('SELECT * FROM runs'));
    } finally {
      await connection.close();
    }
  };
  await at();
  await expect(
    at('ALTER TABLE runs ADD COLUMN mood text', 'ALTER TABLE absent ADD COLUMN x text'),
  ).rejects.toThrow('absent');
  expect(await at('ALTER TABLE runs ADD COLUMN mood text')).toEqual([]);
  // What this release knows is less than what is there.
  expect(await rejection(at())).toMatchObject({
    kind: 'usage',
    charged: 'no',
    message: expect.stringContaining('was written by a newer pixtab'),
  });
  expect(await rejection(postgres({ ...schema, session: schema.session() }).look())).toMatchObject({
    kind: 'usage',
  });
});

it.skipIf(lacks('a PostgreSQL server in PIXTAB_TEST_POSTGRES'))(
  'sums up also what an older release holds while it is brought up to date',
  async () => {
    await using schema = await freshSchema({ isNew: true });
    const asked = async (sql: string, migrations?: readonly string[]) => {
      const connection = await postgres(
        { ...schema, session: schema.session() },
        'ledger',
        migrations,
      ).open();
      const rows = await connection.snapshot((queries) => queries.all(sql));
      await connection.close();
      return rows;
    };
    await asked('SELECT 1', OLDER);
    const older = await schema.connect();
    const inSchema = `SET LOCAL search_path TO "${schema.schema}"`;
    await older.script(`BEGIN; ${inSchema}; ${waitingFor(schema.schema, 'ledger')};
      INSERT INTO runs (run_id, command, labels, started_ms) VALUES ('r', 'generate', '', 1);
      INSERT INTO attempts (attempt_id, run_id, state, model, wire, lane, size, images, prompt, low_nano, expected_nano,
        high_nano, save_plan, host, pid, process_start, held_ms, changed_ms)
      VALUES ('a', 'r', 'held', 'm', 'w', 'standard', '1K', 1, 'p', 5, 5, 5, '{}', 'h', 1, '1', 1, 1);
      INSERT INTO holds VALUES ('a', 5)`);
    const sums = asked('SELECT held_nano, requests FROM held_sums');
    const other = await schema.connect();
    const waits = `SELECT count(*) AS n FROM pg_locks WHERE NOT granted AND locktype IN ('advisory', 'relation')`;
    await expect
      .poll(async () => (await other.query(waits, [])).rows, { timeout: 20_000 })
      .not.toEqual([{ n: 0n }]);
    await older.script('COMMIT');
    expect(await sums).toEqual([{ held_nano: 5n, requests: 1n }]);
    for (const wire of [older, other]) wire.close();
  },
);

it('is not made by those who only look', async () => {
  await using schema = await freshSchema({ isNew: true });
  const server = postgres({ ...schema, session: schema.session() });
  expect(await server.look()).toBeNull();
  expect(await server.look()).toBeNull();
});
