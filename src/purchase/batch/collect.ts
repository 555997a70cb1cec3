import pMap from 'p-map';
import { Failure } from '../../core/errors.ts';
import { describeError, isCertainlyFree } from '../../core/rpc.ts';
import type { BatchResult, Job, JobItem } from '../../ports.ts';
import { recover } from '../recover.ts';
import type { BatchWorld } from './world.ts';

/** Answers that are finished at the same time: each is some megabytes, and nearly all of the time goes into disks. */
const AT_ONCE = 3;
const RENEW_MS = 60_000;

/** Fetches what a job brought and accounts for every request in it. What was fetched before is not fetched again. */
export async function collect(job: Job, world: BatchWorld): Promise<void> {
  const { jobs } = world.books.ledger;
  const items = await jobs.items(job.jobId);
  const open = new Map(items.filter(isOpen).map((item) => [item.attempt.attemptId, item]));
  const file = open.size > 0 ? await resultsOf(job, world) : null;
  if (file !== null) await fetchAll(job, file, open, world);
  await closeRest(job, world);
  await jobs.done(job.jobId);
  await tidied(job, world);
}

/** The file of requests would go by itself in two days: no reason to call a job unfinished. */
async function tidied({ file }: Job, { files, leave }: BatchWorld): Promise<void> {
  try {
    if (file !== null) await files.remove(file, leave);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

const isOpen = ({ state }: JobItem): boolean => state !== 'saved' && state !== 'released';

/** The file of results; that it is gone is believed only where the job itself is known. */
async function resultsOf(
  job: Job,
  { batches, files, leave }: BatchWorld,
): Promise<AsyncIterable<Uint8Array> | null> {
  if (job.resultsFile === null) return null;
  const file = await files.download(job.resultsFile, leave);
  if (file !== null || (await batches.get(job.batch ?? '', leave)) !== null) return file;
  throw new Failure('unavailable', `The API knows neither ${job.batch} nor its results.`, {
    hint: 'A job is known only to the project whose key made it.',
    charged: 'unknown',
  });
}

async function fetchAll(
  job: Job,
  file: AsyncIterable<Uint8Array>,
  open: Map<string, JobItem>,
  world: BatchWorld,
): Promise<void> {
  const { batches, books, clock, stop } = world;
  let failure: Failure | null = null;
  let renewedAt = clock.now();

  /** Thrown only when what is under way is done, so that nothing goes on behind a caller who thinks it over. */
  function remember(error: unknown): void {
    failure ??= error instanceof Failure ? error : new Failure('bug', String(error), { cause: error });
  }

  async function* results(): AsyncGenerator<readonly [JobItem, BatchResult]> {
    try {
      for await (const result of batches.results(file)) {
        if (failure !== null || stop.aborted) return;
        const item = result.key === null ? undefined : open.get(result.key);
        if (item === undefined) continue;
        open.delete(item.attempt.attemptId);
        yield [item, result];
      }
    } catch (error) {
      remember(error);
    }
  }

  await pMap(
    results(),
    async ([item, result]) => {
      if (failure !== null) return;
      try {
        await account(item, result, world);
        if (clock.now() - renewedAt < RENEW_MS) return;
        renewedAt = clock.now();
        await books.ledger.jobs.take(job.jobId);
      } catch (error) {
        remember(error);
      }
    },
    { concurrency: AT_ONCE },
  );
  if (failure !== null) throw failure;
  if (stop.aborted) throw new Failure('cancelled', 'Cancelled; pixtab batch fetch goes on from here.');
}

/** One line of the results: on disk as it came, and then all the way to a picture, as after a crash. */
async function account(
  { attempt, state }: JobItem,
  { answer, error }: BatchResult,
  world: BatchWorld,
): Promise<void> {
  const { ledger, journal } = world.books;
  if (answer === null) {
    if (error !== null && state === 'sent') await failed(attempt.attemptId, error, world);
    return;
  }
  await journal.keep(attempt, answer);
  if (state === 'sent') await ledger.replied(attempt.attemptId);
  const recovered = await recover(attempt.attemptId, world);
  world.onAnswer(recovered);
  if (recovered.failure?.kind === 'disk') throw recovered.failure;
}

async function failed(
  attemptId: string,
  error: NonNullable<BatchResult['error']>,
  { books: { ledger } }: BatchWorld,
): Promise<void> {
  const why = describeError(error);
  if (isCertainlyFree(error)) await ledger.release(attemptId, why);
  else await ledger.unconfirm(attemptId, why);
}

/** Requests that the results say nothing about: free where the API counts no more successes than there were answers. */
async function closeRest(job: Job, { books: { ledger } }: BatchWorld): Promise<void> {
  const items = await ledger.jobs.items(job.jobId);
  const answered = items.filter(({ state }) => ['replied', 'settled', 'saved'].includes(state)).length;
  const isFree = job.succeeded === null ? job.state === 'failed' : job.succeeded <= answered;
  const why = job.why ?? `The job ended as ${job.state}, without an answer to this request.`;
  for (const { attempt, state } of items) {
    if (state !== 'sent') continue;
    if (isFree) await ledger.release(attempt.attemptId, why);
    else await ledger.unconfirm(attempt.attemptId, why);
  }
}
