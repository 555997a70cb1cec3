import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, type Charged } from '../../core/errors.ts';
import { atomicWriter } from '../files/atomic-write.ts';
import { openDatabase, type Database } from '../ledger/database.ts';
import type { Backend } from '../ledger/queries.ts';
import { pragma, sizeOf } from '../ledger/open-ledger.ts';

/** A step that was released never changes: append another. */
const MIGRATIONS: readonly string[] = [
  `
  -- A turn never changes, so that a session is no more than the name of its last one.
  CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    -- The turn that it goes on from, and the one whose place it took: another where the model was changed.
    after TEXT,
    instead TEXT,
    asked TEXT NOT NULL CHECK (json_valid(asked)),
    outcome TEXT NOT NULL CHECK (json_valid(outcome))
  ) STRICT;

  CREATE TABLE sessions (
    name TEXT PRIMARY KEY,
    head TEXT NOT NULL REFERENCES turns,
    -- When its last turn was begun.
    used_ms INTEGER NOT NULL
  ) STRICT;

  -- Turns that were asked for and have no answer yet.
  CREATE TABLE begun (
    id TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    after TEXT,
    replaces INTEGER NOT NULL,
    seen TEXT,
    asked TEXT NOT NULL CHECK (json_valid(asked)),
    begun_ms INTEGER NOT NULL
  ) STRICT;
  `,
];

/** Sessions in one file, shared by all processes of this machine. */
export const sessionFile = (path: string): Backend => ({
  shown: path,
  open: () => openSessions(path),
  look: async () => ((await sizeOf(path)) === null ? null : openSessions(path)),
  trouble: (error, charged) => sessionTrouble(error, path, charged),
});

/** Opens the file of the sessions, and makes it where there is none. Only its owner may read it. */
async function openSessions(path: string): Promise<Database> {
  if ((await sizeOf(path)) === null) {
    await atomicWriter({ folderMode: 0o700 }).makeFolder(dirname(path));
    await (await open(path, 'a', 0o600)).close();
  }
  const database = await openDatabase(path);
  try {
    const version = pragma(database, 'user_version');
    if (version > MIGRATIONS.length) throw tooNew(path);
    // The file shrinks when turns are forgotten: they are as large as their pictures. Set once, because it writes.
    if (version === 0) database.exec('PRAGMA auto_vacuum = FULL');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function migrate(database: Database): Promise<void> {
  if (pragma(database, 'user_version') === MIGRATIONS.length) return;
  await database.transaction(() => {
    // Read again: another process may have been first.
    for (const step of MIGRATIONS.slice(pragma(database, 'user_version'))) database.exec(step);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

const tooNew = (path: string): Failure =>
  new Failure('usage', `The sessions in ${path} were written by a newer pixtab.`, { hint: 'Update pixtab.' });

/** What the database or the file system said, with the file that it is about. */
function sessionTrouble(cause: unknown, path: string, charged: Charged): Failure {
  if (cause instanceof Failure) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure(charged === 'no' ? 'usage' : 'disk', `The sessions in ${path} cannot be used: ${why}.`, {
    hint: 'Check the free space and the permissions there; moved away, it begins anew, and the sessions are forgotten.',
    charged,
    cause,
  });
}
