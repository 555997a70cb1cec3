import { BATCH_STATES, JOB_STAGES, type Job, type JobItem, type UnderWay } from '../../ports/index.ts';
import { labelsOf, stateOf } from './attempts.ts';
import { FORGOTTEN_REQUEST } from './forget.ts';
import type { Awaitable, Queries, Row } from './queries.ts';
import { planOf } from './receipts.ts';
import { count, countOrNull, damageIn, readable, text, textOrNull, word, wordOrNull } from './row.ts';

export async function idsIn(database: Queries, jobId: string, state: string): Promise<readonly string[]> {
  const rows = await database.all(
    'SELECT attempt_id FROM batch_items JOIN attempts USING (attempt_id) WHERE job_id = ? AND state = ? ORDER BY n',
    jobId,
    state,
  );
  return rows.map((row) => text(row, 'attempt_id'));
}

const HAS_IMAGE = 'EXISTS (SELECT 1 FROM images WHERE images.attempt_id = a.attempt_id)';

export const WHICH = { all: 'TRUE', open: `stage <> 'done'` } as const;

export const rowsOf = (
  database: Queries,
  which: string,
  ...values: readonly string[]
): Awaitable<readonly Row[]> =>
  database.all(
    `SELECT j.*,
       count(*) FILTER (WHERE a.state = 'saved' AND ${HAS_IMAGE}) AS saved_items,
       count(*) FILTER (WHERE a.state = 'saved' AND NOT ${HAS_IMAGE}) AS refused_items,
       count(*) FILTER (WHERE a.state = 'released') AS failed_items,
       count(*) FILTER (WHERE a.state = 'unconfirmed') AS unconfirmed_items,
       count(*) FILTER (WHERE a.state NOT IN ('saved', 'released', 'unconfirmed')) AS open_items
     FROM batch_jobs j JOIN batch_items i USING (job_id) JOIN attempts a ON a.attempt_id = i.attempt_id
     WHERE ${which} GROUP BY j.job_id ORDER BY planned_ms, j.rowid`,
    ...values,
  );

export function toJob(row: Row, busy: boolean): Job {
  return {
    jobId: text(row, 'job_id'),
    runId: text(row, 'run_id'),
    model: text(row, 'model'),
    baseUrl: text(row, 'base_url'),
    account: textOrNull(row, 'account'),
    stage: word(row, 'stage', JOB_STAGES),
    requests: count(row, 'requests'),
    bytes: count(row, 'bytes'),
    tokens: count(row, 'tokens'),
    file: textOrNull(row, 'file'),
    batch: textOrNull(row, 'batch'),
    state: wordOrNull(row, 'remote_state', BATCH_STATES),
    succeeded: countOrNull(row, 'succeeded'),
    resultsFile: textOrNull(row, 'results_file'),
    why: textOrNull(row, 'why'),
    repeats: textOrNull(row, 'repeats'),
    plannedAt: count(row, 'planned_ms'),
    sentAt: countOrNull(row, 'sent_ms'),
    lostAt: countOrNull(row, 'lost_ms'),
    endedAt: countOrNull(row, 'ended_ms'),
    busy,
    items: {
      open: count(row, 'open_items'),
      saved: count(row, 'saved_items'),
      refused: count(row, 'refused_items'),
      failed: count(row, 'failed_items'),
      unconfirmed: count(row, 'unconfirmed_items'),
    },
  };
}

/** Requests of jobs that are not done. */
export const underWayIn = async (database: Queries): Promise<readonly UnderWay[]> =>
  readable(
    await database.all(
      `SELECT attempt_id, job_id, a.state, r.labels, a.save_plan ->> 'cwd' AS cwd
       FROM batch_jobs j CROSS JOIN batch_items i USING (job_id) CROSS JOIN attempts a USING (attempt_id)
         JOIN runs r ON r.run_id = a.run_id
       WHERE j.stage <> 'done'
       ORDER BY j.planned_ms, job_id, i.n`,
    ),
    (row) => ({
      attemptId: text(row, 'attempt_id'),
      jobId: text(row, 'job_id'),
      state: stateOf(row),
      labels: labelsOf(row),
      cwd: text(row, 'cwd'),
    }),
  );

/** Names the rows of jobs that cannot be read, a sentence each. */
export const brokenJobs = async (database: Queries): Promise<readonly string[]> =>
  (await rowsOf(database, 'true')).flatMap((row) => {
    const damage = damageIn(row, (row) => toJob(row, false));
    return damage === null ? [] : [`Job ${text(row, 'job_id')} cannot be read: ${damage}.`];
  });

export async function itemsOf(database: Queries, jobId: string): Promise<readonly JobItem[]> {
  const rows = await database.all(
    `SELECT a.*, i.request, i.resubmitted_as,
       (SELECT count(*) FROM images WHERE images.attempt_id = a.attempt_id AND cell IS NULL) AS saved_images
     FROM batch_items i JOIN attempts a USING (attempt_id) WHERE job_id = ? ORDER BY n`,
    jobId,
  );
  return rows.map((row) => ({
    attempt: planOf(row),
    request: requestOf(row),
    state: stateOf(row),
    why: textOrNull(row, 'why'),
    images: count(row, 'saved_images'),
    resubmittedAs: textOrNull(row, 'resubmitted_as'),
  }));
}

/** null where what it asked for was forgotten. */
function requestOf(row: Row): string | null {
  const request = text(row, 'request');
  return request === FORGOTTEN_REQUEST ? null : request;
}
