import { join } from 'node:path';
import { ATTEMPT_STATES } from '../../core/policy/attempt-state.ts';
import type { LedgerReader, LastAttempt } from '../../ports/index.ts';
import { priceHistory } from './reports.ts';
import { openDatabase, type Database } from './database.ts';
import type { Awaitable, Queries } from './queries.ts';
import { SINCE } from './migrations.ts';
import { APPLICATION_ID, pragma, sizeOf, folderOf, LEDGER } from './open-ledger.ts';
import { textOrNull, word } from './row.ts';
import { ledgerTrouble } from './errors.ts';

/** Reads the ledger, and never changes or creates one. The file is opened at the first question. */
export function ledgerReader({ sandbox }: { readonly sandbox: boolean }, folder: string): LedgerReader {
  const path = join(folderOf(sandbox, folder), LEDGER);
  let opening: Promise<Database | null> | undefined;

  async function open(): Promise<Database | null> {
    if (!(await sizeOf(path))) return null;
    const database = await openDatabase(path);
    database.exec('PRAGMA query_only = ON');
    const isKnown = pragma(database, 'application_id') === APPLICATION_ID;
    if (isKnown && pragma(database, 'user_version') >= SINCE.jobs) return database;
    database.close();
    return null;
  }

  async function read<T>(work: (database: Database) => Awaitable<T>): Promise<T | null> {
    try {
      opening ??= open();
      const database = await opening;
      return database && (await work(database));
    } catch (error) {
      throw ledgerTrouble(error, path, 'no');
    }
  }

  return {
    last: (hash) => read((database) => lastOf(database, hash)),
    priceHistory: (model, size) => read((database) => priceHistory(database, model, size)),
    close() {
      void opening?.then((database) => database?.close()).catch(() => undefined);
      opening = undefined;
    },
  };
}

async function lastOf(database: Queries, hash: string): Promise<LastAttempt | null> {
  const row = await database.get(
    `SELECT a.state, j.job_id, i.path, i.sha256
     FROM attempts a
       LEFT JOIN batch_items b USING (attempt_id)
       LEFT JOIN batch_jobs j ON j.job_id = b.job_id AND j.stage <> 'done'
       LEFT JOIN images i ON i.attempt_id = a.attempt_id AND i.n = 1
     -- A dot comes after the dash: these are the attempts at this picture, the last number first.
     WHERE a.attempt_id > ?1 || '-' AND a.attempt_id < ?1 || '.'
     ORDER BY length(a.attempt_id) DESC, a.attempt_id DESC LIMIT 1`,
    hash,
  );
  if (row === undefined) return null;
  const path = textOrNull(row, 'path');
  return {
    state: word(row, 'state', ATTEMPT_STATES),
    jobId: textOrNull(row, 'job_id'),
    image: path === null ? null : { path, sha256: textOrNull(row, 'sha256') ?? '' },
  };
}
