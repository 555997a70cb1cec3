import { randomBytes } from 'node:crypto';
import PgBoss from 'pg-boss';
import type { Lane } from '../../core/catalogue/model.ts';
import type { Queries, Row, Value } from '../ledger/queries.ts';

/** The engine's own queues: what is bought picture by picture, and what is gathered into jobs. */
const NAMES = { pictures: 'pictures', batch: 'batch' } as const;
const nameOf = (lane: Lane): string => (lane === 'batch' ? NAMES.batch : NAMES.pictures);

const OPTIONS = { policy: 'standard', retryLimit: 1_000_000, retryDelay: 0, retentionMinutes: 366 * 24 * 60 };

/**
 * Hands out tickets: each to one taker, the urgent ones first. pg-boss does so by statements alone, which run within the
 * ledger's own transactions: a ticket and the hold that it stands for are never apart.
 */
export interface Engine {
  put(database: Queries, tickets: readonly (Ticket & { readonly urgent: boolean })[]): Promise<void>;
  /** Tickets for jobs, or all others. */
  next(database: Queries, most: number, lane: Lane): Promise<readonly string[]>;
  /** It may be taken again. */
  back(database: Queries, ticket: Ticket): Promise<void>;
  drop(database: Queries, tickets: readonly Ticket[]): Promise<void>;
}

export interface Ticket {
  readonly ticket: string;
  readonly lane: Lane;
}

/** The engine in a schema of its own, and the steps that make it. */
export function engineIn(schema: string): Engine & { readonly steps: readonly string[] } {
  const boss = new PgBoss({ schema, db: nowhere, supervise: false, schedule: false, migrate: false });
  const options = (database: Queries) => ({ db: within(database) });
  return {
    steps: stepsIn(schema),
    async put(database, tickets) {
      const jobs = tickets.map(({ ticket, lane, urgent }) => ({
        id: ticket,
        name: nameOf(lane),
        priority: urgent ? 1 : 0,
      }));
      await boss.insert(jobs, options(database));
    },
    async next(database, most, lane) {
      const db = within(database);
      // Nothing is put off: what was given back a moment ago may be taken in the same transaction.
      const asked = { batchSize: most, ignoreStartAfter: true, db };
      const jobs = await boss.fetch(nameOf(lane), asked);
      // It hides what went wrong, and the transaction is broken then.
      if (db.failure() !== null) throw db.failure();
      return jobs.map(({ id }) => id);
    },
    async back(database, { ticket, lane }) {
      await boss.fail(nameOf(lane), ticket, {}, options(database));
    },
    async drop(database, tickets) {
      for (const name of Object.values(NAMES)) {
        const ids = tickets.flatMap(({ ticket, lane }) => (nameOf(lane) === name ? ticket : []));
        if (ids.length > 0) await boss.deleteJob(name, ids, options(database));
      }
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
   SELECT ${schema}.create_queue('${NAMES.pictures}', '${JSON.stringify(OPTIONS)}');
   CREATE INDEX job_next ON ${schema}.job (name, priority DESC, created_on, id) WHERE state < 'active';`,
  `SELECT ${schema}.create_queue('${NAMES.batch}', '${JSON.stringify(OPTIONS)}');`,
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
