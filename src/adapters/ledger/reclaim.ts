import { afterDeath, type AttemptState } from '../../core/policy/attempt-state.ts';
import { attemptOf, move, stateOf, insertHeld, take, insertRun } from './attempts.ts';
import type { Database, Row } from './database.ts';
import type { Owner } from './owner.ts';
import { count, text } from './row.ts';
import type { AttemptPlan } from '../../ports/index.ts';

export interface Mortality {
  readonly owner: Owner;
  /** Asked only about processes of this host. */
  readonly isAlive: (owner: Owner) => boolean;
  /** Whether the journal keeps an answer. */
  readonly hasAnswer: (attemptId: string) => boolean;
}

/** Processes of other hosts cannot be seen; no request lives this long. */
const LONGEST_LIFE = 24 * 3_600_000;

/** Attempts that hold something for processes that died. Looking for them takes time, so no lock should be held. */
export function orphans(database: Database, mortality: Mortality, now: number): readonly string[] {
  const alive = lifeSigns(mortality, now);
  // CROSS keeps SQLite from walking through a million attempts to find the few that hold something.
  return database
    .all(
      `SELECT a.* FROM holds CROSS JOIN attempts a USING (attempt_id)
       -- A job outlives the process that made it.
       WHERE attempt_id NOT IN (SELECT attempt_id FROM batch_items)`,
    )
    .filter((attempt) => !alive(attempt))
    .map((attempt) => text(attempt, 'attempt_id'));
}

/** Gives back the holds of attempts that were never sent, and counts those that were sent and never answered. */
export function reclaim(
  database: Database,
  mortality: Mortality,
  attemptIds: readonly string[],
  now: number,
): void {
  const alive = lifeSigns(mortality, now);
  for (const attemptId of attemptIds) {
    const attempt = attemptOf(database, attemptId);
    // Another process may have taken the attempt over since it was found.
    if (attempt === undefined || alive(attempt)) continue;
    const to = afterDeath(stateOf(attempt), mortality.hasAnswer(attemptId));
    if (to !== null) move(database, attempt, to, now, 'its process ended');
  }
}

/** Whether the process of an attempt still works on it. Each process is asked about once. */
export function lifeSigns({ owner: self, isAlive }: Mortality, now: number): (attempt: Row) => boolean {
  const known = new Map<string, boolean>();
  return (attempt) => {
    const owner = ownerOf(attempt);
    if (owner.host !== self.host) return now - count(attempt, 'changed_ms') < LONGEST_LIFE;
    const key = `${owner.pid} ${owner.startedAt}`;
    const alive = known.get(key) ?? (isOwn(attempt, self) || isAlive(owner));
    known.set(key, alive);
    return alive;
  };
}

export function isOwn(attempt: Row, { host, pid, startedAt }: Owner): boolean {
  const owner = ownerOf(attempt);
  return owner.host === host && owner.pid === pid && owner.startedAt === startedAt;
}

function ownerOf(attempt: Row): Owner {
  return {
    host: text(attempt, 'host'),
    pid: count(attempt, 'pid'),
    startedAt: text(attempt, 'process_start'),
  };
}

/** Makes this process the one that works on an attempt; null while another process that lives works on it. */
export function claim(
  database: Database,
  plan: AttemptPlan,
  mortality: Mortality,
  now: number,
): AttemptState | null {
  const { owner } = mortality;
  const attempt = attemptOf(database, plan.attemptId);
  if (attempt === undefined) return reenter(database, plan, owner, now);
  if (!isOwn(attempt, owner) && lifeSigns(mortality, now)(attempt)) return null;
  database.run(
    'UPDATE attempts SET host = ?, pid = ?, process_start = ?, changed_ms = ? WHERE attempt_id = ?',
    owner.host,
    owner.pid,
    owner.startedAt,
    now,
    plan.attemptId,
  );
  return stateOf(attempt);
}

/** Of these attempts, those that no living process works on, including those that the ledger does not know. */
export function abandoned(
  database: Database,
  attemptIds: readonly string[],
  mortality: Mortality,
  now: number,
): readonly string[] {
  const alive = lifeSigns(mortality, now);
  return attemptIds.filter((attemptId) => {
    const attempt = attemptOf(database, attemptId);
    return attempt === undefined || !alive(attempt);
  });
}

/** The journal has an answer that the ledger never heard of: it was lost, or put back from a backup. */
function reenter(database: Database, plan: AttemptPlan, owner: Owner, now: number): AttemptState {
  const { attemptId, runId } = plan;
  if (database.get('SELECT 1 FROM runs WHERE run_id = ?', runId) === undefined) {
    insertRun(database, { runId, command: 'recover', at: now, project: null, labels: [] });
  }
  insertHeld(database, plan, owner, now);
  take(database, attemptId, 'sending', now);
  take(database, attemptId, 'replied', now);
  return 'replied';
}
