import type { Failure } from '../../core/errors.ts';
import { refusalOfOnce } from '../../core/policy/once.ts';
import type { KeyedRun } from '../../ports/index.ts';
import type { Queries, Row } from './queries.ts';
import { count, text, textOrNull } from './row.ts';

/** The run that an agent's key stands for. A run of which nothing was ever held, as over budget, leaves its key free. */
export async function runOfKey(
  database: Queries,
  agent: string,
  key: string,
  besides: string | null = null,
): Promise<KeyedRun | null> {
  const row = await database.get(
    `SELECT run_id, order_hash, max(CASE state WHEN 'released' THEN 0 ELSE 1 END) AS spent
     FROM runs JOIN attempts USING (run_id)
     WHERE idempotency_key = ? AND agent = ? AND run_id IS DISTINCT FROM ?
     GROUP BY run_id ORDER BY spent DESC, started_ms DESC LIMIT 1`,
    key,
    agent,
    besides,
  );
  if (row === undefined) return null;
  return { runId: text(row, 'run_id'), order: text(row, 'order_hash'), isSpent: count(row, 'spent') === 1 };
}

/** Why a run may buy nothing under its key; null where it may, or has none. */
export async function refusalOfKey(database: Queries, run: Row): Promise<Failure | null> {
  const key = textOrNull(run, 'idempotency_key');
  if (key === null) return null;
  const other = await runOfKey(database, text(run, 'agent'), key, text(run, 'run_id'));
  return refusalOfOnce({ key, order: text(run, 'order_hash') }, other);
}
