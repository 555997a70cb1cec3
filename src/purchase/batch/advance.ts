import { MOST_JOBS } from '../../core/catalogue/account-limits.ts';
import { asFailure, Failure, usageFailure } from '../../core/errors.ts';
import type { Job } from '../../ports/index.ts';
import { collect } from './collect.ts';
import { interrupted, stranger } from './failures.ts';
import { closeLostJob } from './close-lost-job.ts';
import { upload } from './upload.ts';
import type { Advanced, BatchContext } from './types.ts';

/** Takes a job as far as it goes without waiting for the API, from the stage at which any process left it. */
export async function advance(jobId: string, context: BatchContext): Promise<Advanced> {
  const { jobs } = context.books.ledger;
  const advanced = (status: Advanced['status'], failure: Failure | null = null): Advanced => ({
    jobId,
    status,
    failure,
  });
  let job = await jobs.take(jobId);
  if (job === null) return advanced('busy');
  try {
    while (job !== null && job.stage !== 'done') {
      mustBeHere(job, context);
      if (!(await further(job, context))) return advanced(job.batch === null ? 'queued' : 'running');
      job = await jobs.take(jobId);
    }
    return advanced(job === null ? 'busy' : 'done');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return advanced(job?.batch ? 'running' : 'queued', error);
  } finally {
    // A lease that cannot be given back runs out by itself, and its failure must not hide what became of the job.
    if (job !== null) await jobs.leave(jobId).catch(() => undefined);
  }
}

/** Takes one step. Resolves to false when the next one is up to the API. */
async function further(job: Job, context: BatchContext): Promise<boolean> {
  const { jobs } = context.books.ledger;
  if (context.stop.aborted) throw interrupted();
  if (job.stage === 'planned')
    await jobs.uploaded(job.jobId, (await upload(job, `${nameOf(job)}.jsonl`, context)).name);
  else if (job.stage === 'uploaded') return create(job, context);
  else if (job.stage === 'creating') return resolve(job, context);
  else if (job.stage === 'running') return look(job, context);
  else await collect(job, context);
  return true;
}

/** The name by which a job is found at the API when its creation was interrupted. */
export const nameOf = ({ jobId }: Pick<Job, 'jobId'>): string => `pixtab-${jobId}`;

/** Creates the job at the API. Resolves to false when the API has no room for it. */
async function create(job: Job, context: BatchContext): Promise<boolean> {
  const { books, batches, leave } = context;
  const { jobs } = books.ledger;
  const all = await jobs.list('open');
  if (all.filter(({ stage }) => stage === 'creating' || stage === 'running').length >= MOST_JOBS)
    return false;
  // The API forgets files after two days, and a job may have been queued here for longer.
  const { name: file } = await upload(job, `${nameOf(job)}.jsonl`, context);
  if (file !== job.file) await jobs.uploaded(job.jobId, file);
  await jobs.creating(job.jobId);
  let name: string;
  try {
    const batch = { model: job.model, displayName: nameOf(job), file };
    ({ name } = await batches.create(batch, leave, context.stop));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // The job may exist: the next step looks for it.
    if (error.charged !== 'no') return true;
    await jobs.notCreated(job.jobId, error.message);
    if (error.kind === 'rate-limited') return false;
    throw error;
  }
  try {
    await jobs.created(job.jobId, name);
  } catch (error) {
    throw unrecorded(job, asFailure(error, 'disk'));
  }
  return true;
}

/** The job is there, and the ledger does not know it: whoever looks next finds it by its name. */
const unrecorded = (job: Job, { message, hint }: Failure): Failure =>
  new Failure(
    'disk',
    `Job ${job.jobId.slice(0, 8)} is made, and that could not be written down: ${message}`,
    {
      hint: [hint, 'Then pixtab batch fetch finds it by its name.'].filter(Boolean).join(' '),
      charged: 'unknown',
    },
  );

// A job that was just created may not be listed everywhere yet.
const LAG_MS = 10_000;

/** The answer to the creation was lost: looks for the job, and lets it be created again only when it is certainly not there. */
async function resolve(job: Job, { books, batches, clock, leave }: BatchContext): Promise<boolean> {
  const { jobs } = books.ledger;
  const find = () => batches.find(nameOf(job), leave);
  let found = await find();
  const early = (job.sentAt ?? 0) + LAG_MS - clock.now();
  if (found === null && early > 0) {
    await clock.sleep(early, leave);
    found = await find();
  }
  if (found === null) await jobs.notCreated(job.jobId, 'It was interrupted before it was made.');
  else await jobs.created(job.jobId, found.name);
  return found !== null;
}

/** Asks the API for the state of the job. Resolves to false while it runs. */
async function look(job: Job, { books, batches, clock, leave, sandbox }: BatchContext): Promise<boolean> {
  const { jobs } = books.ledger;
  const remote = await batches.get(job.batch ?? '', leave);
  if (remote !== null) {
    await jobs.seen(job.jobId, remote);
    return remote.state !== 'pending' && remote.state !== 'running';
  }
  if (sandbox) {
    await closeLostJob(job, { books });
    return true;
  }
  const age = clock.now() - (job.sentAt ?? clock.now());
  if (age < LAG_MS) return false;
  if (age < FORGOTTEN_MS) throw stranger(job);
  const lost = { name: '', displayName: null, state: 'expired', counts: null, resultsFile: null } as const;
  await jobs.seen(job.jobId, { ...lost, why: 'The API does not know the job any more.' });
  return true;
}

// Two days to run, two days for the results: https://ai.google.dev/gemini-api/docs/batch-api, checked 2026-11-22
const FORGOTTEN_MS = 4 * 24 * 3_600_000;

/** A job is only known to the API that made it. */
export function mustBeHere({ jobId, baseUrl }: Job, context: Pick<BatchContext, 'baseUrl'>): void {
  if (baseUrl === context.baseUrl) return;
  throw usageFailure(
    `Job ${jobId.slice(0, 8)} is at ${baseUrl}, and this is ${context.baseUrl}.`,
    'Name the same API with --base-url. A sandbox that was started for one command is gone with it.',
  );
}
