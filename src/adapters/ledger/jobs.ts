import type { AttemptState, AttemptStep } from '../../core/policy/attempt-state.ts';
import type { WindowOf } from '../../core/policy/budget.ts';
import { Failure, usageFailure, type Charged } from '../../core/errors.ts';
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
  type JobStage,
  type UnderWay,
} from '../../ports/index.ts';
import { insertHeld, stateOf, take as step, labelsOf } from './attempts.ts';
import { refusalOf } from './budgets.ts';
import type { Database, Row, Value } from './database.ts';
import { planOf } from './receipts.ts';
import { beat } from './processes.ts';
import { lifeSigns, orphans, reclaim, type Mortality } from './reclaim.ts';
import { FORGOTTEN_REQUEST } from './forget.ts';
import { forgetInputs, inputBytes, inputsOf, keepInputs } from './job-inputs.ts';
import { count, countOrNull, damageIn, readable, text, textOrNull, word, wordOrNull } from './row.ts';

export interface Access {
  readonly read: <T>(work: (database: Database, now: number) => T) => Promise<T>;
  readonly write: <T>(charged: Charged, work: (database: Database, now: number) => T) => Promise<T>;
}

/** Jobs of the batch lane, beside the attempts that they are made of. */
export function batchJobs({ read, write }: Access, mortality: Mortality, windowOf: WindowOf): Jobs {
  const { owner } = mortality;

  function isBusy(database: Database, row: Row, now: number): boolean {
    const isHeld = textOrNull(row, 'host') !== null;
    return (
      isHeld &&
      textOrNull(row, 'owner') !== owner.id &&
      lifeSigns(database, mortality, now)({ ...row, changed_ms: row.leased_ms })
    );
  }

  /** Makes the job this process's. */
  function lease(database: Database, jobId: string, now: number): void {
    const { id, host, pid, startedAt } = owner;
    update(database, jobId, { owner: id, host, pid, process_start: startedAt, leased_ms: now });
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
    lease(database, jobId, now);
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
    moveAll(database, id, 'held', 'sending', now);
    update(database, id, { ...NOBODY, stage: 'running', batch, sent_ms: now });
    return id;
  }

  /**
   * Takes a job from one of these stages, as long as it is this process's; `moves` takes all attempts that are in one state a
   * step further. Failure `unavailable`, with nothing changed, when another process took it over.
   */
  function change(
    charged: Charged,
    jobId: string,
    stages: readonly JobStage[],
    factsAt: (now: number) => Readonly<Record<string, Value>>,
    moves?: { readonly from: AttemptState; readonly step: AttemptStep },
  ): Promise<void> {
    return write(charged, (database, now) => {
      const fence = `owner = ? AND stage IN (SELECT value FROM json_each(?))`;
      const facts = { ...factsAt(now), leased_ms: now };
      if (update(database, jobId, facts, fence, owner.id, JSON.stringify(stages)) === 0)
        throw lostJob(jobId, charged);
      if (moves) moveAll(database, jobId, moves.from, moves.step, now);
    });
  }

  function moveAll(
    database: Database,
    jobId: string,
    from: AttemptState,
    to: AttemptStep,
    now: number,
  ): void {
    for (const id of idsIn(database, jobId, from)) step(database, id, to, { owner: null, now });
  }

  function take(database: Database, jobId: string, now: number): Job | null {
    const row = rowsOf(database, 'job_id = ?', jobId)[0];
    if (row === undefined || isBusy(database, row, now)) return null;
    const { id, host, pid, startedAt } = owner;
    beat(database, owner, now);
    lease(database, jobId, now);
    // The attempts become this process's too, so that `recover` in another one leaves their answers alone.
    database.run(
      `UPDATE attempts SET owner = ?, host = ?, pid = ?, process_start = ?, changed_ms = ? WHERE attempt_id IN
         (SELECT attempt_id FROM batch_items WHERE job_id = ?) AND state NOT IN ('saved', 'released')`,
      id,
      host,
      pid,
      startedAt,
      now,
      jobId,
    );
    return toJob(row, false);
  }

  /**
   * An answer to the making of a job is written down whoever has the job by now: who took it over finds it made. Where that
   * one made it too, it is a twin.
   */
  function created(database: Database, jobId: string, batch: string, now: number): void {
    const facts = { stage: 'running', batch, why: null };
    const isFirst = `batch IS NULL AND stage IN ('uploaded', 'creating')`;
    if (update(database, jobId, facts, isFirst) > 0) moveAll(database, jobId, 'held', 'sending', now);
    else twin(database, jobId, batch, now);
  }

  return {
    async plan(jobs, besides = []) {
      const attempts = [...jobs.flatMap(({ items }) => items.map(({ attempt }) => attempt)), ...besides];
      const lost = await read((database, now) => orphans(database, mortality, now));
      const refused = await write('no', (database, now) => {
        reclaim(database, mortality, lost, now);
        const refused = repeatedIn(database, jobs) ?? refusalOf(database, attempts, now, windowOf);
        if (refused !== null) return refused;
        beat(database, owner, now);
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
        readable(rowsOf(database, WHICH[which]), (row) => toJob(row, isBusy(database, row, now))),
      ),
    underWay: () => read(underWayIn),
    items: (jobId) => read((database) => itemsOf(database, jobId)),
    inputs: (jobId) => read((database) => inputsOf(database, jobId)),
    input: (sha256) => read((database) => inputBytes(database, sha256)),
    take: (jobId) => write('no', (database, now) => take(database, jobId, now)),
    leave: (jobId) => write('no', (database) => void update(database, jobId, NOBODY, 'owner = ?', owner.id)),
    uploaded: (jobId, file) =>
      change('no', jobId, ['planned', 'uploaded'], () => ({ stage: 'uploaded', file, why: null })),
    creating: (jobId) =>
      change('no', jobId, ['uploaded'], (now) => ({ stage: 'creating', sent_ms: now }), {
        from: 'held',
        step: 'sending',
      }),
    notCreated: (jobId, why) =>
      change('no', jobId, ['creating'], () => ({ stage: 'uploaded', why }), { from: 'sent', step: 'unsent' }),
    lost: (jobId, why, since) =>
      change('unknown', jobId, ['creating'], (now) => ({ lost_ms: since ?? now, why })),
    created: (jobId, batch) => write('unknown', (database, now) => created(database, jobId, batch, now)),
    seen: (jobId, { state, counts, resultsFile, endedAt, why }) =>
      write('unknown', (database, now) => {
        const isGoingOn = state === 'pending' || state === 'running';
        const facts = { remote_state: state, succeeded: counts?.succeeded ?? null, why, leased_ms: now };
        const all = isGoingOn ? facts : { ...facts, stage: 'ended' };
        const fence = `owner = ? AND stage IN ('running', 'ended')`;
        if (update(database, jobId, all, fence, owner.id) === 0) throw lostJob(jobId, 'unknown');
        // What was known before stays: it may be left out later.
        database.run(
          `UPDATE batch_jobs SET results_file = ifnull(?, results_file), ended_ms = ifnull(ended_ms, ?) WHERE job_id = ?`,
          resultsFile,
          isGoingOn ? null : Math.min(now, endedAt ?? now),
          jobId,
        );
      }),
    incomplete: (jobId, why) => change('unknown', jobId, ['ended'], () => ({ why })),
    twin: (jobId, batch) => write('unknown', (database, now) => twin(database, jobId, batch, now)),
    done: (jobId, why) =>
      write('no', (database, now) => {
        const facts = { ...NOBODY, stage: 'done', leased_ms: now, ...(why !== undefined && { why }) };
        if (update(database, jobId, facts, 'owner = ?', owner.id) === 0) throw lostJob(jobId, 'no');
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

/** A job that no process works on. */
const NOBODY = { owner: null, host: null } as const;

/** Resolves to how many rows were changed: none where the fence does not hold any more. */
function update(
  database: Database,
  jobId: string,
  facts: Readonly<Record<string, Value>>,
  fence = 'TRUE',
  ...fenced: readonly Value[]
): number {
  const columns = Object.keys(facts).map((column) => `${column} = ?`);
  const sql = `UPDATE batch_jobs SET ${columns.join(', ')} WHERE job_id = ? AND ${fence}`;
  return database.run(sql, ...Object.values(facts), jobId, ...fenced);
}

const lostJob = (jobId: string, charged: Charged): Failure =>
  new Failure('unavailable', `Another process took job ${jobId.slice(0, 8)} over, and goes on with it.`, {
    hint: 'pixtab batch wait says how it ends.',
    charged,
  });

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
