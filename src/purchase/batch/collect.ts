import { Failure } from '../../core/errors.ts';
import { goneAt, isComplete, isFree, whatIsMissing, type JobEnd } from '../../core/policy/job-end.ts';
import { describeError, type RpcError } from '../../core/policy/rpc.ts';
import { originalOf, type BatchResult, type Job, type JobItem, type RemoteBatch } from '../../ports/index.ts';
import { carryOn, type Recovered } from '../recover.ts';
import { abreast } from './weighted-concurrency.ts';
import { interrupted } from './failures.ts';
import type { BatchContext } from './types.ts';

/** How many answers are finished at the same time: nearly all of their time is spent on the disk. */
export const MOST_AT_ONCE = 4;
/** An answer of 2 to 30 MB is in memory about four times, as bytes and as text. */
const AT_ONCE = {
  most: MOST_AT_ONCE,
  room: 12 * 1024 * 1024,
  weigh: ([, bytes]: Brought) => bytes.byteLength,
};

/** Results of other jobs, and the same once more, that are passed over: a file has an end, also where it does not say so. */
const MOST_FOREIGN = 10_000;

type Brought = readonly [JobItem, Uint8Array];

/** Requests that no answer came to, by the key that their results have. */
type Open = Map<string, JobItem>;

/** What was read of the results of a job. */
interface Harvest {
  /** Errors in the place of an answer, by key. */
  readonly errors: ReadonlyMap<string, RpcError>;
  /** Whether all of it could be read; null where there was nothing. */
  readonly isWhole: boolean | null;
}

/**
 * Fetches the answers of a job that ended, wherever the API puts them, and accounts for each of its requests. An answer
 * that was fetched before is not fetched again. Resolves to false while more may come: then everything that is open stays
 * held, and is to be looked at again.
 */
export async function collect(job: Job, remote: RemoteBatch, context: BatchContext): Promise<boolean> {
  const { jobs } = context.books.ledger;
  const { isWhole, errors } = await harvest(job, remote, context);
  const end: JobEnd = {
    state: endOf(remote.state),
    counts: remote.counts,
    answers: (await jobs.items(job.jobId)).filter(isAnswered).length,
    errors: errors.size,
    isWhole,
  };
  const until = goneAt(Math.min(job.endedAt ?? Infinity, remote.endedAt ?? Infinity));
  const isOver = isComplete(end) || context.clock.now() >= until;
  const isOpen = (await jobs.items(job.jobId)).some(({ state }) => state === 'sent');
  if (isOpen && !isOver) {
    const date = new Date(until).toISOString().slice(0, 16).replace('T', ' ');
    await jobs.incomplete(
      job.jobId,
      [remote.why, whatIsMissing(end), `Looked at again until ${date} UTC.`].filter(Boolean).join(' '),
    );
    return false;
  }
  await closeRest(job, remote, errors, end, context);
  return true;
}

/** Reads what there is of the results of a job, and finishes every answer in it. */
export async function harvest(job: Job, remote: RemoteBatch, context: BatchContext): Promise<Harvest> {
  const items = await context.books.ledger.jobs.items(job.jobId);
  const all: Open = new Map(items.map((item) => [originalOf(item.attempt.attemptId), item]));
  const open: Open = new Map([...all].filter(([, { state }]) => state !== 'saved'));
  await finishKept(open, context);
  if (open.size === 0) return { errors: new Map(), isWhole: null };
  const errors = new Map<string, RpcError>();
  let areThere = false;
  let areSound = true;
  let left = 2 * all.size + MOST_FOREIGN;

  async function* wanted(): AsyncGenerator<Brought> {
    for await (const { key, answer, error } of resultsOf(job, remote, context)) {
      if (context.stop.aborted) return;
      left -= 1;
      if (key === null || left < 0) areSound = false;
      if (left < 0) return;
      if (key === null || !all.has(key)) continue;
      areThere = true;
      const item = open.get(key);
      if (item === undefined) continue;
      if (answer === null) {
        if (error !== null) errors.set(key, error);
        continue;
      }
      // An answer beats an error under the same key.
      errors.delete(key);
      open.delete(key);
      yield [item, answer];
    }
  }

  await abreast(wanted(), AT_ONCE, async ([{ attempt, state }, answer]) => {
    const entry = await context.books.journal.keep(attempt, answer);
    if (entry.remark) context.saver.remark(entry.remark);
    told(await carryOn({ entry, body: answer }, attempt, state, context), context);
  });
  mayGoOn(context);
  return { errors, isWhole: areThere ? areSound : null };
}

/** Finishes answers that an earlier process fetched into the journal: they need not be fetched again. */
async function finishKept(open: Open, context: BatchContext): Promise<void> {
  const { journal } = context.books;
  const kept = new Set(await journal.ids());
  for (const [key, { attempt, state }] of open) {
    if (!kept.has(attempt.attemptId)) continue;
    const answer = await journal.read(attempt.attemptId);
    // A damaged answer is fetched once more.
    if (answer.body === null) continue;
    open.delete(key);
    told(await carryOn(answer, attempt, state, context), context);
    mayGoOn(context);
  }
}

/** All results, from inside of the job and from its file. A file that is not there may be late. */
async function* resultsOf(
  job: Job,
  remote: RemoteBatch,
  { batches, files, leave }: BatchContext,
): AsyncGenerator<BatchResult> {
  yield* remote.results;
  const name = remote.resultsFile ?? job.resultsFile;
  const file = name === null ? null : await files.download(name, leave);
  if (file !== null) yield* batches.results(file);
}

/** Accounts for requests that no answer came to. */
async function closeRest(
  job: Job,
  { why: reason }: RemoteBatch,
  errors: ReadonlyMap<string, RpcError>,
  end: JobEnd,
  { books: { ledger } }: BatchContext,
): Promise<void> {
  const rest = reason ?? `The job ended as ${end.state}, without an answer to this request.`;
  for (const { attempt, state } of await ledger.jobs.items(job.jobId)) {
    if (state !== 'sent') continue;
    const error = errors.get(originalOf(attempt.attemptId)) ?? null;
    const why = error === null ? rest : describeError(error);
    const as = end.state === 'cancelled' ? 'cancelled' : 'unavailable';
    if (isFree(error, end)) await ledger.release(attempt.attemptId, why, as);
    else await ledger.unconfirm(attempt.attemptId, why);
  }
}

/** An answer that could not be read is counted as unconfirmed, and came. */
const isAnswered = ({ state }: JobItem): boolean => state !== 'sent' && state !== 'released';

const endOf = (state: RemoteBatch['state']): JobEnd['state'] =>
  state === 'pending' || state === 'running' ? 'succeeded' : state;

function told(recovered: Recovered, { onAnswer }: BatchContext): void {
  onAnswer(recovered);
  if (recovered.failure?.kind === 'disk') throw recovered.failure;
}

function mayGoOn({ stop }: BatchContext): void {
  if (stop.aborted) throw interrupted();
}

/** Removes the file of requests. The API removes it after two days anyway, so a failure does not leave the job unfinished. */
export async function tidied({ file }: Job, { files, leave }: BatchContext): Promise<void> {
  try {
    if (file !== null) await files.remove(file, leave);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
