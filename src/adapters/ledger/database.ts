import type { Clock } from '../../ports/index.ts';
import { systemClock } from '../clock.ts';
import { openSqlite, type Sqlite, type Statement } from './driver.ts';
import { codeOf } from './errors.ts';
import { groups } from './group-commit.ts';
import { turns } from './turns.ts';
import type { Awaitable, Connection, Queries, Row, Value } from './queries.ts';
import { count, text } from './row.ts';
import { withoutNul } from './texts.ts';

/**
 * One connection to a SQLite file. What is asked is answered at once; a transaction and a snapshot have the connection to
 * themselves, and wait for that.
 */
export interface Database extends Queries, Connection {
  /** Rows changed. */
  run(sql: string, ...values: readonly Value[]): number;
  all(sql: string, ...values: readonly Value[]): readonly Row[];
  get(sql: string, ...values: readonly Value[]): Row | undefined;
  /** Several statements, without values. */
  exec(sql: string): void;
  close(): Promise<void>;
}

/** How long a writer waits for the others while nothing is paid for. */
export const PATIENCE_MS = 60_000;

/** Readers wait only while a log is put in order after a crash. */
const BUSY_MS = 20_000;

/** Two hundred processes that ask this often leave the lock free for a millisecond, and the processor idle. */
const LONGEST_NAP_MS = 100;

export async function openDatabase(path: string, clock: Clock = systemClock()): Promise<Database> {
  return wrapped(await openSqlite(path), clock);
}

function wrapped(sqlite: Sqlite, clock: Clock): Database {
  // First of all: 20 processes that open a new file at once must wait for each other from the start.
  sqlite.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  const prepared = new Map<string, Prepared>();

  function statement(sql: string): Prepared {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const fresh: Prepared = { statement: sqlite.prepare(sql), columns: null };
    fresh.statement.setReadBigInts(true);
    fresh.statement.setReturnArrays(true);
    prepared.set(sql, fresh);
    return fresh;
  }

  const all = (sql: string, ...values: readonly Value[]): readonly Row[] =>
    rowsOf(statement(sql), values.map(bindable));
  const get = (sql: string, ...values: readonly Value[]): Row | undefined => all(sql, ...values)[0];
  const run = (sql: string, ...values: readonly Value[]): number =>
    count(statement(sql).statement.run(...values.map(bindable)), 'changes');

  function beganWriting(isLastTry: boolean): boolean {
    try {
      sqlite.exec(`PRAGMA busy_timeout = 0; BEGIN IMMEDIATE`);
      return true;
    } catch (error) {
      if (isLastTry || !isBusy(error)) throw error;
      return false;
    } finally {
      sqlite.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    }
  }

  async function toTheEnd<T>(work: () => Awaitable<T>): Promise<T> {
    try {
      const result = await work();
      sqlite.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
      throw error;
    }
  }

  const alone = turns();
  const group = groups({
    exec: (sql) => sqlite.exec(sql),
    /**
     * SQLite would block this process while it waits, and let those who wait longest ask least often. Asked at random
     * moments, everybody has the same chance.
     */
    async transaction(work, patience) {
      let usualNap = 1;
      // The naps are added up, not the time on the clock: a suspended or busy machine must not use up the patience.
      for (let waited = 0; ; usualNap = Math.min(2 * usualNap, LONGEST_NAP_MS)) {
        const isLastTry = waited >= patience();
        if (await alone(async () => beganWriting(isLastTry) && (await toTheEnd(work), true))) return;
        const nap = usualNap * (0.5 + clock.random());
        await clock.sleep(nap);
        waited += nap;
      }
    },
  });

  const transaction: Connection['transaction'] = async (
    work,
    { patience = () => PATIENCE_MS, erases = false } = {},
  ) => {
    // Freed pages are overwritten, and the log, which has the words too, is emptied.
    if (erases) sqlite.exec('PRAGMA secure_delete = ON');
    const result = await group.add(() => work(queries, clock.now()), patience);
    if (erases) await alone(() => sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    return result;
  };

  const database: Database = {
    all,
    get,
    run,
    tell: (sql, ...values) => void run(sql, ...values),
    exec: (sql) => sqlite.exec(sql),
    shrink: () => sqlite.exec('PRAGMA incremental_vacuum'),
    damage: () =>
      all('PRAGMA integrity_check')
        .map((row) => text(row, 'integrity_check'))
        .filter((line) => line !== 'ok')
        .map((line) => `SQLite says: ${line}.`),
    version: () => all('PRAGMA user_version').reduce((_, row) => count(row, 'user_version'), 0),
    columns: (table) => all('SELECT name FROM pragma_table_info(?)', table).map((row) => text(row, 'name')),
    hasOneClock: false,
    transaction,
    earlyTransaction: transaction,
    snapshot: (work) =>
      alone(() => {
        sqlite.exec('BEGIN DEFERRED');
        return toTheEnd(() => work(queries, clock.now()));
      }),
    async close() {
      await group.finish();
      await alone(() => {
        prepared.clear();
        if (sqlite.isOpen) sqlite.close();
      });
    },
  };
  const queries: Queries = {
    ...database,
    run: rejecting(run),
    all: rejecting(all),
    get: rejecting(get),
  };
  return database;
}

interface Prepared {
  readonly statement: Statement;
  /** Their names, once there was a row. */
  columns: readonly string[] | null;
}

/** The driver gives the values of a row in their order: with names, it takes twice as long as here. */
function rowsOf(prepared: Prepared, values: readonly unknown[]): readonly Row[] {
  const rows: readonly (readonly unknown[])[] = prepared.statement.all(...values);
  if (rows.length === 0) return [];
  // A table may have got another column since.
  if (prepared.columns?.length !== rows[0]?.length)
    prepared.columns = prepared.statement.columns().map(({ name }) => name);
  const names = prepared.columns ?? [];
  return rows.map((values) => {
    const row: Record<string, unknown> = {};
    names.forEach((name, at) => {
      row[name] = values[at];
    });
    return row;
  });
}

/** What is asked beside something else must not throw: the promise of the other would be left with nobody to hear that it broke. */
const rejecting =
  <A extends readonly unknown[], T>(ask: (...args: A) => T) =>
  (...args: A): Awaitable<T> => {
    try {
      return ask(...args);
    } catch (error) {
      return Promise.reject(error);
    }
  };

export const isBusy = (error: unknown): boolean =>
  error instanceof Error && codeOf(error).startsWith('SQLITE_BUSY');

/** Node's own driver takes no boolean, and a number for a REAL. */
function bindable(value: Value): string | bigint | Uint8Array | number | null {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string') return withoutNul(value);
  return value instanceof Date ? value.toISOString() : value;
}
