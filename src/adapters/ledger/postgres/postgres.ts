import type { Clock } from '../../../ports/index.ts';
import { systemClock } from '../../clock.ts';
import type { Backend, Connection, Part } from '../queries.ts';
import { connectionOver } from './connection.ts';
import { postgresTrouble, tooNew } from './errors.ts';
import { bringUpToDate, versionOf } from './migrate.ts';
import { POSTGRES_MIGRATIONS } from './schema.ts';
import type { Session } from './session.ts';
import type { Wire } from './wire.ts';

export interface Server {
  readonly session: Session;
  /** The schema that the ledger has to itself. */
  readonly schema: string;
  /** The address without its password. */
  readonly shown: string;
  /** Whether what is written waits for the server's disk. */
  readonly isDurable?: boolean;
  readonly clock?: Pick<Clock, 'sleep' | 'random'>;
  /** Milliseconds since 1970, instead of by the server's clock. */
  readonly now?: (() => number) | undefined;
}

/** A ledger at a PostgreSQL server, shared by all machines that reach it. Its clock is the server's. */
export function postgres(server: Server, part: Part = 'ledger', migrations = POSTGRES_MIGRATIONS): Backend {
  const { session, schema, shown, isDurable = true, clock = systemClock(), now } = server;
  const open = (prepare: (wire: Wire) => Promise<void>): Connection =>
    connectionOver({
      session,
      prepare,
      schema,
      lock: part,
      // A server that loses slots costs a wait.
      isDurable: isDurable && part !== 'slots',
      clock,
      now,
    });
  return {
    shown,
    open: async () => open((wire) => bringUpToDate(wire, schema, migrations, () => tooNew(shown))),
    async look() {
      session.enter();
      try {
        const version = await session.alone(async () => versionOf(await session.reached(), schema));
        if (version > migrations.length) throw tooNew(shown);
        return version === migrations.length ? open(async () => {}) : null;
      } finally {
        await session.leave();
      }
    },
    trouble: (error, charged) => postgresTrouble(error, shown, charged),
  };
}
