import type { AttemptState, AttemptStep } from '../../core/policy/attempt-state.ts';
import type { WindowOf } from '../../core/policy/budget.ts';
import { Failure, usageFailure, type Charged } from '../../core/errors.ts';
import {
  batchLine,
  twinAttemptId,
  twinJobId,
  type AttemptPlan,
  type Job,
  type JobPlan,
  type Jobs,
  type JobStage,
} from '../../ports/index.ts';
import { insertHeld, take as step } from './attempts.ts';
import { refusalOf } from './budgets.ts';
import type { Owner } from './owner.ts';
import type { Awaitable, EarlyWork, Queries, Row, Value, Work } from './queries.ts';
import { beat } from './processes.ts';
import { lifeSigns, orphans, reclaim, type Mortality } from './reclaim.ts';
import { forgetInputs, inputBytes, inputsOf, keepInputs } from './job-inputs.ts';
import { idsIn, itemsOf, rowsOf, toJob, underWayIn, WHICH } from './job-rows.ts';
import { readable, textOrNull } from './row.ts';

export interface Access {
  readonly read: <T>(work: EarlyWork<T>) => Promise<T>;
  readonly write: <T>(charged: Charged, work: Work<T>) => Promise<T>;
}

/** Jobs of the batch lane, beside the attempts that they are made of. */
export function batchJobs({ read, write }: Access, mortality: Mortality, windowOf: WindowOf): Jobs {
  const { owner } = mortality;

  async function isBusy(database: Queries, row: Row, now: Awaitable<number>): Promise<boolean> {
    if (textOrNull(row, 'host') === null || textOrNull(row, 'owner') === owner.id) return false;
    return lifeSigns(database, mortality, now)({ ...row, changed_ms: row.leased_ms });
  }

  const lease = (database: Queries, jobId: string, now: number): Promise<void> =>
    leaseJob(database, jobId, { owner, now });

  const insert = (database: Queries, job: JobPlan, now: number): Promise<void> =>
    insertJob(database, job, { owner, now }, (attempt) => insertHeld(database, attempt, owner, now));

  /** The same job once more, as the API has it. It costs whatever budgets say. */
  async function twin(database: Queries, jobId: string, batch: string, now: number): Promise<string | null> {
    const [row] = await rowsOf(database, 'job_id = ?', jobId);
    if (row === undefined || (await database.get('SELECT 1 FROM batch_jobs WHERE batch = ?', batch)))
      return null;
    const { model, baseUrl, account, tokens } = toJob(row, false);
    const id = twinJobId(jobId, batch);
    const items = (await itemsOf(database, jobId)).map(({ attempt, request }) => ({
      attempt: { ...attempt, attemptId: twinAttemptId(attempt.attemptId, batch) },
      // It is at the API already, and what was forgotten is not asked for again.
      request: request ?? '{}',
    }));
    await insert(database, { jobId: id, model, baseUrl, account, tokens, items, repeats: jobId }, now);
    await moveAll(database, id, 'held', 'sending', now);
    await update(database, id, { ...NOBODY, stage: 'running', batch, sent_ms: now });
    return id;
  }

  /**
   * Takes a job from one of these stages, as long as it is this process's; `moves` takes all attempts that are in one state a
   * step further. Failure `unavailable`, with nothing changed, when another process took it over.
   */
  async function change(
    charged: Charged,
    jobId: string,
    stages: readonly JobStage[],
    factsAt: (now: number) => Readonly<Record<string, Value>>,
    moves?: { readonly from: AttemptState; readonly step: AttemptStep },
  ): Promise<void> {
    return write(charged, async (database, now) => {
      const fence = `owner = ? AND stage IN (SELECT value FROM json_each(?))`;
      const facts = { ...factsAt(now), leased_ms: now };
      if ((await update(database, jobId, facts, fence, owner.id, JSON.stringify(stages))) === 0)
        throw lostJob(jobId, charged);
      if (moves) await moveAll(database, jobId, moves.from, moves.step, now);
    });
  }

  async function moveAll(
    database: Queries,
    jobId: string,
    from: AttemptState,
    to: AttemptStep,
    now: number,
  ): Promise<void> {
    for (const id of await idsIn(database, jobId, from)) await step(database, id, to, { owner: null, now });
  }

  async function take(database: Queries, jobId: string, now: number): Promise<Job | null> {
    const [row] = await rowsOf(database, 'job_id = ?', jobId);
    if (row === undefined || (await isBusy(database, row, now))) return null;
    const { id, host, pid, startedAt } = owner;
    beat(database, owner, now);
    await lease(database, jobId, now);
    // The attempts become this process's too, so that `recover` in another one leaves their answers alone.
    database.tell(
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
  async function created(database: Queries, jobId: string, batch: string, now: number): Promise<void> {
    const facts = { stage: 'running', batch, why: null };
    const isFirst = `batch IS NULL AND stage IN ('uploaded', 'creating')`;
    if ((await update(database, jobId, facts, isFirst)) > 0)
      await moveAll(database, jobId, 'held', 'sending', now);
    else await twin(database, jobId, batch, now);
  }

  return {
    async plan(jobs, besides = []) {
      const attempts = [...jobs.flatMap(({ items }) => items.map(({ attempt }) => attempt)), ...besides];
      const lost = await read((database, now) => orphans(database, mortality, now));
      const refused = await write('no', async (database, now) => {
        await reclaim(database, mortality, lost, now);
        const refused =
          (await repeatedIn(database, jobs)) ?? (await refusalOf(database, attempts, now, windowOf));
        if (refused !== null) return refused;
        beat(database, owner, now);
        for (const job of jobs) await insert(database, job, now);
        for (const attempt of besides) insertHeld(database, attempt, owner, now);
        await forgetInputs(database, now);
        return null;
      });
      // Thrown outside the transaction, so that what was reclaimed stays so.
      if (refused !== null) throw refused;
    },
    list: (which) =>
      read(async (database, now) => {
        const rows = await rowsOf(database, WHICH[which]);
        const busy = new Set<Row>();
        for (const row of rows) if (await isBusy(database, row, now)) busy.add(row);
        return readable(rows, (row) => toJob(row, busy.has(row)));
      }),
    underWay: () => read(underWayIn),
    items: (jobId) => read((database) => itemsOf(database, jobId)),
    inputs: (jobId) => read((database) => inputsOf(database, jobId)),
    input: (sha256) => read((database) => inputBytes(database, sha256)),
    take: (jobId) => write('no', (database, now) => take(database, jobId, now)),
    leave: (jobId) =>
      write('no', async (database) => void (await update(database, jobId, NOBODY, 'owner = ?', owner.id))),
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
      write('unknown', async (database, now) => {
        const isGoingOn = state === 'pending' || state === 'running';
        const facts = { remote_state: state, succeeded: counts?.succeeded ?? null, why, leased_ms: now };
        const all = isGoingOn ? facts : { ...facts, stage: 'ended' };
        const fence = `owner = ? AND stage IN ('running', 'ended')`;
        if ((await update(database, jobId, all, fence, owner.id)) === 0) throw lostJob(jobId, 'unknown');
        // What was known before stays: it may be left out later.
        database.tell(
          `UPDATE batch_jobs SET results_file = coalesce(?, results_file), ended_ms = coalesce(ended_ms, ?) WHERE job_id = ?`,
          resultsFile,
          isGoingOn ? null : Math.min(now, endedAt ?? now),
          jobId,
        );
      }),
    incomplete: (jobId, why) => change('unknown', jobId, ['ended'], () => ({ why })),
    twin: (jobId, batch) => write('unknown', (database, now) => twin(database, jobId, batch, now)),
    done: (jobId, why) =>
      write('no', async (database, now) => {
        const facts = { ...NOBODY, stage: 'done', leased_ms: now, ...(why !== undefined && { why }) };
        if ((await update(database, jobId, facts, 'owner = ?', owner.id)) === 0) throw lostJob(jobId, 'no');
        await forgetInputs(database, now);
      }),
  };
}

/** Who writes something down, and when. */
interface Writer {
  readonly owner: Owner;
  readonly now: number;
}

/** Writes a job down as this process's; `hold` sees to it that each of its attempts is held. */
export async function insertJob(
  database: Queries,
  job: JobPlan,
  { owner, now }: Writer,
  hold: (attempt: AttemptPlan) => void,
): Promise<void> {
  const bytes = job.items.reduce((sum, item) => sum + sizeOf(item.attempt.attemptId, item.request), 0);
  const { jobId, model, baseUrl, account, tokens, items, repeats = null } = job;
  const runId = items[0]?.attempt.runId ?? '';
  await database.run(
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
  await leaseJob(database, jobId, { owner, now });
  for (const [n, { attempt, request, inputs = [], instead = null }] of items.entries()) {
    const { attemptId } = attempt;
    hold(attempt);
    // Waited for, since a request may have pictures in it: all of them on their way at once would fill the memory.
    await database.run(
      'INSERT INTO batch_items (attempt_id, job_id, n, request) VALUES (?, ?, ?, ?)',
      attemptId,
      jobId,
      n,
      request,
    );
    await keepInputs(database, attemptId, inputs, instead);
    if (instead !== null)
      await database.run(
        'UPDATE batch_items SET resubmitted_as = ? WHERE attempt_id = ?',
        attemptId,
        instead,
      );
  }
}

/** Makes the job this process's. */
async function leaseJob(database: Queries, jobId: string, { owner, now }: Writer): Promise<void> {
  const { id, host, pid, startedAt } = owner;
  await update(database, jobId, { owner: id, host, pid, process_start: startedAt, leased_ms: now });
}

/** The refusal where another process has repeated one of these attempts at the same moment. */
async function repeatedIn(database: Queries, jobs: readonly JobPlan[]): Promise<Failure | null> {
  const repeats = jobs.flatMap(({ items }) => items.flatMap(({ instead }) => instead ?? []));
  const repeated = await database.get(
    `SELECT 1 FROM batch_items
     WHERE attempt_id IN (SELECT value FROM json_each(?)) AND resubmitted_as IS NOT NULL`,
    JSON.stringify(repeats),
  );
  return repeated === undefined
    ? null
    : usageFailure(
        'What failed was asked for again meanwhile.',
        'pixtab batch list shows it.',
        'pixtab batch list',
      );
}

const sizeOf = (key: string, request: string): number => Buffer.byteLength(batchLine(key, request));

/** A job that no process works on. */
const NOBODY = { owner: null, host: null } as const;

/** Resolves to how many rows were changed: none where the fence does not hold any more. */
async function update(
  database: Queries,
  jobId: string,
  facts: Readonly<Record<string, Value>>,
  fence = 'TRUE',
  ...fenced: readonly Value[]
): Promise<number> {
  const columns = Object.keys(facts).map((column) => `${column} = ?`);
  const sql = `UPDATE batch_jobs SET ${columns.join(', ')} WHERE job_id = ? AND ${fence}`;
  return await database.run(sql, ...Object.values(facts), jobId, ...fenced);
}

const lostJob = (jobId: string, charged: Charged): Failure =>
  new Failure('unavailable', `Another process took job ${jobId.slice(0, 8)} over, and goes on with it.`, {
    hint: 'pixtab batch wait says how it ends.',
    charged,
  });
