import { afterDeath } from '../../core/policy/attempt-state.ts';
import type { Holder, LetGo } from '../../ports/index.ts';
import { attemptOf, move, stateOf } from './attempts.ts';
import type { Queries } from './queries.ts';
import { GIVEN_UP, nameOfHost, QUEUE } from './owner.ts';
import type { Mortality } from './reclaim.ts';
import { count, money, text } from './row.ts';

// A job outlives the process that made it, and whoever looks next takes it.
const HELD_ELSEWHERE = `FROM holds CROSS JOIN attempts a USING (attempt_id) LEFT JOIN processes p USING (owner)
  WHERE a.host <> ? AND a.host <> '${QUEUE.host}'
    AND NOT EXISTS (SELECT 1 FROM batch_items i WHERE i.attempt_id = a.attempt_id)`;

/** Other machines that hold something. */
export async function holders(
  database: Queries,
  { owner }: Pick<Mortality, 'owner'>,
): Promise<readonly Holder[]> {
  const rows = await database.all(
    `SELECT a.host AS place, count(*) AS requests, sum(amount_nano) AS held,
       max(coalesce(p.beat_ms, a.changed_ms)) AS heard_ms ${HELD_ELSEWHERE} GROUP BY a.host ORDER BY heard_ms`,
    owner.host,
  );
  return rows.map((row) => ({
    host: nameOfHost(text(row, 'place')),
    requests: count(row, 'requests'),
    held: money(row, 'held'),
    heardAt: count(row, 'heard_ms'),
  }));
}

/** Takes every process of another machine of this name for dead. */
export async function letGo(
  database: Queries,
  host: string,
  { owner, hasAnswer }: Mortality,
  now: number,
): Promise<LetGo> {
  const elsewhere = await database.all(`SELECT attempt_id, a.host ${HELD_ELSEWHERE}`, owner.host);
  const theirs = elsewhere.filter((row) => nameOfHost(text(row, 'host')) === host);
  let released = 0;
  let unconfirmed = 0;
  for (const row of theirs) {
    const attemptId = text(row, 'attempt_id');
    const attempt = await attemptOf(database, attemptId);
    if (attempt !== undefined && stateOf(attempt) === 'held' && (await isQueued(database, attemptId))) {
      // Whoever works on the queue next puts it back there.
      database.tell('UPDATE attempts SET owner = ? WHERE attempt_id = ?', GIVEN_UP, attemptId);
      continue;
    }
    const to = attempt && afterDeath(stateOf(attempt), hasAnswer(attemptId));
    if (attempt === undefined || !to) continue;
    move(database, attempt, to, now, `its machine, ${host}, was given up`);
    database.tell('UPDATE attempts SET owner = ? WHERE attempt_id = ?', owner.id, attemptId);
    if (to === 'released') released += 1;
    if (to === 'unconfirmed') unconfirmed += 1;
  }
  database.tell(
    "UPDATE batch_jobs SET owner = NULL, host = NULL WHERE host <> ?1 AND substr(host || ' ', 1, length(?2)) = ?2",
    owner.host,
    `${host} `,
  );
  return { released, unconfirmed };
}

const isQueued = async (database: Queries, attemptId: string): Promise<boolean> =>
  (await database.get("SELECT 1 FROM queue_items WHERE attempt_id = ? AND state = 'working'", attemptId)) !==
  undefined;
