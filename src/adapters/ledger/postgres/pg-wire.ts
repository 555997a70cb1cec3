import pg from 'pg';
import type { Target } from './address.ts';
import { PARSERS, sendable, type Wire } from './wire.ts';

declare module 'pg' {
  // The types leave them out. https://github.com/brianc/node-postgres/blob/master/packages/pg/lib/client.js
  interface Client {
    ref(): void;
    unref(): void;
  }
}

/** How long a network may be silent. */
interface Limits {
  readonly connectMs: number;
  readonly answerMs: number;
}

/** Statements of a purchase take milliseconds; a network that swallows them must not stop everything for long. */
const LIMITS: Limits = { connectMs: 10_000, answerMs: 60_000 };

/** A session over the network or a socket. */
export async function pgWire({ tls, ...target }: Target, limits = LIMITS): Promise<Wire> {
  const [first, ...others] = tls;
  try {
    return await connected(target, first ?? false, limits);
  } catch (error) {
    // sslmode=prefer: without TLS where the server has none.
    const isWithoutTls = error instanceof Error && error.message.includes('does not support SSL');
    const [next] = others;
    if (!isWithoutTls || next === undefined) throw error;
    return connected(target, next, limits);
  }
}

async function connected(
  { host, port, user, password, database }: Omit<Target, 'tls'>,
  ssl: Target['tls'][number],
  { connectMs, answerMs }: Limits,
): Promise<Wire> {
  const client = new pg.Client({
    host,
    port,
    user,
    // Without one, it is looked for in .pgpass.
    ...(password !== null && { password }),
    database,
    ssl,
    application_name: 'pixtab',
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    types: { getTypeParser: (type: number) => PARSERS[type] ?? parserOf(type) },
  });
  let isLost = false;
  const lose = (): void => {
    isLost = true;
  };
  client.on('error', lose);
  client.on('end', lose);
  await client.connect();

  let waiting = 0;
  /** The process ends when nobody waits for an answer, though the session is still there. */
  async function answered<T>(answer: () => Promise<T>): Promise<T> {
    if (waiting === 0) client.ref();
    waiting += 1;
    try {
      return await answer();
    } finally {
      waiting -= 1;
      if (waiting === 0) client.unref();
    }
  }

  const names = new Map<string, string>();
  const nameOf = (sql: string): string => {
    const name = names.get(sql) ?? `pixtab_${names.size}`;
    names.set(sql, name);
    return name;
  };
  return {
    async query(sql, values) {
      const statement = { name: nameOf(sql), text: sql, values: values.map(sendable) };
      const { rows, rowCount } = await answered(() => client.query<Record<string, unknown>>(statement));
      return { rows, count: rowCount ?? 0 };
    },
    async script(sql) {
      const results = [await answered(() => client.query<Record<string, unknown>>(sql))].flat();
      const last = results.at(-1);
      return { rows: last?.rows ?? [], command: last?.command ?? '' };
    },
    isLost: () => isLost,
    close() {
      lose();
      void client.end().catch(() => undefined);
    },
  };
}

/** Bytes as the driver reads them, and everything else as its text. */
function parserOf(type: number): (text: string) => unknown {
  return type === BYTES ? pg.types.getTypeParser(BYTES, 'text') : (text) => text;
}
const BYTES = 17;
