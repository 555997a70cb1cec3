import { afterDeath, type AttemptState } from '../../core/policy/attempt-state.ts';
import { attemptOf, move, stateOf, insertHeld, take, insertRun } from './attempts.ts';
import type { Database, Row } from './database.ts';
import type { Owner } from './owner.ts';
import { beat, isHeard } from './processes.ts';
import { count, text, textOrNull } from './row.ts';
import type { AttemptPlan } from '../../ports/index.ts';

export interface Mortality {
  readonly owner: Owner;
  /** Asked only about processes of this host. */
  readonly isAlive: (owner: Pick<Owner, 'pid' | 'startedAt'>) => boolean;
  /** Whether the journal keeps an answer. */
  readonly hasAnswer: (attemptId: string) => boolean;
}

/** Of a process that never said that it lives, since its pixtab is older: no request lives this long. */
const LONGEST_LIFE = 24 * 3_600_000;

/** Attempts that hold something for processes that died. Looking for them takes time, so no lock should be held. */
export function orphans(database: Database, mortality: Mortality, now: number): readonly string[] {
  const alive = lifeSigns(database, mortality, now);
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
  const alive = lifeSigns(database, mortality, now);
  for (const attemptId of attemptIds) {
    const attempt = attemptOf(database, attemptId);
    // Another process may have taken the attempt over since it was found.
    if (attempt === undefined || alive(attempt)) continue;
    const to = afterDeath(stateOf(attempt), mortality.hasAnswer(attemptId));
    if (to === null) continue;
    move(database, attempt, to, now, 'its process ended');
    // Should it live after all, its next step finds that it is not its own any more. Its host stays: an answer may be
    // kept there.
    database.run('UPDATE attempts SET owner = ? WHERE attempt_id = ?', mortality.owner.id, attemptId);
  }
}

/** Whether the process of an attempt, or of a job, still works on it. Each process is asked about once. */
export function lifeSigns(
  database: Database,
  { owner: self, isAlive }: Mortality,
  now: number,
): (held: Row) => boolean {
  const known = new Map<string, boolean>();

  function find(held: Row): boolean {
    const id = ownerIn(held);
    const host = text(held, 'host');
    if (id === self.id) return true;
    if (host === self.host)
      return isAlive({ pid: count(held, 'pid'), startedAt: text(held, 'process_start') });
    const heard = id === null ? null : isHeard(database, id, self, now);
    return heard ?? now - count(held, 'changed_ms') < LONGEST_LIFE;
  }

  return (held) => {
    const key = ownerIn(held) ?? `${text(held, 'host')} ${count(held, 'pid')} ${text(held, 'process_start')}`;
    const alive = known.get(key) ?? find(held);
    known.set(key, alive);
    return alive;
  };
}

/** null where a ledger, or a row in it, is from before processes had names. */
const ownerIn = (held: Row): string | null => (held.owner === undefined ? null : textOrNull(held, 'owner'));

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
  if (ownerIn(attempt) !== owner.id && lifeSigns(database, mortality, now)(attempt)) return null;
  beat(database, owner, now);
  database.run(
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

/** Of these attempts, those that no living process works on, including those that the ledger does not know. */
export function abandoned(
  database: Database,
  attemptIds: readonly string[],
  mortality: Mortality,
  now: number,
): readonly string[] {
  const alive = lifeSigns(database, mortality, now);
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
  for (const step of ['sending', 'replied'] as const) take(database, attemptId, step, { owner, now });
  return 'replied';
}
