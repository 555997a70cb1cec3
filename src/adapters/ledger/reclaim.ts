import { afterDeath, type AttemptState } from '../../core/policy/attempt-state.ts';
import { attemptOf, move, stateOf, insertHeld, take, insertRun } from './attempts.ts';
import type { Awaitable, Queries, Row } from './queries.ts';
import { GIVEN_UP, QUEUE, type Owner } from './owner.ts';
import { beat, isHeard } from './processes.ts';
import { count, text, textOrNull } from './row.ts';
import type { AttemptPlan } from '../../ports/index.ts';

export interface Mortality {
  readonly owner: Owner;
  /** Asked only about processes of this host. */
  readonly isAlive: (owner: Pick<Owner, 'pid' | 'startedAt'>) => boolean;
  /** Whether the journal keeps an answer. */
  readonly hasAnswer: (attemptId: string) => boolean;
  /** Attempts of this process that may be held, and nobody heard so: nothing is sent on the strength of that. */
  readonly unheard?: ReadonlySet<string> | undefined;
}

/** Of a process that never said that it lives, since its pixtab is older: no request lives this long. */
const LONGEST_LIFE = 24 * 3_600_000;

/** Attempts that hold something for processes that died. Looking for them takes time, so no lock should be held. */
export async function orphans(
  database: Queries,
  mortality: Mortality,
  now: Awaitable<number>,
): Promise<readonly string[]> {
  const isWorkedOn = lifeSigns(database, mortality, now);
  // CROSS keeps SQLite from walking through a million attempts to find the few that hold something.
  const held = await database.all(
    `SELECT a.* FROM holds h CROSS JOIN attempts a USING (attempt_id)
     -- A job outlives the process that made it.
     WHERE queued = 0 AND NOT EXISTS (SELECT 1 FROM batch_items i WHERE i.attempt_id = h.attempt_id)`,
  );
  const lost: string[] = [];
  for (const attempt of held)
    if (isUnheard(attempt, mortality) || !(await isWorkedOn(attempt))) lost.push(text(attempt, 'attempt_id'));
  return lost;
}

const isUnheard = (attempt: Row, { owner, unheard }: Mortality): boolean =>
  ownerIn(attempt) === owner.id && unheard?.has(text(attempt, 'attempt_id')) === true;

/** Gives back the holds of attempts that were never sent, and counts those that were sent and never answered. */
export async function reclaim(
  database: Queries,
  mortality: Mortality,
  attemptIds: readonly string[],
  now: number,
): Promise<void> {
  const isWorkedOn = lifeSigns(database, mortality, now);
  for (const attemptId of attemptIds) {
    const attempt = await attemptOf(database, attemptId);
    // Another process may have taken the attempt over since it was found.
    if (attempt === undefined) continue;
    const wasUnheard = isUnheard(attempt, mortality);
    if (!wasUnheard && (await isWorkedOn(attempt))) continue;
    const to = afterDeath(stateOf(attempt), mortality.hasAnswer(attemptId));
    if (to === null) continue;
    move(database, attempt, to, now, wasUnheard ? 'nobody heard that it was held' : 'its process ended');
    // Should it live after all, its next step finds that it is not its own any more. Its host stays: an answer may be
    // kept there.
    database.tell('UPDATE attempts SET owner = ? WHERE attempt_id = ?', mortality.owner.id, attemptId);
  }
}

/** Whether the process of an attempt, or of a job, still works on it. Each process is asked about once. */
export function lifeSigns(
  database: Queries,
  { owner: self, isAlive }: Mortality,
  now: Awaitable<number>,
): (held: Row) => Promise<boolean> {
  const known = new Map<string, boolean>();

  async function find(held: Row): Promise<boolean> {
    const id = ownerIn(held);
    const host = text(held, 'host');
    if (id === self.id || id === QUEUE.id) return true;
    if (id === GIVEN_UP) return false;
    if (host === self.host)
      return isAlive({ pid: count(held, 'pid'), startedAt: text(held, 'process_start') });
    const at = await now;
    const heard = id === null ? null : await isHeard(database, id, self, at);
    return heard ?? at - count(held, 'changed_ms') < LONGEST_LIFE;
  }

  return async (held) => {
    // What was taken from a dead process has the owner who took it, and the numbers of the dead.
    const process = `${text(held, 'host')} ${count(held, 'pid')} ${text(held, 'process_start')}`;
    const key = `${ownerIn(held) ?? ''} ${process}`;
    const alive = known.get(key) ?? (await find(held));
    known.set(key, alive);
    return alive;
  };
}

/** null where a ledger, or a row in it, is from before processes had names. */
const ownerIn = (held: Row): string | null => (held.owner === undefined ? null : textOrNull(held, 'owner'));

/** Makes this process the one that works on an attempt; null while another process that lives works on it. */
export async function claim(
  database: Queries,
  plan: AttemptPlan,
  mortality: Mortality,
  now: number,
): Promise<AttemptState | null> {
  const { owner } = mortality;
  const attempt = await attemptOf(database, plan.attemptId);
  if (attempt === undefined) return reenter(database, plan, owner, now);
  if (ownerIn(attempt) !== owner.id && (await lifeSigns(database, mortality, now)(attempt))) return null;
  beat(database, owner, now);
  database.tell(
    `UPDATE attempts SET owner = ?, host = ?, pid = ?, process_start = ?, changed_ms = ? WHERE attempt_id = ?`,
    owner.id,
    owner.host,
    owner.pid,
    owner.startedAt,
    now,
    plan.attemptId,
  );
  return stateOf(attempt);
}

/** Lets anybody claim what this process could not finish. Only what is settled: whoever finds a hold that nobody has ends it. */
export function handOver(database: Queries, attemptId: string, owner: Owner): void {
  database.tell(
    "UPDATE attempts SET owner = ? WHERE attempt_id = ? AND owner = ? AND state = 'settled'",
    GIVEN_UP,
    attemptId,
    owner.id,
  );
}

/** Of these attempts, those that no living process works on, including those that the ledger does not know. */
export async function abandoned(
  database: Queries,
  attemptIds: readonly string[],
  mortality: Mortality,
  now: Awaitable<number>,
): Promise<readonly string[]> {
  const isWorkedOn = lifeSigns(database, mortality, now);
  const nobodys: string[] = [];
  for (const attemptId of attemptIds) {
    const attempt = await attemptOf(database, attemptId);
    if (attempt === undefined || !(await isWorkedOn(attempt))) nobodys.push(attemptId);
  }
  return nobodys;
}

/** The journal has an answer that the ledger never heard of: it was lost, or put back from a backup. */
async function reenter(
  database: Queries,
  plan: AttemptPlan,
  owner: Owner,
  now: number,
): Promise<AttemptState> {
  const { attemptId, runId } = plan;
  if ((await database.get('SELECT 1 FROM runs WHERE run_id = ?', runId)) === undefined) {
    insertRun(database, { runId, command: 'recover', at: now, project: null, labels: [] });
  }
  insertHeld(database, plan, owner, now);
  for (const step of ['sending', 'replied'] as const) await take(database, attemptId, step, { owner, now });
  return 'replied';
}
