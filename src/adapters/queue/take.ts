import { afterDeath } from '../../core/policy/attempt-state.ts';
import type { Lane } from '../../core/catalogue/model.ts';
import { endOfQueued, type QueueEnd } from '../../core/policy/queue.ts';
import { ZERO } from '../../core/pricing/money.ts';
import type { QueueJob } from '../../ports/index.ts';
import { move, stateOf } from '../ledger/attempts.ts';
import { dropUnusedOf } from '../ledger/forget.ts';
import { GIVEN_UP, nameOfHost, QUEUE, type Owner } from '../ledger/owner.ts';
import { beat } from '../ledger/processes.ts';
import type { Queries } from '../ledger/queries.ts';
import { lifeSigns, type Mortality } from '../ledger/reclaim.ts';
import { text } from '../ledger/row.ts';
import type { Engine } from './engine.ts';
import { attemptsOf, IN_JOB, itemOf, jobsIn, PLACES, WHOLE, type Item } from './rows.ts';

export interface Hands extends Mortality {
  readonly engine: Engine;
}

/** A worker, as people know it. */
const nameOfWorker = ({ host, pid }: Owner): string => `${nameOfHost(host)} ${pid}`;

/** Takes items for this process, unless the queue is paused: of lane batch, or all others. */
export async function takeItems(
  database: Queries,
  { most, lane }: { readonly most: number; readonly lane: Lane },
  { owner, engine }: Hands,
  now: number,
): Promise<readonly QueueJob[]> {
  if ((await database.get('SELECT 1 FROM queue_pause')) !== undefined) return [];
  const tickets = await engine.next(database, most, lane);
  if (tickets.length === 0) return [];
  const theirs = 'ticket IN (SELECT value FROM json_each(?))';
  const listed = JSON.stringify(tickets);
  beat(database, owner, now);
  database.tell(
    `UPDATE queue_items SET state = 'working', worker = ?, taken_ms = ? WHERE ${theirs}`,
    nameOfWorker(owner),
    now,
    listed,
  );
  database.tell(
    `UPDATE attempts SET owner = ?, host = ?, pid = ?, process_start = ?, changed_ms = ?
     WHERE attempt_id IN (SELECT attempt_id FROM queue_items WHERE ${theirs})`,
    owner.id,
    owner.host,
    owner.pid,
    owner.startedAt,
    now,
    listed,
  );
  const rows = await database.all(`${WHOLE} WHERE ${theirs} ORDER BY q.urgent DESC, q.ticket`, listed);
  return jobsIn(database, rows);
}

/** Puts an item back that is held and was not sent. */
export async function giveBack(database: Queries, item: Item, engine: Engine, now: number): Promise<void> {
  database.tell(
    "UPDATE queue_items SET state = 'waiting', worker = NULL, taken_ms = NULL WHERE attempt_id = ?",
    item.attemptId,
  );
  database.tell(
    "UPDATE attempts SET state = 'held', owner = ?, host = ?, pid = ?, process_start = ?, changed_ms = ? WHERE attempt_id = ?",
    QUEUE.id,
    QUEUE.host,
    QUEUE.pid,
    QUEUE.startedAt,
    now,
    item.attemptId,
  );
  await engine.back(database, item);
}

/** Writes down what became of an item; null while something may still come of it. */
export async function finishItem(
  database: Queries,
  item: Item,
  { engine }: Pick<Hands, 'engine'>,
  now: number,
): Promise<QueueEnd | null> {
  const end = endOfQueued(await attemptsOf(database, item));
  if (end === null) return null;
  const { state, amount, why } = end;
  database.tell(
    'UPDATE queue_items SET state = ?, nano = ?, why = ?, ended_ms = coalesce(ended_ms, ?) WHERE attempt_id = ?',
    state,
    amount,
    why,
    now,
    item.attemptId,
  );
  await engine.drop(database, [item]);
  if (state === 'done' || state === 'cancelled') await letGoOfInputs(database, item.attemptId);
  endRun(database, item.runId, now);
  return end;
}

async function letGoOfInputs(database: Queries, attemptId: string): Promise<void> {
  const shown = await database.all(
    'DELETE FROM queue_inputs WHERE attempt_id = ? RETURNING sha256',
    attemptId,
  );
  if (shown.length > 0)
    dropUnusedOf(
      database,
      shown.map((row) => text(row, 'sha256')),
    );
}

/** A run of the queue has come to its end with the last of its items. */
function endRun(database: Queries, runId: string, now: number): void {
  database.tell(
    `UPDATE runs SET ended_ms = ?2,
       outcome = CASE WHEN EXISTS (SELECT 1 FROM queue_items WHERE run_id = ?1 AND state IN ('refused', 'failed', 'unconfirmed'))
         THEN 'partial' ELSE 'ok' END
     WHERE run_id = ?1
       AND NOT EXISTS (SELECT 1 FROM queue_items WHERE run_id = ?1 AND state IN ('waiting', 'working'))`,
    runId,
    now,
  );
}

/**
 * Looks after what dead processes took: an item whose request was not sent waits again, and one that was sent is never
 * asked for unasked. Somebody may also have found out since what became of those that nobody knew of, or have fetched a
 * job.
 */
export async function sweep(database: Queries, hands: Hands, now: number): Promise<void> {
  const { hasAnswer, engine } = hands;
  const isWorkedOn = lifeSigns(database, hands, now);
  const taken = await database.all(
    `SELECT a.*, q.ticket FROM queue_items q JOIN attempts a USING (attempt_id)
     WHERE q.state = 'working' AND NOT ${IN_JOB}`,
  );
  for (const row of taken) {
    if (await isWorkedOn(row)) continue;
    const item = itemOf(row);
    const attempts = await attemptsOf(database, item);
    // A repeat has an owner of its own: somebody may be finishing just that one.
    if (await anyOf(attempts, ({ row: each }) => isWorkedOn(each))) continue;
    if (attempts.length === 1 && stateOf(row) === 'held') {
      await giveBack(database, item, engine, now);
      continue;
    }
    for (const { row: attempt } of attempts) {
      const attemptId = text(attempt, 'attempt_id');
      const to = afterDeath(stateOf(attempt), hasAnswer(attemptId));
      if (to === null) continue;
      move(database, { ...attempt, ...(await filedUnder(database, item)) }, to, now, 'its process ended');
      // Nobody is at it now: an answer may turn up, and whoever has it finishes it, however long this process lives.
      database.tell('UPDATE attempts SET owner = ? WHERE attempt_id = ?', GIVEN_UP, attemptId);
    }
    await finishItem(database, item, hands, now);
  }
  const decided = await database.all(
    `${PLACES} WHERE (q.state = 'unconfirmed' AND a.state <> 'unconfirmed') OR (q.state = 'failed' AND a.state = 'saved')`,
  );
  const fetched = await database.all(
    `${PLACES} JOIN batch_items USING (attempt_id) JOIN batch_jobs j USING (job_id)
     WHERE q.state = 'working' AND j.stage = 'done'`,
  );
  for (const row of [...decided, ...fetched]) await finishItem(database, itemOf(row), hands, now);
}

async function anyOf<T>(all: readonly T[], is: (one: T) => Promise<boolean>): Promise<boolean> {
  for (const one of all) if (await is(one)) return true;
  return false;
}

/** What sums of spending go by. */
const filedUnder = async (database: Queries, { runId }: Item) =>
  database.get('SELECT project, labels, agent FROM runs WHERE run_id = ?', runId);

/** What became of an item that this process is done with. */
export async function finished(
  database: Queries,
  attemptId: string,
  hands: Hands,
  now: number,
): Promise<QueueEnd | null> {
  const row = await database.get(`${PLACES} WHERE attempt_id = ?`, attemptId);
  if (row === undefined) return { state: 'cancelled', amount: ZERO, why: null };
  return finishItem(database, itemOf(row), hands, now);
}
