import type { JobPlan } from '../../ports/index.ts';
import { insertJob } from '../ledger/jobs.ts';
import type { Owner } from '../ledger/owner.ts';
import type { Queries } from '../ledger/queries.ts';
import { text } from '../ledger/row.ts';

/** Makes jobs of items that this process took, whose attempts are held already. Resolves to the ids of the jobs. */
export async function gatherJobs(
  database: Queries,
  jobs: readonly JobPlan[],
  { owner }: { readonly owner: Owner },
  now: number,
): Promise<readonly string[]> {
  const made: string[] = [];
  for (const job of jobs) {
    const ids = JSON.stringify(job.items.map(({ attempt }) => attempt.attemptId));
    // Some may have been taken off the queue, or have been given back since this process was taken for dead.
    const rows = await database.all(
      `SELECT attempt_id FROM queue_items q JOIN attempts a USING (attempt_id)
       WHERE attempt_id IN (SELECT value FROM json_each(?)) AND q.state = 'working' AND a.state = 'held' AND a.owner = ?`,
      ids,
      owner.id,
    );
    const own = new Set(rows.map((row) => text(row, 'attempt_id')));
    const items = job.items.filter(({ attempt }) => own.has(attempt.attemptId));
    if (items.length === 0) continue;
    await insertJob(database, { ...job, items }, { owner, now }, ({ attemptId, account = null }) => {
      database.tell('UPDATE attempts SET account = ? WHERE attempt_id = ?', account, attemptId);
      database.tell('UPDATE queue_items SET worker = NULL WHERE attempt_id = ?', attemptId);
    });
    made.push(job.jobId);
  }
  return made;
}

/** Jobs that are not done, or have twins or items that are not, the oldest first. */
export async function openJobs(database: Queries): Promise<readonly string[]> {
  const rows = await database.all(
    `SELECT job_id FROM batch_jobs WHERE job_id IN (
       SELECT job_id FROM queue_items q JOIN batch_items USING (attempt_id) WHERE q.state = 'working'
       UNION ALL
       SELECT coalesce(j.repeats, j.job_id) FROM batch_jobs j WHERE stage <> 'done' AND EXISTS (
         SELECT 1 FROM batch_items i JOIN queue_items USING (attempt_id) WHERE i.job_id = coalesce(j.repeats, j.job_id)))
     ORDER BY planned_ms, job_id`,
  );
  return rows.map((row) => text(row, 'job_id'));
}
