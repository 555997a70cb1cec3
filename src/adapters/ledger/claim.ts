import type { AttemptState } from '../../core/policy/attempt-state.ts';
import type { AttemptPlan } from '../../ports/index.ts';
import { attemptOf, insertHeld, stateOf, take } from './attempts.ts';
import type { Database } from './database.ts';
import type { Owner } from './owner.ts';
import { isOwn, lifeSigns } from './reclaim.ts';
import type { Mortality } from './reclaim.ts';
import { insertRun } from './runs.ts';

/** Makes this process the one that works on an attempt; null while another that lives does. */
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

/** Of these attempts, those that no living process works on; one that the ledger lost is nobody's either. */
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
