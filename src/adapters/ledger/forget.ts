import type { Forgotten } from '../../ports/index.ts';
import type { Queries } from './queries.ts';
import { count, text } from './row.ts';

/** A request of a job whose words or pictures are gone. It cannot be asked for again. */
export const FORGOTTEN_REQUEST = 'null';

/** Finished, as far as the ledger knows, with its words still there. */
const FINISHED = `SELECT attempt_id, state FROM attempts a
  WHERE held_ms < ? AND prompt <> '' AND state IN ('settled', 'saved', 'released', 'unconfirmed')
    AND NOT EXISTS (SELECT 1 FROM queue_items q WHERE q.attempt_id = a.attempt_id AND q.state IN ('waiting', 'working'))
    AND NOT EXISTS (SELECT 1 FROM batch_items JOIN batch_jobs USING (job_id)
                    WHERE batch_items.attempt_id = a.attempt_id AND stage <> 'done')`;

/** Ids of requests that nobody has to finish; one whose answer waits to be read is not among them. */
async function finishedBefore(
  database: Queries,
  before: number,
  hasAnswer: (attemptId: string) => boolean,
): Promise<readonly string[]> {
  return (await database.all(FINISHED, before))
    .filter((row) => text(row, 'state') !== 'settled' || !hasAnswer(text(row, 'attempt_id')))
    .map((row) => text(row, 'attempt_id'));
}

/** Which requests show which pictures. */
const SHOWN =
  'SELECT attempt_id, sha256 FROM batch_item_inputs UNION SELECT attempt_id, sha256 FROM queue_inputs';

/** What of the pictures in the ledger only these requests refer to. */
const THEIR_PICTURES = `SELECT count(*) AS pictures, coalesce(sum(length(bytes)), 0) AS bytes FROM batch_inputs
  WHERE sha256 IN (SELECT sha256 FROM (${SHOWN}) AS theirs WHERE attempt_id IN (SELECT value FROM json_each(?1)))
    AND sha256 NOT IN (SELECT sha256 FROM (${SHOWN}) AS others WHERE attempt_id NOT IN (SELECT value FROM json_each(?1)))`;

export async function forgettable(
  database: Queries,
  before: number,
  hasAnswer: (attemptId: string) => boolean,
): Promise<Forgotten> {
  const ids = await finishedBefore(database, before, hasAnswer);
  const row = await database.get(THEIR_PICTURES, JSON.stringify(ids));
  if (row === undefined) throw new TypeError('a count has no row');
  return { prompts: ids.length, pictures: count(row, 'pictures'), bytes: count(row, 'bytes') };
}

/** Overwrites what was asked for; amounts, models, times, paths and hashes stay. */
export async function forget(
  database: Queries,
  before: number,
  hasAnswer: (attemptId: string) => boolean,
): Promise<Forgotten> {
  const forgotten = await forgettable(database, before, hasAnswer);
  const ids = JSON.stringify(await finishedBefore(database, before, hasAnswer));
  const theirs = 'attempt_id IN (SELECT value FROM json_each(?))';
  database.tell(`UPDATE attempts SET prompt = '', asked = NULL WHERE ${theirs}`, ids);
  database.tell(`UPDATE batch_items SET request = '${FORGOTTEN_REQUEST}' WHERE ${theirs}`, ids);
  database.tell(`DELETE FROM batch_item_inputs WHERE ${theirs}`, ids);
  database.tell(`DELETE FROM queue_inputs WHERE ${theirs}`, ids);
  await dropUnusedPictures(database);
  return forgotten;
}

const UNUSED = `NOT EXISTS (SELECT 1 FROM batch_item_inputs i WHERE i.sha256 = batch_inputs.sha256)
  AND NOT EXISTS (SELECT 1 FROM queue_inputs i WHERE i.sha256 = batch_inputs.sha256)`;

/** Removes pictures that no request refers to any more. */
export async function dropUnusedPictures(database: Queries): Promise<void> {
  database.tell(`DELETE FROM batch_inputs WHERE ${UNUSED}`);
  await database.shrink();
}

/** Only of these: a queue has thousands of others, and lets go of one after the other. */
export function dropUnusedOf(database: Queries, hashes: readonly string[]): void {
  const theirs = 'sha256 IN (SELECT value FROM json_each(?))';
  database.tell(`DELETE FROM batch_inputs WHERE ${theirs} AND ${UNUSED}`, JSON.stringify(hashes));
}
