import { isSilent, SILENT_MS, type Beat } from '../../core/policy/lease.ts';
import type { Queries } from './queries.ts';
import type { Owner } from './owner.ts';
import { count, countOrNull } from './row.ts';

/** Says that this process lives. */
export function beat(database: Queries, { id, host }: Owner, now: number): void {
  database.tell(
    `INSERT INTO processes (owner, host, beats, beat_ms) VALUES (?, ?, 1, ?)
     ON CONFLICT (owner) DO UPDATE SET beats = processes.beats + 1, beat_ms = excluded.beat_ms`,
    id,
    host,
    now,
  );
}

export const isKnown = async (database: Queries, { id }: Owner): Promise<boolean> =>
  (await database.get('SELECT 1 FROM processes WHERE owner = ?', id)) !== undefined;

/** Owners of what is held, or worked on. */
const HOLDERS = `SELECT owner FROM holds CROSS JOIN attempts USING (attempt_id) WHERE queued = 0
  UNION SELECT owner FROM queue_items q CROSS JOIN attempts USING (attempt_id) WHERE q.state = 'working'
  UNION SELECT owner FROM batch_jobs WHERE owner IS NOT NULL`;

/** Notes which signs of life of other machines this one has seen, and since when. */
export function watch(database: Queries, { host }: Owner, now: number): void {
  if (database.hasOneClock) return;
  database.tell(
    `INSERT INTO sightings (owner, host, beats, seen_ms)
     SELECT owner, ?1, beats, ?2 FROM processes WHERE host <> ?1 AND owner IN (${HOLDERS})
     ON CONFLICT (owner, host) DO UPDATE SET beats = excluded.beats, seen_ms = excluded.seen_ms
       WHERE sightings.beats <> excluded.beats`,
    host,
    now,
  );
}

/** Whether another machine has a process whose last sign of life was not seen here yet. */
export const isNewsAbroad = async (database: Queries, { host }: Owner): Promise<boolean> =>
  !database.hasOneClock &&
  (await database.get(
    `SELECT 1 FROM processes p LEFT JOIN sightings s ON s.owner = p.owner AND s.host = ?1
     WHERE p.host <> ?1 AND p.owner IN (${HOLDERS}) AND s.beats IS DISTINCT FROM p.beats`,
    host,
  )) !== undefined;

/** Forgets processes that hold nothing any more. */
export function forgetProcesses(database: Queries, now: number): void {
  const old =
    'beat_ms < ? AND owner NOT IN (SELECT owner FROM (' + HOLDERS + ') AS holders WHERE owner IS NOT NULL)';
  const gone = now - SILENT_MS;
  database.tell(`DELETE FROM sightings WHERE owner IN (SELECT owner FROM processes WHERE ${old})`, gone);
  database.tell(`DELETE FROM processes WHERE ${old}`, gone);
}

/** Whether a process of another machine still says that it lives; null where it is not known. */
export async function isHeard(
  database: Queries,
  owner: string,
  { host }: Owner,
  now: number,
): Promise<boolean | null> {
  const row = await database.get(
    `SELECT p.beats, p.beat_ms, s.beats AS seen_beats, s.seen_ms
     FROM processes p LEFT JOIN sightings s ON s.owner = p.owner AND s.host = ? WHERE p.owner = ?`,
    host,
    owner,
  );
  if (row === undefined) return null;
  const last: Beat = { beats: count(row, 'beats'), at: count(row, 'beat_ms') };
  const beats = countOrNull(row, 'seen_beats');
  const seen = beats === null ? null : { beats, at: count(row, 'seen_ms') };
  // By one clock, a sign of life is as old as it says.
  return !isSilent(last, database.hasOneClock ? last : seen, now);
}
