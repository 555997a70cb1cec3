import { isFailureKind } from '../../core/errors.ts';
import { ATTEMPT_STATES } from '../../core/policy/attempt-state.ts';
import type { QueuedAttempt } from '../../core/policy/queue.ts';
import { ZERO } from '../../core/pricing/money.ts';
import { LANES } from '../../core/catalogue/model.ts';
import { hashIn } from '../../core/manifest/fingerprint.ts';
import type { QueueInput, QueueJob } from '../../ports/index.ts';
import type { Queries, Row } from '../ledger/queries.ts';
import { planOf, runOf } from '../ledger/receipts.ts';
import { count, money, moneyOrNull, text, textOrNull, word } from '../ledger/row.ts';
import type { Ticket } from './engine.ts';

/** An item as far as its place in the queue is concerned. */
export interface Item extends Ticket {
  readonly attemptId: string;
  readonly runId: string;
}

/** Items as far as that, with the lane of their attempts. */
export const PLACES = 'SELECT q.*, a.lane FROM queue_items q JOIN attempts a USING (attempt_id)';

export const itemOf = (row: Row): Item => ({
  attemptId: text(row, 'attempt_id'),
  runId: text(row, 'run_id'),
  ticket: text(row, 'ticket'),
  lane: word(row, 'lane', LANES),
});

/** Whether an item is in a job, which outlives the process that made it. */
export const IN_JOB = 'EXISTS (SELECT 1 FROM batch_items i WHERE i.attempt_id = q.attempt_id)';

/** Items with their attempts and runs. */
export const WHOLE = `SELECT a.*, q.ticket, q.name, q.urgent, q.state AS queue_state, q.why AS queue_why, q.nano,
    r.command, r.project, r.labels, r.started_ms, r.max_cost_nano
  FROM queue_items q JOIN attempts a USING (attempt_id) JOIN runs r ON r.run_id = q.run_id`;

export async function jobsIn(database: Queries, rows: readonly Row[]): Promise<readonly QueueJob[]> {
  const ids = JSON.stringify(rows.map((row) => text(row, 'attempt_id')));
  const shown = await database.all(
    `SELECT i.*, b.name, b.mime_type FROM queue_inputs i JOIN batch_inputs b USING (sha256)
     WHERE attempt_id IN (SELECT value FROM json_each(?)) ORDER BY n`,
    ids,
  );
  const inputs = grouped(shown);
  return rows.map((row) => ({
    plan: planOf(row),
    run: runOf(row),
    name: text(row, 'name'),
    urgent: count(row, 'urgent') > 0,
    inputs: inputs.get(text(row, 'attempt_id')) ?? [],
    heldAt: count(row, 'held_ms'),
  }));
}

function grouped(rows: readonly Row[]): ReadonlyMap<string, readonly QueueInput[]> {
  const groups = new Map<string, QueueInput[]>();
  for (const row of rows) {
    const id = text(row, 'attempt_id');
    const own = groups.get(id) ?? [];
    groups.set(id, own);
    own.push({
      sha256: text(row, 'sha256'),
      name: text(row, 'name'),
      mimeType: text(row, 'mime_type'),
      width: count(row, 'width'),
      height: count(row, 'height'),
    });
  }
  return groups;
}

/** All that was asked for an item, the first first: attempts at its picture in its run, from its own on. */
export async function attemptsOf(
  database: Queries,
  { attemptId, runId }: Item,
): Promise<readonly (QueuedAttempt & { readonly row: Row })[]> {
  const rows = await database.all(
    `SELECT a.*, b.amount_nano, EXISTS (SELECT 1 FROM images i WHERE i.attempt_id = a.attempt_id) AS has_image
     FROM attempts a LEFT JOIN bills b USING (attempt_id)
     WHERE a.attempt_id > ?1 || '-' AND a.attempt_id < ?1 || '.' AND a.run_id = ?2
       AND (length(a.attempt_id) > length(?3) OR (length(a.attempt_id) = length(?3) AND a.attempt_id >= ?3))
     ORDER BY length(a.attempt_id), a.attempt_id`,
    hashIn(attemptId) ?? attemptId,
    runId,
    attemptId,
  );
  return rows.map((row) => {
    const state = word(row, 'state', ATTEMPT_STATES);
    const releasedAs = textOrNull(row, 'released_as') ?? '';
    return {
      row,
      state,
      hasImage: count(row, 'has_image') > 0,
      releasedAs: isFailureKind(releasedAs) ? releasedAs : null,
      why: textOrNull(row, 'why') ?? textOrNull(row, 'refusal'),
      amount:
        state === 'unconfirmed' ? money(row, 'expected_nano') : (moneyOrNull(row, 'amount_nano') ?? ZERO),
    };
  });
}
