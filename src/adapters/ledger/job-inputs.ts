import type { JobInput, KeptInput } from '../../ports/index.ts';
import type { Queries } from './queries.ts';
import { dropUnusedPictures, FORGOTTEN_REQUEST } from './forget.ts';
import { blob, count, text } from './row.ts';

/** Keeps the pictures of a request, and those of the request that it repeats. */
export async function keepInputs(
  database: Queries,
  attemptId: string,
  inputs: readonly JobInput[],
  instead: string | null,
): Promise<void> {
  for (const input of inputs) {
    await keepInput(database, input);
    await database.run(
      'INSERT INTO batch_item_inputs VALUES (?, ?) ON CONFLICT DO NOTHING',
      attemptId,
      input.sha256,
    );
  }
  await database.run(
    `INSERT INTO batch_item_inputs SELECT ?, sha256 FROM batch_item_inputs WHERE attempt_id = ?
     ON CONFLICT DO NOTHING`,
    attemptId,
    instead,
  );
}

/** Keeps a picture once, however many requests show it. */
export async function keepInput(
  database: Queries,
  { sha256, name, mimeType, bytes }: JobInput,
): Promise<void> {
  await database.run(
    'INSERT INTO batch_inputs (sha256, name, mime_type, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    sha256,
    name,
    mimeType,
    bytes,
  );
}

/** Nobody asks again for what failed so long ago; Google forgets its own files after two days. */
const KEPT_MS = 30 * 86_400_000;

/**
 * Forgets the input pictures that nothing can need any more: of requests that brought a picture or that another request
 * repeats, and of those that failed with a job that is over for a month, which cannot be asked for again from then on.
 */
export async function forgetInputs(database: Queries, now: number): Promise<void> {
  const late = await database.run(
    `UPDATE batch_items SET request = '${FORGOTTEN_REQUEST}' WHERE attempt_id IN
       (SELECT attempt_id FROM batch_item_inputs JOIN batch_items USING (attempt_id) JOIN batch_jobs USING (job_id)
        WHERE stage = 'done' AND leased_ms < ?)`,
    now - KEPT_MS,
  );
  const forgotten = await database.run(
    `DELETE FROM batch_item_inputs WHERE attempt_id IN
       (SELECT attempt_id FROM batch_item_inputs JOIN batch_items i USING (attempt_id) JOIN attempts a USING (attempt_id)
        WHERE i.resubmitted_as IS NOT NULL OR i.request = '${FORGOTTEN_REQUEST}'
          OR (a.state = 'saved' AND EXISTS (SELECT 1 FROM images WHERE images.attempt_id = a.attempt_id)))`,
  );
  if (late + forgotten > 0) await dropUnusedPictures(database);
}

/** In the order in which the requests refer to them. */
export async function inputsOf(database: Queries, jobId: string): Promise<readonly KeptInput[]> {
  const rows = await database.all(
    `SELECT sha256, name, mime_type, length(bytes) AS size FROM batch_inputs JOIN
       (SELECT sha256, min(n) AS first FROM batch_item_inputs JOIN batch_items USING (attempt_id)
        WHERE job_id = ? GROUP BY sha256) AS firsts USING (sha256)
     ORDER BY first, sha256`,
    jobId,
  );
  return rows.map((row) => ({
    sha256: text(row, 'sha256'),
    name: text(row, 'name'),
    mimeType: text(row, 'mime_type'),
    bytes: count(row, 'size'),
  }));
}

export async function inputBytes(database: Queries, sha256: string): Promise<Uint8Array> {
  const row = await database.get('SELECT bytes FROM batch_inputs WHERE sha256 = ?', sha256);
  if (row === undefined) throw new TypeError(`no picture ${sha256} is kept`);
  return blob(row, 'bytes');
}
