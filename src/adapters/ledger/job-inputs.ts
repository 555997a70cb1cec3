import type { JobInput, KeptInput } from '../../ports/index.ts';
import type { Database } from './database.ts';
import { blob, count, text } from './row.ts';

/** Keeps the pictures of a request, and those of the request that it repeats. */
export function keepInputs(
  database: Database,
  attemptId: string,
  inputs: readonly JobInput[],
  instead: string | null,
): void {
  for (const { sha256, name, mimeType, bytes } of inputs) {
    database.run(
      'INSERT OR IGNORE INTO batch_inputs (sha256, name, mime_type, bytes) VALUES (?, ?, ?, ?)',
      sha256,
      name,
      mimeType,
      bytes,
    );
    database.run('INSERT OR IGNORE INTO batch_item_inputs VALUES (?, ?)', attemptId, sha256);
  }
  database.run(
    'INSERT OR IGNORE INTO batch_item_inputs SELECT ?, sha256 FROM batch_item_inputs WHERE attempt_id = ?',
    attemptId,
    instead,
  );
}

/** Forgets the input pictures of requests that brought a picture, or that another request repeats. */
export function forgetInputs(database: Database): void {
  const forgotten = database.run(
    `DELETE FROM batch_item_inputs WHERE attempt_id IN
       (SELECT attempt_id FROM batch_item_inputs JOIN batch_items i USING (attempt_id) JOIN attempts a USING (attempt_id)
        WHERE i.resubmitted_as IS NOT NULL
          OR (a.state = 'saved' AND EXISTS (SELECT 1 FROM images WHERE images.attempt_id = a.attempt_id)))`,
  );
  if (forgotten === 0) return;
  database.run('DELETE FROM batch_inputs WHERE sha256 NOT IN (SELECT sha256 FROM batch_item_inputs)');
  database.exec('PRAGMA incremental_vacuum');
}

/** In the order in which the requests refer to them. */
export const inputsOf = (database: Database, jobId: string): readonly KeptInput[] =>
  database
    .all(
      `SELECT sha256, name, mime_type, length(bytes) AS size FROM batch_inputs JOIN
         (SELECT sha256, min(n) AS first FROM batch_item_inputs JOIN batch_items USING (attempt_id)
          WHERE job_id = ? GROUP BY sha256) USING (sha256)
       ORDER BY first, sha256`,
      jobId,
    )
    .map((row) => ({
      sha256: text(row, 'sha256'),
      name: text(row, 'name'),
      mimeType: text(row, 'mime_type'),
      bytes: count(row, 'size'),
    }));

export function inputBytes(database: Database, sha256: string): Uint8Array {
  const row = database.get('SELECT bytes FROM batch_inputs WHERE sha256 = ?', sha256);
  if (row === undefined) throw new TypeError(`no picture ${sha256} is kept`);
  return blob(row, 'bytes');
}
