import { Failure, usageFailure } from '../../core/errors.ts';
import { counted } from '../../core/text/text.ts';
import type { LedgerTotals } from '../../ports/index.ts';
import type { Awaitable, Backend, Queries, Row, Value } from './queries.ts';
import { lifeSigns, type Mortality } from './reclaim.ts';
import { count, money } from './row.ts';

interface Table {
  readonly name: string;
  /** Expressions that no two rows share, in whose order rows are read and written. */
  readonly key: readonly string[];
  /** How many rows are in memory at once. */
  readonly piece?: number;
}

const PIECE = 200;

/** What databases number by themselves. Rows are written in the order of these numbers, which is all that they are for. */
const NUMBERS = new Set(['rowid', 'slot']);

/**
 * What a ledger is made of; a row comes after those that it refers to. `sightings` are no part of it: they are what one
 * machine saw of others, and it sees them again. Nor are sums that a database makes by itself.
 */
export const TABLES: readonly Table[] = [
  { name: 'runs', key: ['run_id'] },
  { name: 'attempts', key: ['rowid'] },
  { name: 'holds', key: ['attempt_id'] },
  { name: 'bills', key: ['attempt_id'] },
  { name: 'bill_lines', key: ['attempt_id', 'line'] },
  { name: 'decisions', key: ['attempt_id'] },
  { name: 'images', key: ['attempt_id', 'n'] },
  { name: 'budgets', key: ['per', ...['model', 'project', 'agent'].map((name) => `coalesce(${name}, '')`)] },
  { name: 'spending', key: ['quarter_hour', 'model', 'lane', 'project', 'labels', 'agent'] },
  { name: 'batch_jobs', key: ['rowid'] },
  { name: 'batch_items', key: ['attempt_id'] },
  // A picture may have 20 MB.
  { name: 'batch_inputs', key: ['sha256'], piece: 1 },
  { name: 'batch_item_inputs', key: ['attempt_id', 'sha256'] },
  { name: 'queue_items', key: ['attempt_id'] },
  { name: 'queue_inputs', key: ['attempt_id', 'n'] },
  { name: 'processes', key: ['owner'] },
  { name: 'slots', key: ['slot'] },
  { name: 'learned_limits', key: ['account', 'model', 'meter'] },
  { name: 'secrets', key: ['name'] },
];

export interface Copying {
  readonly from: Backend;
  readonly to: Backend;
  /** Who counts as alive. */
  readonly mortality: Mortality;
  /** Told how many rows are copied. */
  readonly onRows?: (rows: number) => void;
}

/**
 * Copies a whole ledger into an empty one: all of it or nothing, and only if both add up to the same. Nobody buys from
 * the first one meanwhile. Failure `usage` where the target has something in it, or somebody buys.
 */
export async function copyLedger({ from, to, mortality, onRows }: Copying): Promise<LedgerTotals> {
  const source = await blamed(from, () => from.open());
  try {
    await blamed(from, () => source.snapshot((read, now) => refuseBusy(read, mortality, now, from.shown)));
    const target = await blamed(to, () => to.open());
    try {
      await blamed(to, () => target.snapshot((write) => refuseFull(write, to.shown)));
      const copyAll = async (read: Queries, write: Queries): Promise<LedgerTotals> => {
        await refuseFull(write, to.shown);
        let rows = 0;
        for (const table of TABLES) await copyTable(table, read, write, (more) => onRows?.((rows += more)));
        return agreed(await totalsOf(read), await totalsOf(write), to.shown);
      };
      return await blamed(from, () =>
        source.transaction(async (database, now) => {
          // Again, now that nobody else writes.
          await refuseBusy(database, mortality, now, from.shown);
          const all: Queries['all'] = (...asked) => blamed(from, async () => database.all(...asked));
          return blamed(to, () => target.transaction((write) => copyAll({ ...database, all }, write)));
        }),
      );
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Which of two databases said something, a Failure says. */
async function blamed<T>(backend: Backend, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw backend.trouble(error, 'no');
  }
}

async function refuseBusy(
  database: Queries,
  mortality: Mortality,
  now: Awaitable<number>,
  shown: string,
): Promise<void> {
  const isWorkedOn = lifeSigns(database, mortality, now);
  // Where the pictures of a settled one are is still to be written down.
  const unfinished = await database.all(
    `SELECT * FROM attempts a WHERE state IN ('held', 'sent', 'replied', 'settled')
       AND NOT EXISTS (SELECT 1 FROM batch_items i WHERE i.attempt_id = a.attempt_id)`,
  );
  // Requests of jobs wait for Google, whoever made them; that a job is worked on, its own row says.
  const jobs = await database.all("SELECT * FROM batch_jobs WHERE host IS NOT NULL AND stage <> 'done'");
  let busy = 0;
  for (const row of unfinished) if (await isWorkedOn(row)) busy += 1;
  for (const row of jobs) if (await isWorkedOn({ ...row, changed_ms: row.leased_ms })) busy += 1;
  if (busy === 0) return;
  throw usageFailure(
    `${counted(busy, 'request')} of the ledger ${shown} ${busy === 1 ? 'is' : 'are'} under way.`,
    'Wait for the processes that buy to end, then copy it.',
  );
}

async function refuseFull(database: Queries, shown: string): Promise<void> {
  for (const { name } of TABLES) {
    if ((await database.get(`SELECT 1 AS found FROM ${name} LIMIT 1`)) === undefined) continue;
    throw usageFailure(
      `--to: the ledger ${shown} has something in it already.`,
      'Ledgers are not merged; name an empty place.',
    );
  }
}

async function copyTable(
  { name, key, piece = PIECE }: Table,
  read: Queries,
  write: Queries,
  copied: (rows: number) => void,
): Promise<void> {
  const columns = (await write.columns(name)).filter((column) => !NUMBERS.has(column));
  const keys = key.map((expression, index) => `${expression} AS key_${index}`);
  const select = (where: string): string =>
    `SELECT ${[...columns, ...keys].join(', ')} FROM ${name} ${where} ORDER BY ${key.join(', ')} LIMIT ${piece}`;
  const first = select('');
  const next = select(`WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')})`);
  const insert = `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  let rows = await read.all(first);
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    // A server is sent all of them without waiting in between.
    await Promise.all(
      rows.map(async (row) => write.run(insert, ...columns.map((column) => valueIn(row, column)))),
    );
    copied(rows.length);
    const from = last;
    rows = await read.all(next, ...key.map((_, index) => valueIn(from, `key_${index}`)));
  }
}

function valueIn(row: Row, column: string): Value {
  const value = row[column];
  if (value === null || typeof value === 'string' || typeof value === 'bigint') return value;
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError(`column "${column}" holds ${typeof value}`);
}

/** What a ledger adds up to. */
export async function totalsOf(database: Queries): Promise<LedgerTotals> {
  const rows: [string, number][] = [];
  for (const { name } of TABLES) {
    const row = await database.get(`SELECT count(*) AS n FROM ${name}`);
    rows.push([name, count(row ?? {}, 'n')]);
  }
  const sums =
    (await database.get(`SELECT
      (SELECT coalesce(sum(amount_nano), 0) FROM bills) AS settled,
      (SELECT coalesce(sum(expected_nano), 0) FROM attempts WHERE state = 'unconfirmed') AS unconfirmed,
      (SELECT coalesce(sum(amount_nano), 0) FROM holds) AS held`)) ?? {};
  return {
    settled: money(sums, 'settled'),
    unconfirmed: money(sums, 'unconfirmed'),
    held: money(sums, 'held'),
    rows: Object.fromEntries(rows),
  };
}

function agreed(source: LedgerTotals, target: LedgerTotals, shown: string): LedgerTotals {
  const sums = (['settled', 'unconfirmed', 'held'] as const).filter((name) => source[name] !== target[name]);
  const tables = Object.keys(source.rows).filter((name) => source.rows[name] !== target.rows[name]);
  const [differs] = [...sums, ...tables];
  if (differs === undefined) return target;
  throw new Failure('disk', `The copy in ${shown} would differ from its original in "${differs}".`, {
    charged: 'no',
    hint: 'Nothing was kept of it; the original was left as it is.',
  });
}

/** Which steps the schema of a ledger has, and how many requests are in it. */
export const stockOf = async (database: Queries) => ({
  version: await database.version(),
  requests: count((await database.get('SELECT count(*) AS n FROM attempts')) ?? {}, 'n'),
});
