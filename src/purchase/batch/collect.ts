import { Failure } from '../../core/errors.ts';
import { describeError, isCertainlyFree } from '../../core/policy/rpc.ts';
import type { BatchResult, Job, JobItem } from '../../ports/index.ts';
import { carryOn, type Recovered } from '../recover.ts';
import { abreast } from './weighted-concurrency.ts';
import { interrupted, stranger } from './failures.ts';
import type { BatchContext } from './types.ts';

/** How many answers are finished at the same time: nearly all of their time is spent on the disk. */
export const MOST_AT_ONCE = 4;
/** An answer of 2 to 30 MB is in memory about four times, as bytes and as text. */
const AT_ONCE = {
  most: MOST_AT_ONCE,
  room: 12 * 1024 * 1024,
  weigh: ([, { answer }]: Brought) => answer?.byteLength ?? 0,
};
const RENEW_MS = 60_000;

type Brought = readonly [JobItem, BatchResult];
type Open = Map<string, JobItem>;

/** Fetches the answers of a job and accounts for each of its requests. An answer that was fetched before is not fetched again. */
export async function collect(job: Job, context: BatchContext): Promise<void> {
  const { jobs } = context.books.ledger;
  const items = await jobs.items(job.jobId);
  const open: Open = new Map(items.filter(isOpen).map((item) => [item.attempt.attemptId, item]));
  await finishKept(open, context);
  const file = open.size > 0 ? await resultsOf(job, context) : null;
  if (file !== null) await fetchAll(job, file, open, context);
  await closeRest(job, context);
  await jobs.done(job.jobId);
  await tidied(job, context);
}

const isOpen = ({ state }: JobItem): boolean => state !== 'saved' && state !== 'released';

/** Finishes answers that an earlier process fetched into the journal: they need not be fetched again. */
async function finishKept(open: Open, context: BatchContext): Promise<void> {
  const { journal } = context.books;
  for (const attemptId of await journal.ids()) {
    const item = open.get(attemptId);
    if (item === undefined) continue;
    const kept = await journal.read(attemptId);
    // A damaged answer is fetched once more.
    if (kept.body === null) continue;
    open.delete(attemptId);
    told(await carryOn(kept, item.attempt, item.state, context), context);
    mayGoOn(context);
  }
}

/** Opens the file of results. That the file is gone is believed only where the API still knows the job. */
async function resultsOf(
  job: Job,
  { batches, files, leave }: BatchContext,
): Promise<AsyncIterable<Uint8Array> | null> {
  if (job.resultsFile === null) return null;
  const file = await files.download(job.resultsFile, leave);
  if (file !== null || (await batches.get(job.batch ?? '', leave)) !== null) return file;
  throw stranger(job);
}

async function fetchAll(
  job: Job,
  file: AsyncIterable<Uint8Array>,
  open: Open,
  context: BatchContext,
): Promise<void> {
  const { batches, books, clock, stop } = context;
  let renewedAt = clock.now();

  async function* wanted(): AsyncGenerator<Brought> {
    for await (const result of batches.results(file)) {
      if (stop.aborted) return;
      const item = result.key === null ? undefined : open.get(result.key);
      if (item === undefined) continue;
      open.delete(item.attempt.attemptId);
      yield [item, result];
    }
  }

  await abreast(wanted(), AT_ONCE, async ([item, result]) => {
    await account(item, result, context);
    if (clock.now() - renewedAt < RENEW_MS) return;
    renewedAt = clock.now();
    await books.ledger.jobs.take(job.jobId);
  });
  mayGoOn(context);
}

/** Keeps one line of the results in the journal as it came, then finishes it the way `recover` does after a crash. */
async function account(
  { attempt, state }: JobItem,
  { answer, error }: BatchResult,
  context: BatchContext,
): Promise<void> {
  if (answer !== null) {
    const entry = await context.books.journal.keep(attempt, answer);
    told(await carryOn({ entry, body: answer }, attempt, state, context), context);
  } else if (error !== null && state === 'sent') {
    await failed(attempt.attemptId, error, context);
  }
}

function told(recovered: Recovered, { onAnswer }: BatchContext): void {
  onAnswer(recovered);
  if (recovered.failure?.kind === 'disk') throw recovered.failure;
}

function mayGoOn({ stop }: BatchContext): void {
  if (stop.aborted) throw interrupted();
}

async function failed(
  attemptId: string,
  error: NonNullable<BatchResult['error']>,
  { books: { ledger } }: BatchContext,
): Promise<void> {
  const why = describeError(error);
  if (isCertainlyFree(error)) await ledger.release(attemptId, why, 'unavailable');
  else await ledger.unconfirm(attemptId, why);
}

/** Closes requests that the results say nothing about. They were free where the API counts no more successes than answers came. */
async function closeRest(job: Job, { books: { ledger } }: BatchContext): Promise<void> {
  const items = await ledger.jobs.items(job.jobId);
  const answered = items.filter(({ state }) => ['replied', 'settled', 'saved'].includes(state)).length;
  const isFree = job.succeeded === null ? job.state === 'failed' : job.succeeded <= answered;
  const why = job.why ?? `The job ended as ${job.state}, without an answer to this request.`;
  for (const { attempt, state } of items) {
    if (state !== 'sent') continue;
    if (isFree) await ledger.release(attempt.attemptId, why, 'unavailable');
    else await ledger.unconfirm(attempt.attemptId, why);
  }
}

/** Removes the file of requests. The API removes it after two days anyway, so a failure does not leave the job unfinished. */
async function tidied({ file }: Job, { files, leave }: BatchContext): Promise<void> {
  try {
    if (file !== null) await files.remove(file, leave);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
