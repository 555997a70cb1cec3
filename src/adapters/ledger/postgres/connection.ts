import type { Clock } from '../../../ports/index.ts';
import { groups } from '../group-commit.ts';
import type { Connection, EarlyWork, Queries, Row, Value } from '../queries.ts';
import { count, text } from '../row.ts';
import { commitNumbers } from './commits.ts';
import { codeOf, isCrowded, isGone, isLocked, isReadOnly } from './errors.ts';
import type { Session } from './session.ts';
import { waitingFor } from './lock.ts';
import { translate } from './translate.ts';
import type { Wire } from './wire.ts';

export interface ConnectionOptions {
  readonly session: Session;
  /** Makes sure that the ledger there is one that this release can work with. */
  readonly prepare: (wire: Wire) => Promise<void>;
  readonly schema: string;
  /** Who writes under the same name waits for each other. */
  readonly lock: string;
  /** Whether a transaction is on the server's disk when it is over. */
  readonly isDurable: boolean;
  readonly clock: Pick<Clock, 'sleep' | 'random'>;
  /** Milliseconds since 1970, instead of by the server's clock. */
  readonly now?: (() => number) | undefined;
}

/** How long a writer waits for the others while nothing is paid for. */
const PATIENCE_MS = 60_000;

/** How long a server that was there is waited for: it restarts in seconds. */
const GONE_MS = 20_000;

const SHORTEST_NAP_MS = 50;
const LONGEST_NAP_MS = 2_000;

/**
 * One lock for all who write, held from the beginning of a transaction to its end, as SQLite has it: what a purchase is
 * admitted by cannot change meanwhile, on whatever machine. A writer whose machine went to sleep in the middle loses its
 * turn. Nobody waits for the disk while the lock is held. Nothing is set for longer than the transaction, so that a pooler
 * may stand in between.
 */
const turn = ({ schema, lock }: ConnectionOptions): string => `BEGIN;
  SET LOCAL search_path TO "${schema}";
  SET LOCAL synchronous_commit TO off;
  SET LOCAL idle_in_transaction_session_timeout TO '10s';
  SET LOCAL lock_timeout TO '2s';
  ${waitingFor(schema, lock)}`;

const reading = ({ schema }: ConnectionOptions): string => `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL search_path TO "${schema}";
  SELECT ${NOW}`;

/**
 * Waits until everything that was committed before is on the disk, by a record behind it in the server's log; those of many
 * clients share a wait. A setting that asks for more than the disk stays.
 */
const FLUSH = `BEGIN;
  SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') IN ('off', 'local');
  SELECT pg_logical_emit_message(true, 'pixtab', '');
  COMMIT`;

/** The server's clock. */
const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now';

// https://www.postgresql.org/docs/15/errcodes-appendix.html: transaction_resolution_unknown
const unresolved = (cause: unknown): Error =>
  Object.assign(new Error(cause instanceof Error ? cause.message : String(cause), { cause }), {
    code: '08007',
  });

/** A connection that is made anew when it breaks. What was begun then is begun again, unless it was done. */
export function connectionOver(options: ConnectionOptions): Connection {
  const { session, prepare, clock } = options;
  const { alone } = session;
  const commits = commitNumbers();
  let prepared: Wire | null = null;
  session.enter();

  async function reached(): Promise<Wire> {
    const wire = await session.reached();
    if (wire !== prepared) await prepare(wire);
    prepared = wire;
    return wire;
  }

  const nowIn = (row: Row): number => options.now?.() ?? count(row, 'now');

  /** A server that was never there, or never took a write, is not waited for: its name may be wrong. */
  function longestWait(error: unknown, patience: () => number): number {
    if (isLocked(error) || isCrowded(error)) return patience();
    const wasThere = isReadOnly(error) ? session.hasWritten() : session.isThere();
    return isGone(error) && wasThere ? Math.min(patience(), GONE_MS) : 0;
  }

  /** Does something again until it can be done, as long as that makes sense. */
  async function patiently<T>(patience: () => number, work: () => Promise<T>): Promise<T> {
    let nap = SHORTEST_NAP_MS;
    for (let waited = 0; ; nap = Math.min(2 * nap, LONGEST_NAP_MS)) {
      const began = performance.now();
      try {
        return await work();
      } catch (error) {
        if (waited >= longestWait(error, patience)) {
          // Whoever comes next does not wait for it once more.
          if (isGone(error)) session.giveUp();
          throw error;
        }
        // A turn was waited for at the server; and a network that is silent takes its time to say so, except for the first.
        const tried = isLocked(error) ? LOCK_MS : waited === 0 ? 0 : performance.now() - began;
        const rest = isLocked(error) ? 0 : nap * (0.5 + clock.random());
        await clock.sleep(rest);
        waited += tried + rest;
      }
    }
  }

  /** What is asked does not wait for the answer to the beginning, which is the row `begun`. */
  async function between<T>(begin: string, work: (queries: Statements, begun: Promise<Row>) => Promise<T>) {
    const open = await reached();
    const begun = open.script(begin).then(({ rows: [row = {}] }) => row);
    const queries = queriesOver(open, begun);
    try {
      return { open, queries, result: await work(queries, begun) };
    } catch (error) {
      if (isGone(error)) open.close();
      else await open.script('ROLLBACK').catch(() => open.close());
      throw error;
    }
  }

  async function write(
    patience: () => number,
    work: (queries: Statements, now: Promise<number>) => Promise<void>,
  ): Promise<void> {
    const begin = `${turn(options)}; ${commits.next()}; SELECT ${NOW}`;
    const { open, queries } = await between(begin, async (queries, begun) => {
      await work(queries, told(begun.then(nowIn)));
      await begun;
      session.wrote();
    });
    const commit = open.script('COMMIT');
    // On its way with it.
    const flush = options.isDurable ? told(open.script(FLUSH)) : null;
    let isCommitted = false;
    try {
      const { command } = await commit;
      if (command !== 'COMMIT') {
        await queries.answered();
        throw new TypeError('a transaction was undone, and none of its statements failed');
      }
      isCommitted = true;
      await flush;
    } catch (error) {
      if (!isCommitted && !isGone(error)) throw error;
      open.close();
      // Nobody heard whether it is kept, and as long as nobody knows, it is not begun again.
      const isKept = await wasKept(patience).catch(() => {
        session.giveUp();
        throw unresolved(error);
      });
      if (!isKept) throw error;
    }
  }

  /** Whether the last transaction was kept, also by a server that crashed meanwhile. It may be ending: that has its turn first. */
  function wasKept(patience: () => number): Promise<boolean> {
    return patiently(
      () => Math.max(patience(), GONE_MS),
      async () => {
        const asking = `${turn(options)}; ${commits.last}`;
        const { open, result } = await between(asking, (_, begun) => begun);
        await open.script('COMMIT');
        const isKept = commits.isLatest(result);
        if (isKept && options.isDurable) await open.script(FLUSH);
        return isKept;
      },
    );
  }

  let current: Statements | null = null;
  let moment: Promise<number> = Promise.resolve(0);
  const group = groups({
    exec: (sql) => statementIn(current).exec(sql),
    transaction: (work, patience) =>
      patiently(patience, () =>
        alone(() =>
          write(patience, async (queries, now) => {
            current = queries;
            moment = now;
            await work();
          }),
        ),
      ),
  });
  const earlyTransaction: Connection['earlyTransaction'] = (work, { patience = () => PATIENCE_MS } = {}) =>
    group.add(() => work(statementIn(current), moment), patience);

  return {
    earlyTransaction,
    transaction: (work, options) =>
      earlyTransaction(async (queries, now) => work(queries, await now), options),
    snapshot: <T>(work: EarlyWork<T>) =>
      patiently(
        () => GONE_MS,
        () =>
          alone(async () => {
            const { open, result } = await between(reading(options), async (queries, begun) => {
              const found = await work(queries, told(begun.then(nowIn)));
              await begun;
              return found;
            });
            // Nothing depends on it, so whoever comes next does not wait for the answer.
            open.script('COMMIT').catch(() => open.close());
            return result;
          }),
      ),
    async close() {
      await group.finish();
      await session.leave();
    },
  };
}

const LOCK_MS = 2_000;

function statementIn(queries: Statements | null): Statements {
  if (queries === null) throw new TypeError('a statement stands outside of a transaction');
  return queries;
}

const translated = new Map<string, string>();
function inPostgres(sql: string): string {
  const known = translated.get(sql) ?? translate(sql);
  translated.set(sql, known);
  return known;
}

/** What the server answers to statements of a transaction that has failed already, perhaps at the savepoint that they go back to. */
const PASSED_OVER = /^(25P02|3B001)$/;

interface Statements extends Queries {
  /** Of a transaction, and not of the ledger: a savepoint. */
  exec(sql: string): Promise<unknown>;
  /** Resolves when all of them are answered, and fails as the first of them did. */
  answered(): Promise<unknown>;
}

/** Nobody may be there to hear of it: whoever asked has heard of another one. */
function told<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return answer;
}

/** Statements are on their way together: the first that failed is what went wrong, whichever is waited for first. */
function queriesOver(wire: Wire, begun: Promise<unknown>): Statements {
  let isTurn = false;
  let answered: Promise<unknown> = told(begun.then(() => (isTurn = true)));

  function asked(sql: string, values: readonly Value[] = []): ReturnType<Wire['query']> {
    const before = answered;
    const answer = wire.query(inPostgres(sql), values).catch(async (error: unknown) => {
      // Where nothing was begun, it stood outside of any transaction.
      await begun;
      if (PASSED_OVER.test(codeOf(error))) await before;
      throw error;
    });
    // What a savepoint undoes has not failed any more.
    answered = told(sql.startsWith('ROLLBACK TO') ? answer : before.then(() => answer));
    return told(answer);
  }
  function changed(sql: string, values: readonly Value[]): ReturnType<Wire['query']> {
    if (!isTurn) throw new TypeError('a statement changes something before it is its turn');
    return asked(sql, values);
  }
  const all = async (sql: string, ...values: readonly Value[]): Promise<readonly Row[]> =>
    (await asked(sql, values)).rows;
  const first = async (sql: string, ...values: readonly Value[]): Promise<Row | undefined> =>
    (await all(sql, ...values))[0];
  const run = async (sql: string, ...values: readonly Value[]): Promise<number> =>
    (await changed(sql, values)).count;
  return {
    all: (...query) => told(all(...query)),
    get: (...query) => told(first(...query)),
    run: (...query) => told(run(...query)),
    tell: (sql, ...values) => void changed(sql, values),
    exec: asked,
    answered: () => answered,
    shrink: () => {},
    damage: () => [],
    version: async () =>
      (await all('SELECT version FROM ledger_version')).reduce((_, row) => count(row, 'version'), 0),
    columns: async (table) =>
      (
        await all(
          `SELECT column_name::text AS name FROM information_schema.columns
           WHERE table_schema = current_schema() AND table_name = ?`,
          table,
        )
      ).map((row) => text(row, 'name')),
    hasOneClock: true,
  };
}
