import { openDatabase } from '../../src/adapters/ledger/database.ts';
import { ledgerIn, type LedgerOptions } from '../../src/adapters/ledger/ledger.ts';
import type { Backend, Connection, Queries, Value } from '../../src/adapters/ledger/queries.ts';
import { slotsIn } from '../../src/adapters/ledger/rate-slots.ts';
import { sqlite } from '../../src/adapters/ledger/sqlite.ts';
import type { Account, Clock, Ledger, Slots } from '../../src/ports/index.ts';

/** The ledger in one file. */
export const sqliteLedger = (
  path: string,
  { clock, ...options }: LedgerOptions & { readonly clock: Pick<Clock, 'now'> },
): Ledger => ledgerIn(sqlite(path, clock), options);

/** The slots in the same file. */
export const sqliteSlots = (path: string, account: Account, clock: Pick<Clock, 'now'>): Slots =>
  slotsIn(sqlite(path, clock, 'slots'), account);

/** A file that remembers what was asked of it. */
export function attentive(path: string, clock: Pick<Clock, 'now'>, part: 'ledger' | 'slots') {
  const backend = sqlite(path, clock, part);
  const asked: [string, readonly Value[]][] = [];
  const noting = (queries: Queries): Queries => ({
    ...queries,
    get: (sql, ...values) => (asked.push([sql, values]), queries.get(sql, ...values)),
    all: (sql, ...values) => (asked.push([sql, values]), queries.all(sql, ...values)),
    tell: (sql, ...values) => (asked.push([sql, values]), queries.tell(sql, ...values)),
  });
  const open = async (): Promise<Connection> => {
    const connection = await backend.open();
    return {
      ...connection,
      snapshot: (work) => connection.snapshot((queries, now) => work(noting(queries), now)),
      transaction: (work, options) =>
        connection.transaction((queries, now) => work(noting(queries), now), options),
      earlyTransaction: (work, options) =>
        connection.earlyTransaction((queries, now) => work(noting(queries), now), options),
    };
  };
  /** How the database goes about those that are about a table and do more than add to it: a line for each table. */
  async function plans(table: string): Promise<readonly string[]> {
    const database = await openDatabase(path);
    const found = asked
      .filter(([sql]) => new RegExp(`\\b${table}\\b`).test(sql) && !sql.startsWith('INSERT'))
      .flatMap(([sql, values]) => database.all(`EXPLAIN QUERY PLAN ${sql}`, ...values))
      .map(({ detail }) => String(detail));
    await database.close();
    return found;
  }
  return { backend: { ...backend, open } satisfies Backend, plans };
}
