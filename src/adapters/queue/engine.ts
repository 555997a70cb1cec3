import { randomBytes } from 'node:crypto';
import PgBoss from 'pg-boss';
import type { Queries, Row, Value } from '../ledger/queries.ts';

/** The queue's name in the engine. */
const NAME = 'pictures';

const LANE = { policy: 'standard', retryLimit: 1_000_000, retryDelay: 0, retentionMinutes: 366 * 24 * 60 };

/**
 * Hands out tickets: each to one taker, the urgent ones first. pg-boss does so by statements alone, which run within the
 * ledger's own transactions: a ticket and the hold that it stands for are never apart.
 */
export interface Engine {
  put(database: Queries, tickets: readonly Ticket[]): Promise<void>;
  next(database: Queries, most: number): Promise<readonly string[]>;
  /** It may be taken again. */
  back(database: Queries, tickets: readonly string[]): Promise<void>;
  drop(database: Queries, tickets: readonly string[]): Promise<void>;
}

export interface Ticket {
  readonly id: string;
  readonly urgent: boolean;
}

/** The engine in a schema of its own, and the steps that make it. */
export function engineIn(schema: string): Engine & { readonly steps: readonly string[] } {
  const boss = new PgBoss({ schema, db: nowhere, supervise: false, schedule: false, migrate: false });
  const options = (database: Queries) => ({ db: within(database) });
  return {
    steps: stepsIn(schema),
    async put(database, tickets) {
      const jobs = tickets.map(({ id, urgent }) => ({ id, name: NAME, priority: urgent ? 1 : 0 }));
      await boss.insert(jobs, options(database));
    },
    async next(database, most) {
      const db = within(database);
      // Nothing is put off: what was given back a moment ago may be taken in the same transaction.
      const asked = { batchSize: most, ignoreStartAfter: true, db };
      const jobs = await boss.fetch(NAME, asked);
      // It hides what went wrong, and the transaction is broken then.
      if (db.failure() !== null) throw db.failure();
      return jobs.map(({ id }) => id);
    },
    async back(database, tickets) {
      for (const ticket of tickets) await boss.fail(NAME, ticket, {}, options(database));
    },
    async drop(database, tickets) {
      if (tickets.length > 0) await boss.deleteJob(NAME, [...tickets], options(database));
    },
  };
}

/** All of its statements belong to a transaction of the ledger. */
const nowhere: PgBoss.Db = {
  executeSql: () => Promise.reject(new TypeError('the engine was asked outside of a transaction')),
};

function within(database: Queries): PgBoss.Db & { readonly failure: () => unknown } {
  let failure: unknown = null;
  return {
    failure: () => failure,
    async executeSql(sql, values) {
      try {
        const rows = await database.all(sql, ...values.map(valueOf));
        return { rows: rows.map(rowOf) };
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
}

function valueOf(value: unknown): Value {
  if (Array.isArray(value)) return `{${value.map((one) => `"${String(one)}"`).join(',')}}`;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === undefined || value === null ? null : JSON.stringify(value);
}

/** The engine counts in numbers. */
const rowOf = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );

/**
 * What pg-boss makes of an empty schema, without the transaction around it: ours is. Its index for the next job knows
 * nothing of urgency, so that each of 100,000 waiting ones would be sorted for every taker.
 */
const stepsIn = (schema: string): readonly string[] => [
  `${PgBoss.getConstructionPlans(schema)
    .replace(/^\s*BEGIN;/, '')
    .replace(/COMMIT;\s*$/, '')}
   SELECT ${schema}.create_queue('${NAME}', '${JSON.stringify(LANE)}');
   CREATE INDEX job_next ON ${schema}.job (name, priority DESC, created_on, id) WHERE state < 'active';`,
];

/** Ids in the order in which they are made, which is the order in which tickets of one moment are handed out. */
export function ticketIds(now: number): () => string {
  let made = 0;
  const time = now.toString(16).padStart(12, '0');
  return () => {
    const number = (made += 1).toString(16).padStart(6, '0');
    const chance = randomBytes(6).toString('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${number.slice(0, 3)}-8${number.slice(3)}-${chance}`;
  };
}
