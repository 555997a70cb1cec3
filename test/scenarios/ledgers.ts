import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { postgres } from '../../src/adapters/ledger/postgres/postgres.ts';
import { sessionOver } from '../../src/adapters/ledger/postgres/session.ts';
import type { Connect } from '../../src/adapters/ledger/postgres/wire.ts';
import type { Shelf } from '../../src/adapters/ledger/shelf.ts';
import type { Clock } from '../../src/ports/index.ts';
import { freshSchema } from '../support/postgres.ts';

/** Where the ledger of a scenario is kept. */
export interface LedgerKind {
  readonly name: string;
  readonly hasQueue: boolean;
  open(state: string, clock: Pick<Clock, 'now'>): Promise<LedgerHere>;
}

export interface LedgerHere extends AsyncDisposable {
  /** As one process reaches it; in the folder of the state where it is left out. */
  readonly shelf?: () => Shelf;
  /** Rows of it, read as anybody may; none where there is no ledger. Tables are named with `$` before them. */
  rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export const SQLITE: LedgerKind = {
  name: 'SQLite',
  hasQueue: false,
  open: async (state) => ({
    async rows(sql) {
      const path = join(state, 'ledger.db');
      if (!existsSync(path)) return [];
      const database = new DatabaseSync(path, { readBigInts: true });
      try {
        return database.prepare(sql.replaceAll('$', '')).all() as Record<string, unknown>[];
      } finally {
        database.close();
      }
    },
    [Symbol.asyncDispose]: async () => {},
  }),
};

/** Where the engine of a queue is. It is made once, since that takes long. */
let engine: ReturnType<typeof freshSchema> | undefined;

/** A server, or one inside this process. Its clock is that of the scenario. */
export const POSTGRES: LedgerKind = {
  name: 'PostgreSQL',
  hasQueue: true,
  async open(_, clock) {
    const schema = await freshSchema();
    // Its tables are there, as a team's are: making them is another scenario's trouble.
    const tables = await postgres({ ...schema, session: schema.session() }).open();
    await tables.snapshot(() => undefined);
    await tables.close();
    const tickets = await (engine ??= freshSchema({ isNew: true }));
    const wires: Wire[] = [];
    const connect: Connect = async () => {
      const wire = fillable(await schema.connect());
      wires.push(wire);
      return wire;
    };
    return {
      shelf() {
        const session = sessionOver(connect);
        const now = (): number => clock.now();
        const shelf: Shelf = (_which, part) => postgres({ ...schema, session, now }, part);
        const beside: Shelf['beside'] = (_which, _name, steps) =>
          postgres({ ...tickets, session, now }, 'ledger', steps(tickets.schema));
        return Object.assign(shelf, { beside });
      },
      async rows(sql) {
        const wire = await schema.connect();
        try {
          const answer = await wire.query('SELECT to_regclass($1) AS there', [`${schema.schema}.attempts`]);
          if (answer.rows[0]?.['there'] === null) return [];
          return (await wire.query(sql.replaceAll('$', `${schema.schema}.`), [])).rows;
        } finally {
          wire.close();
        }
      },
      async [Symbol.asyncDispose]() {
        // Who was killed has closed nothing.
        for (const wire of wires) wire.close();
        const wire = await schema.connect();
        await wire.script(emptied(`${tickets.schema}.job`));
        wire.close();
        await schema[Symbol.asyncDispose]();
      },
    };
  },
};

const emptied = (table: string): string =>
  `DO $$ BEGIN IF to_regclass('${table}') IS NOT NULL THEN DELETE FROM ${table}; END IF; END $$`;

/** Whether the server's disk has no room for what is written next. */
let isFull: (part: string) => boolean = () => false;

/** Lets every ledger at a server find no room for what is written into a part of it, where it is asked and says so. */
export function serverIsFull(asked: (part: string) => boolean): void {
  isFull = asked;
}

type Wire = Awaited<ReturnType<Connect>>;
function fillable(wire: Wire): Wire {
  let part: string | null = null;
  return {
    ...wire,
    async script(sql) {
      if (sql.startsWith('BEGIN')) part = /advisory_xact_lock.* (\w+)'\)\)/.exec(sql)?.[1] ?? null;
      if (sql !== 'COMMIT' || part === null || !isFull(part)) return wire.script(sql);
      await wire.script('ROLLBACK');
      // https://www.postgresql.org/docs/15/errcodes-appendix.html: disk_full
      throw Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' });
    },
  };
}
