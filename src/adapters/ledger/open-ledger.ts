import { randomUUID } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { atomicWriter } from '../files/atomic-write.ts';
import { errno } from '../files/fs-errors.ts';
import { namesIn } from '../files/tidy.ts';
import type { Clock } from '../../ports/index.ts';
import { openDatabase, type Database } from './database.ts';
import { MIGRATIONS } from './migrations.ts';
import { networkFileSystem } from './network-file-system.ts';
import { count } from './row.ts';
import { damaged, onNetwork, tooNew } from './errors.ts';

/** "pixt": `file ledger.db` and we tell a ledger from any other database by it. */
export const APPLICATION_ID = 0x70697874;

/** Opens the ledger, makes a new one where there is none, and brings an older one up to date. */
export async function openLedger(
  path: string,
  {
    migrations = MIGRATIONS,
    networkOf = networkFileSystem,
    clock,
  }: {
    readonly migrations?: readonly string[];
    readonly networkOf?: typeof networkFileSystem;
    readonly clock?: Clock;
  } = {},
): Promise<Database> {
  const network = await networkOf(dirname(path));
  if (network !== null) throw onNetwork(path, network);
  // The log is looked at first: without its ledger, it would be replayed into the new one.
  const log = await sizeOf(`${path}-wal`);
  const size = await sizeOf(path);
  if (size === 0) throw damaged(path, 'it is empty', 'no');
  if (size === null) {
    if (log !== null) throw damaged(path, 'it is gone, though its -wal file is still there', 'no');
    await create(path, migrations);
  }
  await removeDrafts(path);

  const database = await openDatabase(path, clock);
  try {
    if (pragma(database, 'application_id') !== APPLICATION_ID)
      throw damaged(path, 'it is no ledger of pixtab', 'no');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    await migrate(database, path, migrations);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** A new ledger appears under its name whole or not at all, so that an empty file is always damage. */
async function create(path: string, migrations: readonly string[]): Promise<void> {
  await files.makeFolder(dirname(path));
  const draft = `${path}-${randomUUID()}.draft`;
  try {
    await fill(draft, path, migrations);
    // Whoever comes second leaves the ledger of the first one alone.
    await files.claim(draft, path);
  } catch (error) {
    // Another process was first, and removed this draft.
    if ((await sizeOf(path)) === null) throw error;
  } finally {
    await files.discard(draft);
  }
}

async function fill(draft: string, path: string, migrations: readonly string[]): Promise<void> {
  await (await open(draft, 'wx', 0o600)).close();
  const database = await openDatabase(draft);
  try {
    // Nobody goes on with a draft, so it needs no journal, which a full disk or a kill would leave behind.
    database.exec('PRAGMA journal_mode = MEMORY');
    // The file shrinks when the pictures in it are forgotten.
    database.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${APPLICATION_ID}`);
    await migrate(database, path, migrations);
  } finally {
    await database.close();
  }
}

/** Removes the drafts of processes that were killed. Beside a ledger, no draft of it is of use, not even to whoever still writes one. */
async function removeDrafts(path: string): Promise<void> {
  const begin = `${basename(path)}-`;
  for (const name of await namesIn(dirname(path), nodeFs))
    if (name.startsWith(begin) && name.endsWith('.draft')) await files.discard(join(dirname(path), name));
}

const files = atomicWriter({ fileMode: 0o600, folderMode: 0o700 });

async function migrate(database: Database, path: string, migrations: readonly string[]): Promise<void> {
  const version = pragma(database, 'user_version');
  if (version > migrations.length) throw tooNew(path);
  if (version === migrations.length) return;
  await database.transaction(() => {
    // Read again: another process may have been first.
    for (const step of migrations.slice(pragma(database, 'user_version'))) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

export function pragma(database: Database, name: 'application_id' | 'user_version'): number {
  const row = database.get(`PRAGMA ${name}`);
  return row === undefined ? 0 : count(row, name);
}

export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Where the books of one kind of money are: real and sandbox books never meet. */
export const folderOf = (sandbox: boolean, folder: string): string =>
  sandbox ? join(folder, 'sandbox') : folder;

export const LEDGER = 'ledger.db';
