import { ATTEMPT_STATES } from '../../core/policy/attempt-state.ts';
import type { LedgerReader, LastAttempt } from '../../ports/index.ts';
import { priceHistory } from './reports.ts';
import { namesIn } from './names.ts';
import type { Backend, Connection, EarlyWork, Queries } from './queries.ts';
import { textOrNull, word } from './row.ts';

/** Reads the ledger, and never changes or creates one. It is opened at the first question. */
export function ledgerReader(backend: Backend): LedgerReader {
  let opening: Promise<Connection | null> | undefined;

  async function read<T>(work: EarlyWork<T>): Promise<T | null> {
    try {
      opening ??= backend.look();
      const connection = await opening;
      return connection && (await connection.snapshot(work));
    } catch (error) {
      throw backend.trouble(error, 'no');
    }
  }

  return {
    last: (hash) => read((database) => lastOf(database, hash)),
    priceHistory: (model, size) => read((database) => priceHistory(database, model, size)),
    names: () => read(namesIn),
    async close() {
      const closing = opening?.then((connection) => connection?.close());
      opening = undefined;
      await closing?.catch(() => undefined);
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
