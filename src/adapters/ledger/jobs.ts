import type { AttemptState, AttemptStep } from '../../core/policy/attempt-state.ts';
import type { WindowOf } from '../../core/policy/budget.ts';
import { usageFailure, type Charged, type Failure } from '../../core/errors.ts';
import {
  BATCH_STATES,
  batchLine,
  JOB_STAGES,
  twinAttemptId,
  twinJobId,
  type Job,
  type JobItem,
  type JobPlan,
  type Jobs,
  type UnderWay,
} from '../../ports/index.ts';
import { insertHeld, stateOf, take as step, labelsOf } from './attempts.ts';
import { refusalOf } from './budgets.ts';
import type { Database, Row, Value } from './database.ts';
import { planOf } from './receipts.ts';
import { orphans, reclaim, type Mortality } from './reclaim.ts';
import { FORGOTTEN_REQUEST } from './forget.ts';
import { forgetInputs, inputBytes, inputsOf, keepInputs } from './job-inputs.ts';
import { count, countOrNull, damageIn, readable, text, textOrNull, word, wordOrNull } from './row.ts';

export interface Access {
  readonly read: <T>(work: (database: Database, now: number) => T) => Promise<T>;
  readonly write: <T>(charged: Charged, work: (database: Database, now: number) => T) => Promise<T>;
}

/** Processes of other hosts cannot be seen; they say that they live at least this often. */
const LEASE_MS = 15 * 60_000;

/** Jobs of the batch lane, beside the attempts that they are made of. */
export function batchJobs({ read, write }: Access, mortality: Mortality, windowOf: WindowOf): Jobs {
  const { owner, isAlive } = mortality;

  function isBusy(row: Row, now: number): boolean {
    const host = textOrNull(row, 'host');
    if (host === null) return false;
    const other = { host, pid: count(row, 'pid'), startedAt: text(row, 'process_start') };
    if (other.host !== owner.host) return now - count(row, 'leased_ms') < LEASE_MS;
    return (other.pid !== owner.pid || other.startedAt !== owner.startedAt) && isAlive(other);
  }

  function insert(database: Database, job: JobPlan, now: number): void {
    const bytes = job.items.reduce((sum, item) => sum + sizeOf(item.attempt.attemptId, item.request), 0);
    const { jobId, model, baseUrl, account, tokens, items, repeats = null } = job;
    const runId = items[0]?.attempt.runId ?? '';
    database.run(
      `INSERT INTO batch_jobs (job_id, run_id, model, base_url, account, stage, requests, bytes, tokens, repeats, planned_ms)
       VALUES (?, ?, ?, ?, ?, 'planned', ?, ?, ?, ?, ?)`,
      jobId,
      runId,
      model,
      baseUrl,
      account,
      items.length,
      bytes,
      tokens,
      repeats,
      now,
    );
    for (const [n, { attempt, request, inputs = [], instead = null }] of items.entries()) {
      const { attemptId } = attempt;
      insertHeld(database, attempt, owner, now);
      database.run(
        'INSERT INTO batch_items (attempt_id, job_id, n, request) VALUES (?, ?, ?, ?)',
        attemptId,
        jobId,
        n,
        request,
      );
      keepInputs(database, attemptId, inputs, instead);
      if (instead !== null)
        database.run('UPDATE batch_items SET resubmitted_as = ? WHERE attempt_id = ?', attemptId, instead);
    }
  }

  /** The same job once more, as the API has it. It costs whatever budgets say. */
  function twin(database: Database, jobId: string, batch: string, now: number): string | null {
    const [row] = rowsOf(database, 'job_id = ?', jobId);
    if (row === undefined || database.get('SELECT 1 FROM batch_jobs WHERE batch = ?', batch)) return null;
    const { model, baseUrl, account, tokens } = toJob(row, false);
    const id = twinJobId(jobId, batch);
    const items = itemsOf(database, jobId).map(({ attempt, request }) => ({
      attempt: { ...attempt, attemptId: twinAttemptId(attempt.attemptId, batch) },
      // It is at the API already, and what was forgotten is not asked for again.
      request: request ?? '{}',
    }));
    insert(database, { jobId: id, model, baseUrl, account, tokens, items, repeats: jobId }, now);
    for (const { attempt } of items) step(database, attempt.attemptId, 'sending', now);
    update(database, id, { stage: 'running', batch, sent_ms: now });
    return id;
  }

  /** Every change renews the lease; `moves` takes all attempts that are in one state a step further. */
  function change(
    charged: Charged,
    jobId: string,
    factsAt: (now: number) => Readonly<Record<string, Value>>,
    moves?: { readonly from: AttemptState; readonly step: AttemptStep },
  ): Promise<void> {
    return write(charged, (database, now) => {
      if (moves) for (const id of idsIn(database, jobId, moves.from)) step(database, id, moves.step, now);
      update(database, jobId, { ...factsAt(now), leased_ms: now });
    });
  }

  function take(database: Database, jobId: string, now: number): Job | null {
    const row = rowsOf(database, 'job_id = ?', jobId)[0];
    if (row === undefined || isBusy(row, now)) return null;
    const { host, pid, startedAt } = owner;
    database.run(
      'UPDATE batch_jobs SET host = ?, pid = ?, process_start = ?, leased_ms = ? WHERE job_id = ?',
      host,
      pid,
      startedAt,
      now,
      jobId,
    );
    // The attempts become this process's too, so that `recover` in another one leaves their answers alone.
    database.run(
      `UPDATE attempts SET host = ?, pid = ?, process_start = ?, changed_ms = ? WHERE attempt_id IN
         (SELECT attempt_id FROM batch_items WHERE job_id = ?) AND state NOT IN ('saved', 'released')`,
      host,
      pid,
      startedAt,
      now,
      jobId,
    );
    return toJob(row, false);
  }

  return {
    async plan(jobs, besides = []) {
      const attempts = [...jobs.flatMap(({ items }) => items.map(({ attempt }) => attempt)), ...besides];
      const lost = await read((database, now) => orphans(database, mortality, now));
      const refused = await write('no', (database, now) => {
        reclaim(database, mortality, lost, now);
        const refused = repeatedIn(database, jobs) ?? refusalOf(database, attempts, now, windowOf);
        if (refused !== null) return refused;
        for (const job of jobs) insert(database, job, now);
        for (const attempt of besides) insertHeld(database, attempt, owner, now);
        forgetInputs(database, now);
        return null;
      });
      // Thrown outside the transaction, so that what was reclaimed stays so.
      if (refused !== null) throw refused;
    },
    list: (which) =>
      read((database, now) =>
        readable(rowsOf(database, WHICH[which]), (row) => toJob(row, isBusy(row, now))),
      ),
    underWay: () => read(underWayIn),
    items: (jobId) => read((database) => itemsOf(database, jobId)),
    inputs: (jobId) => read((database) => inputsOf(database, jobId)),
    input: (sha256) => read((database) => inputBytes(database, sha256)),
    take: (jobId) => write('no', (database, now) => take(database, jobId, now)),
    leave: (jobId) => change('no', jobId, () => ({ host: null })),
    uploaded: (jobId, file) => change('no', jobId, () => ({ stage: 'uploaded', file, why: null })),
    creating: (jobId) =>
      change('no', jobId, (now) => ({ stage: 'creating', sent_ms: now }), { from: 'held', step: 'sending' }),
    notCreated: (jobId, why) =>
      change('no', jobId, () => ({ stage: 'uploaded', why }), { from: 'sent', step: 'unsent' }),
    lost: (jobId, why, since) => change('unknown', jobId, (now) => ({ lost_ms: since ?? now, why })),
    created: (jobId, batch) =>
      change('unknown', jobId, () => ({ stage: 'running', batch, why: null }), {
        from: 'held',
        step: 'sending',
      }),
    seen: (jobId, { state, counts, resultsFile, endedAt, why }) =>
      write('unknown', (database, now) => {
        const facts = { remote_state: state, succeeded: counts?.succeeded ?? null, why, leased_ms: now };
        const isGoingOn = state === 'pending' || state === 'running';
        update(database, jobId, isGoingOn ? facts : { ...facts, stage: 'ended' });
        // What was known before stays: it may be left out later.
        database.run(
          `UPDATE batch_jobs SET results_file = ifnull(?, results_file), ended_ms = ifnull(ended_ms, ?) WHERE job_id = ?`,
          resultsFile,
          isGoingOn ? null : Math.min(now, endedAt ?? now),
          jobId,
        );
      }),
    incomplete: (jobId, why) => change('unknown', jobId, () => ({ why })),
    twin: (jobId, batch) => write('unknown', (database, now) => twin(database, jobId, batch, now)),
    done: (jobId, why) =>
      write('no', (database, now) => {
        const facts = { stage: 'done', host: null, leased_ms: now };
        update(database, jobId, { ...facts, ...(why !== undefined && { why }) });
        forgetInputs(database, now);
      }),
  };
}

/** The refusal where another process has repeated one of these attempts at the same moment. */
function repeatedIn(database: Database, jobs: readonly JobPlan[]): Failure | null {
  const repeated = jobs
    .flatMap(({ items }) => items)
    .some(
      ({ instead }) =>
        instead !== undefined &&
        database.get(
          'SELECT 1 FROM batch_items WHERE attempt_id = ? AND resubmitted_as IS NOT NULL',
          instead,
        ) !== undefined,
    );
  return repeated
    ? usageFailure('What failed was asked for again meanwhile.', 'pixtab batch list shows it.')
    : null;
}

const sizeOf = (key: string, request: string): number => Buffer.byteLength(batchLine(key, request));

function update(database: Database, jobId: string, facts: Readonly<Record<string, Value>>): void {
  const columns = Object.keys(facts).map((column) => `${column} = ?`);
  const values = Object.values(facts);
  database.run(`UPDATE batch_jobs SET ${columns.join(', ')} WHERE job_id = ?`, ...values, jobId);
}

const idsIn = (database: Database, jobId: string, state: string): readonly string[] =>
  database
    .all(
      'SELECT attempt_id FROM batch_items JOIN attempts USING (attempt_id) WHERE job_id = ? AND state = ? ORDER BY n',
      jobId,
      state,
    )
    .map((row) => text(row, 'attempt_id'));

const HAS_IMAGE = 'EXISTS (SELECT 1 FROM images WHERE images.attempt_id = a.attempt_id)';

const WHICH = { all: 'TRUE', open: `stage <> 'done'` } as const;

const rowsOf = (database: Database, which: string, ...values: readonly string[]): readonly Row[] =>
  database.all(
    `SELECT j.*,
       sum(a.state = 'saved' AND ${HAS_IMAGE}) AS saved_items,
       sum(a.state = 'saved' AND NOT ${HAS_IMAGE}) AS refused_items,
       sum(a.state = 'released') AS failed_items,
       sum(a.state = 'unconfirmed') AS unconfirmed_items,
       sum(a.state NOT IN ('saved', 'released', 'unconfirmed')) AS open_items
     FROM batch_jobs j JOIN batch_items i USING (job_id) JOIN attempts a ON a.attempt_id = i.attempt_id
     WHERE ${which} GROUP BY job_id ORDER BY planned_ms, j.rowid`,
    ...values,
  );

function toJob(row: Row, busy: boolean): Job {
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
export const underWayIn = (database: Database): readonly UnderWay[] =>
  readable(
    database.all(
      `SELECT attempt_id, job_id, a.state, r.labels, json_extract(a.save_plan, '$.cwd') AS cwd
       FROM batch_jobs j CROSS JOIN batch_items i USING (job_id) CROSS JOIN attempts a USING (attempt_id)
         JOIN runs r ON r.run_id = a.run_id
       WHERE j.stage <> 'done'`,
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
export const brokenJobs = (database: Database): readonly string[] =>
  rowsOf(database, 'true').flatMap((row) => {
    const damage = damageIn(row, (row) => toJob(row, false));
    return damage === null ? [] : [`Job ${text(row, 'job_id')} cannot be read: ${damage}.`];
  });

const itemsOf = (database: Database, jobId: string): readonly JobItem[] =>
  database
    .all(
      `SELECT a.*, i.request, i.resubmitted_as,
         (SELECT count(*) FROM images WHERE images.attempt_id = a.attempt_id) AS saved_images
       FROM batch_items i JOIN attempts a USING (attempt_id) WHERE job_id = ? ORDER BY n`,
      jobId,
    )
    .map((row) => ({
      attempt: planOf(row),
      request: requestOf(row),
      state: stateOf(row),
      why: textOrNull(row, 'why'),
      images: count(row, 'saved_images'),
      resubmittedAs: textOrNull(row, 'resubmitted_as'),
    }));

/** null where what it asked for was forgotten. */
function requestOf(row: Row): string | null {
  const request = text(row, 'request');
  return request === FORGOTTEN_REQUEST ? null : request;
}
