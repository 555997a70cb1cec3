import { PGlite } from '@electric-sql/pglite';
import { inject } from 'vitest';
import { addressIn } from '../../src/adapters/ledger/postgres/address.ts';
import { pgWire } from '../../src/adapters/ledger/postgres/pg-wire.ts';
import { sessionOver } from '../../src/adapters/ledger/postgres/session.ts';
import { PARSERS, sendable, type Connect, type Wire } from '../../src/adapters/ledger/postgres/wire.ts';
import { turns } from '../../src/adapters/ledger/turns.ts';

/** A server for tests. */
interface TestServer {
  readonly connect: Connect;
  /** The address of a database to which many processes may connect; null where PostgreSQL runs inside this process. */
  readonly address: string | null;
}

async function testServer(): Promise<TestServer> {
  const address = inject('postgres');
  if (address === null) return inProcess();
  const { target } = addressIn(address, process.env);
  return { connect: () => pgWire(target), address };
}

/** It has one session: whoever begins a transaction has it alone. */
async function inProcess(): Promise<TestServer> {
  const server = await PGlite.create({ parsers: PARSERS });
  const alone = turns();

  function connect(): Wire {
    // Messages of a session are obeyed in the order in which they are sent, whoever waits for their answers.
    const inOrder = turns();
    let end: (() => void) | null = null;
    const begin = () =>
      new Promise<void>((resolve) => {
        void alone(
          () =>
            new Promise<void>((release) => {
              end = release;
              resolve();
            }),
        );
      });
    const leave = (): void => {
      end?.();
      end = null;
    };
    let isBegun = false;
    let hasFailed = false;
    const obeyed = <T>(sql: string, message: () => Promise<T>): Promise<T> =>
      inOrder(async () => {
        if (end === null) await begin();
        if (sql.startsWith('BEGIN')) isBegun = true;
        if (/^(BEGIN|ROLLBACK)/.test(sql)) hasFailed = false;
        try {
          return await message();
        } catch (error) {
          hasFailed = true;
          throw error;
        } finally {
          if (/(^|;\s*)(COMMIT|ROLLBACK)$/.test(sql)) isBegun = false;
          if (!isBegun) leave();
        }
      });
    return {
      query: (sql, values) =>
        obeyed(sql, async () => {
          const { rows, affectedRows = 0 } = await server.query<Record<string, unknown>>(
            sql,
            values.map(sendable),
          );
          return { rows, count: rows.length > 0 ? rows.length : affectedRows };
        }),
      script: (sql) =>
        obeyed(sql, async () => {
          const last = (await server.exec(sql)).at(-1);
          // As a server has it: the end of a transaction in which something failed undoes it.
          return { rows: last?.rows ?? [], command: sql === 'COMMIT' && hasFailed ? 'ROLLBACK' : sql };
        }),
      isLost: () => false,
      close: leave,
    };
  }
  return { connect: async () => connect(), address: null };
}

let server: Promise<TestServer> | undefined;
const free: string[] = [];
let schemas = 0;

/** A schema of its own until the end of the scope. It is emptied then, since making one takes long. */
export async function freshSchema({ isNew = false } = {}) {
  server ??= testServer();
  const { connect, address } = await server;
  const schema = (isNew ? undefined : free.pop()) ?? `test_${process.pid}_${(schemas += 1)}`;
  async function empty(): Promise<void> {
    const wire = await connect();
    await wire.script(emptying(schema));
    wire.close();
  }

  return {
    session: () => sessionOver(connect),
    connect,
    address,
    schema,
    shown: `postgres://test/${schema}`,
    // A test loses nothing in a power cut.
    isDurable: false,
    empty,
    async [Symbol.asyncDispose]() {
      await empty();
      if (!isNew) free.push(schema);
    },
  };
}

const emptying = (schema: string): string => `DO $$ DECLARE t text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT table_name FROM information_schema.tables
    WHERE table_schema = '${schema}' AND table_type = 'BASE TABLE' AND table_name <> 'ledger_version'
  LOOP EXECUTE format('DELETE FROM %I.%I', '${schema}', t); END LOOP;
END $$`;
