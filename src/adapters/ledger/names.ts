import { counted } from '../../core/text/text.ts';
import type { Filings, KnownNames } from '../../ports/index.ts';
import type { Queries, Row } from './queries.ts';
import { count, text } from './row.ts';

/** Names that requests were ever filed under. */
export async function filings(database: Queries): Promise<Filings> {
  const names = (rows: readonly Row[]): readonly string[] => rows.map((row) => text(row, 'name'));
  const projects = 'SELECT DISTINCT project AS name FROM runs WHERE project IS NOT NULL';
  const agents = 'SELECT DISTINCT agent AS name FROM runs WHERE agent IS NOT NULL';
  const labels = 'SELECT DISTINCT value AS name FROM runs, json_each(labels)';
  return {
    projects: names(await database.all(projects)),
    agents: names(await database.all(agents)),
    labels: names(await database.all(labels)),
  };
}

/** As many as somebody may look through. */
const MOST = 50;

/** What a command line may name, the newest first. */
export async function namesIn(database: Queries): Promise<KnownNames> {
  const jobs = await database.all(
    `SELECT job_id, model, requests, stage FROM batch_jobs ORDER BY planned_ms DESC LIMIT ?`,
    MOST,
  );
  const requests = await database.all(
    'SELECT attempt_id, run_id, prompt FROM attempts ORDER BY held_ms DESC LIMIT ?',
    MOST,
  );
  return {
    ...(await filings(database)),
    jobs: jobs.map((row) => ({
      id: text(row, 'job_id'),
      about: `${text(row, 'stage')}, ${counted(count(row, 'requests'), 'image')} of ${text(row, 'model')}`,
    })),
    requests: requests.map((row) => ({
      id: text(row, 'attempt_id'),
      runId: text(row, 'run_id'),
      prompt: text(row, 'prompt'),
    })),
  };
}
