import { Failure, type Charged } from '../../core/errors.ts';
import type { Sessions, SessionTurn, TurnOutcome, TurnPlace, TurnPlan } from '../../ports/index.ts';
import type { Awaitable, Backend, Connection, Queries, Row } from '../ledger/queries.ts';
import { count, text, textOrNull } from '../ledger/row.ts';
import { factsOfSessions } from './list.ts';
import { z } from 'zod';
import { toDecimal, usd, type Usd } from '../../core/pricing/money.ts';

/** How long a turn without an answer is kept: nobody leaves one unfinished for longer. */
const KEPT_MS = 30 * 86_400_000;

/** As long as a name may be. */
const LONGEST_NAME = 60;

/** Sessions, wherever they are kept: whatever happens to a process, a turn is there or not. */
export function sessionsIn(backend: Backend): Sessions {
  async function using<T>(connection: Connection, work: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  async function read<T>(work: (database: Queries) => Awaitable<T>, none: T): Promise<T> {
    try {
      const connection = await backend.look();
      return connection === null ? none : await using(connection, (open) => open.snapshot(work));
    } catch (error) {
      throw backend.trouble(error, 'no');
    }
  }

  async function write<T>(charged: Charged, work: (database: Queries) => Awaitable<T>): Promise<T> {
    try {
      return await using(await backend.open(), (open) => open.transaction(work));
    } catch (error) {
      throw backend.trouble(error, charged);
    }
  }

  return {
    load: (name) => read((database) => turnsOf(database, name), null),
    list: () => read(factsOfSessions, []),
    latest: () => read(latest, null),
    sessionOf: (id) => read((database) => sessionOf(database, id), null),
    begin: (turn) => write('no', (database) => begin(database, turn)),
    finish: (id, outcome) => write('yes', (database) => finish(database, id, outcome)),
    drop: (id) =>
      write('no', async (database) => {
        await database.run('DELETE FROM begun WHERE id = ?', id);
      }),
    async forget(before, { look }) {
      if (look) return read((database) => idle(database, before), 0);
      // Without a file, there is nothing to forget, and none is made for it.
      return (await read(() => true, false)) ? write('no', (database) => forget(database, before)) : 0;
    },
    remove: async (name) =>
      (await read(() => true, false)) ? write('no', (database) => remove(database, name)) : false,
    undo: (name, id) => write('no', (database) => undo(database, name, id)),
  };
}

async function turnsOf(database: Queries, name: string): Promise<readonly SessionTurn[] | null> {
  const rows = await database.all(
    `WITH RECURSIVE chain (id, after, asked, outcome, back) AS (
       SELECT id, after, asked, outcome, 0 FROM turns JOIN sessions ON head = id WHERE name = ?
       UNION ALL
       SELECT t.id, t.after, t.asked, t.outcome, back + 1 FROM chain JOIN turns t ON t.id = chain.after
     ) SELECT id, after, asked, outcome FROM chain ORDER BY back DESC`,
    name,
  );
  const [first] = rows;
  if (first === undefined) return (await headOf(database, name)) === null ? null : damaged(name);
  if (textOrNull(first, 'after') !== null) return damaged(name);
  return rows.map((row) => turnIn(row, name));
}

function damaged(name: string, cause?: unknown): never {
  throw new Failure('usage', `Session ${name} is damaged, and cannot be gone on with.`, {
    hint: `Its pictures are where they were saved; pixtab session rm ${name} lets go of it.`,
    cause,
  });
}

function turnIn(row: Row, name: string): SessionTurn {
  try {
    return {
      id: text(row, 'id'),
      ...AskedJson.parse(JSON.parse(text(row, 'asked'))),
      ...OutcomeJson.parse(JSON.parse(text(row, 'outcome'))),
    };
  } catch (cause) {
    return damaged(name, cause);
  }
}

async function latest(database: Queries): Promise<string | null> {
  const row = await database.get('SELECT name FROM sessions ORDER BY used_ms DESC, rowid DESC LIMIT 1');
  return row === undefined ? null : text(row, 'name');
}

async function sessionOf(database: Queries, id: string): Promise<string | null> {
  const row = await database.get(
    `WITH RECURSIVE chain (name, used_ms, id) AS (
       SELECT name, used_ms, head FROM sessions
       UNION
       SELECT name, used_ms, t.after FROM chain JOIN turns t USING (id) WHERE t.after IS NOT NULL
     ) SELECT name FROM chain WHERE id = ? ORDER BY used_ms DESC, name LIMIT 1`,
    id,
  );
  return row === undefined ? null : text(row, 'name');
}

async function begin(database: Queries, { id, session, after, seen, ...asked }: TurnPlan): Promise<void> {
  await database.run('DELETE FROM begun WHERE begun_ms < ? OR id = ?', asked.at - KEPT_MS, id);
  await database.run(
    'INSERT INTO begun VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    session,
    after,
    seen === undefined,
    seen ?? null,
    JSON.stringify(AskedJson.encode(asked)),
    asked.at,
  );
}

async function finish(database: Queries, id: string, outcome: TurnOutcome): Promise<TurnPlace | null> {
  const begun = await database.get('SELECT * FROM begun WHERE id = ?', id);
  if (begun === undefined) return null;
  const begunIn = text(begun, 'session');
  const name = await placeFor(database, begunIn, begun);
  if (name !== null) await place(database, name, begun, outcome);
  await database.run('DELETE FROM begun WHERE id = ?', id);
  await sweep(database);
  return name === null ? null : { begunIn, name };
}

/**
 * A turn that finds another one in its place begins a session of its own there. One that was to replace whatever is there
 * is replaced by what is newer: it would have been, had it come in time.
 */
async function placeFor(database: Queries, name: string, begun: Row): Promise<string | null> {
  if (await isFree(database, name, begun)) return name;
  return count(begun, 'replaces') === 0 ? await freeName(database, name) : null;
}

async function place(database: Queries, name: string, begun: Row, outcome: TurnOutcome): Promise<void> {
  const id = text(begun, 'id');
  await database.run(
    'INSERT INTO turns VALUES (?, ?, ?, ?, ?)',
    id,
    textOrNull(begun, 'after'),
    textOrNull(begun, 'seen'),
    text(begun, 'asked'),
    JSON.stringify(OutcomeJson.encode(outcome)),
  );
  await database.run(
    `INSERT INTO sessions VALUES (?1, ?2, ?3)
     ON CONFLICT (name) DO UPDATE SET head = excluded.head, used_ms = excluded.used_ms`,
    name,
    id,
    count(begun, 'begun_ms'),
  );
}

/** Whether the session is as it was found; or may be replaced, and nothing newer is there. */
async function isFree(database: Queries, name: string, begun: Row): Promise<boolean> {
  if (count(begun, 'replaces') === 0) return (await headOf(database, name)) === textOrNull(begun, 'seen');
  const newer = 'SELECT 1 FROM sessions WHERE name = ? AND used_ms > ?';
  return (await database.get(newer, name, count(begun, 'begun_ms'))) === undefined;
}

async function headOf(database: Queries, name: string): Promise<string | null> {
  const row = await database.get('SELECT head FROM sessions WHERE name = ?', name);
  return row === undefined ? null : text(row, 'head');
}

async function freeName(database: Queries, name: string): Promise<string> {
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const free = `${name.slice(0, LONGEST_NAME - end.length)}${end}`;
    if ((await headOf(database, free)) === null) return free;
  }
}

async function undo(database: Queries, name: string, id: string): Promise<boolean> {
  if ((await headOf(database, name)) !== id) return false;
  const changed = await database.run(
    `UPDATE sessions SET head = (SELECT instead FROM turns WHERE id = ?1)
     WHERE name = ?2 AND (SELECT instead FROM turns WHERE id = ?1) IS NOT NULL`,
    id,
    name,
  );
  if (changed === 0) await database.run('DELETE FROM sessions WHERE name = ?', name);
  await sweep(database);
  return true;
}

async function remove(database: Queries, name: string): Promise<boolean> {
  const isThere = (await database.run('DELETE FROM sessions WHERE name = ?', name)) > 0;
  await sweep(database);
  return isThere;
}

const idle = async (database: Queries, before: number): Promise<number> =>
  (await database.all('SELECT 1 FROM sessions WHERE used_ms < ?', before)).length;

async function forget(database: Queries, before: number): Promise<number> {
  const forgotten = await database.run('DELETE FROM sessions WHERE used_ms < ?', before);
  await database.run('DELETE FROM begun WHERE begun_ms < ?', before);
  await sweep(database);
  return forgotten;
}

/** Forgets turns that no session goes back to, and none that is under way. */
async function sweep(database: Queries): Promise<void> {
  await database.run(
    `WITH RECURSIVE needed (id) AS (
       SELECT head FROM sessions UNION SELECT after FROM begun WHERE after IS NOT NULL
       UNION SELECT seen FROM begun WHERE seen IS NOT NULL
       UNION SELECT b.id FROM needed JOIN turns t ON t.id = needed.id JOIN turns b ON b.id IN (t.after, t.instead)
     ) DELETE FROM turns WHERE id NOT IN (SELECT id FROM needed)`,
  );
}

const Bytes = z.codec(z.string(), z.custom<Uint8Array>(), {
  decode: (text) => Buffer.from(text, 'base64'),
  encode: (bytes) => Buffer.from(bytes).toString('base64'),
});

const Input = z.object({
  name: z.string(),
  mimeType: z.string(),
  width: z.int(),
  height: z.int(),
  bytes: Bytes,
});

/** What was asked, as it is written down before it is paid for. */
export const AskedJson = z.object({
  model: z.string(),
  at: z.number(),
  prompt: z.string(),
  inputs: z.array(Input).readonly(),
});

/** The outcome of a turn, as it is written down once it is booked. */
export const OutcomeJson = z.object({
  cost: z.codec(z.string(), z.custom<Usd>(), { decode: usd, encode: toDecimal }),
  /** The parts of the answer as they came: unknown ones must go back unchanged too. */
  answer: z.array(z.unknown()).readonly(),
  pictures: z.int(),
  words: z.string(),
});
