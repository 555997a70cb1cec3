import { MOST_JOBS } from '../../core/catalogue/account-limits.ts';
import { asFailure, Failure } from '../../core/errors.ts';
import type { Job, RemoteBatch } from '../../ports/index.ts';
import { collect, harvest, tidied } from './collect.ts';
import { hidden, interrupted, planned, stranger } from './failures.ts';
import { closeLostJob } from './close-lost-job.ts';
import { isOf, mustBeHere } from './is-here.ts';
import { FORGOTTEN_MS, isHidden, nameOf, resolve, takeUp } from './resolve.ts';
import { bookTwins } from './twins.ts';
import { upload } from './upload.ts';
import type { Advanced, BatchContext } from './types.ts';

/** What a step leaves to be done: the next one, or something that is up to the API. */
type Step = 'on' | 'queued' | 'running' | 'ended';

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
      const step = await further(job, context);
      if (step !== 'on') return advanced(step);
      job = await jobs.take(jobId);
    }
    return advanced(job === null ? 'busy' : 'done');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return advanced(job?.batch ? 'running' : 'queued', error);
  } finally {
    // A lease that cannot be given back runs out by itself, and its failure must not hide what became of the job.
    await jobs.leave(jobId).catch(() => undefined);
  }
}

/** Looks once more at a job that is done, for answers that its results did not have: they may be there by now. */
export async function lookAgain(jobId: string, context: BatchContext): Promise<Advanced> {
  const { jobs } = context.books.ledger;
  const advanced = (status: Advanced['status'], failure: Failure | null = null): Advanced => ({
    jobId,
    status,
    failure,
  });
  const job = await jobs.take(jobId);
  if (job === null) return advanced('busy');
  try {
    if (job.batch === null) return advanced('done');
    mustBeHere(job, context);
    const remote = await context.batches.get(job.batch, context.leave);
    if (remote !== null) await harvest(job, remote, context);
    await bookTwins(job, context);
    return advanced('done');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return advanced('done', error);
  } finally {
    await jobs.leave(jobId).catch(() => undefined);
  }
}

/** Takes one step. */
async function further(job: Job, context: BatchContext): Promise<Step> {
  const { jobs } = context.books.ledger;
  if (context.stop.aborted) throw interrupted();
  const isHere = job.stage === 'planned' || job.stage === 'uploaded';
  if (isHere && !isOf(job, context)) {
    if (job.lostAt === null) throw planned(job);
    // Looked for in vain with its own key, whose list may have lagged; this one may be of the same project.
    if (await takeUp(job, context)) return 'on';
    throw isHidden(job, job.lostAt, context) ? hidden(job) : planned(job);
  }
  if (isHere && context.maySubmit !== undefined && !(await context.maySubmit())) return 'queued';
  if (job.stage === 'uploaded') return create(job, context);
  if (job.stage === 'creating') return resolve(job, context);
  if (job.stage === 'running' || job.stage === 'ended') return look(job, context);
  await jobs.uploaded(job.jobId, (await upload(job, `${nameOf(job)}.jsonl`, context)).name);
  return 'on';
}

/** Creates the job at the API, where that has room for it. */
async function create(job: Job, context: BatchContext): Promise<Step> {
  const { books, batches, leave } = context;
  const { jobs } = books.ledger;
  // It may have been made before, in spite of what the list said by then.
  if (job.lostAt !== null && (await takeUp(job, context))) return 'on';
  const all = (await jobs.list('open')).filter((one) => isOf(one, context));
  if (all.filter(({ stage }) => stage === 'creating' || stage === 'running').length >= MOST_JOBS)
    return 'queued';
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
    if (error.charged !== 'no') {
      await jobs.lost(job.jobId, error.message);
      return 'on';
    }
    await jobs.notCreated(job.jobId, error.message);
    if (error.kind === 'rate-limited') return 'queued';
    throw error;
  }
  try {
    await jobs.created(job.jobId, name);
  } catch (error) {
    throw unrecorded(job, asFailure(error, 'disk'));
  }
  return 'on';
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

// A job that was just created may not be known everywhere yet.
const LAG_MS = 10_000;

/** Asks the API for the state of the job, and collects what there is when it ended. */
async function look(job: Job, context: BatchContext): Promise<Step> {
  const { books, batches, clock, leave, sandbox } = context;
  const remote = await batches.get(job.batch ?? '', leave);
  if (remote !== null) return seen(job, remote, context);
  if (sandbox) {
    await closeLostJob(job, { books });
    return 'on';
  }
  const age = clock.now() - (job.sentAt ?? clock.now());
  if (age < LAG_MS) return 'running';
  if (age < FORGOTTEN_MS) throw stranger(job);
  return seen(job, { ...FORGOTTEN, resultsFile: job.resultsFile, endedAt: job.sentAt }, context);
}

async function seen(job: Job, remote: RemoteBatch, context: BatchContext): Promise<Step> {
  const { jobs } = context.books.ledger;
  await jobs.seen(job.jobId, remote);
  if (remote.state === 'pending' || remote.state === 'running') return 'running';
  const endedAt = job.endedAt ?? context.clock.now();
  if (!(await collect({ ...job, endedAt }, remote, context))) return 'ended';
  await bookTwins(job, context);
  await jobs.done(job.jobId);
  await tidied(job, context);
  return 'on';
}

const FORGOTTEN: RemoteBatch = {
  name: '',
  displayName: null,
  state: 'expired',
  counts: null,
  resultsFile: null,
  results: [],
  endedAt: null,
  why: 'The API does not know the job any more.',
};
