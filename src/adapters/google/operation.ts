import { z } from 'zod';
import { printable } from '../../core/text/text.ts';
import { BATCH_STATES } from '../../ports/index.ts';
import type { BatchCounts, BatchState, RemoteBatch } from '../../ports/index.ts';
import { maybe, tally, word } from '../lenient.ts';
import { FILE_NAME } from './file-names.ts';

/** A name goes into an address, so it has nothing that would lead elsewhere. */
export const BATCH_NAME = /^batches\/[\w-]{1,128}$/;

const Output = maybe(z.object({ responsesFile: maybe(z.string().regex(FILE_NAME)) }));

const Stats = z.object({
  requestCount: maybe(tally),
  successfulRequestCount: maybe(tally),
  failedRequestCount: maybe(tally),
});

/** The API describes a job as an operation: its metadata holds nearly everything, its response some of it again. */
const Operation = z.object({
  name: z.string().regex(BATCH_NAME),
  done: maybe(z.boolean()),
  metadata: maybe(
    z.object({
      displayName: word,
      state: word,
      batchStats: maybe(Stats),
      output: Output,
      endTime: word,
    }),
  ),
  response: Output,
  error: maybe(z.object({ code: maybe(z.int()), message: word })),
});

// An account without jobs is answered with an empty object; any other shape without operations is no list.
const Page = z.union([
  z.object({ operations: z.array(z.unknown()), nextPageToken: word }),
  z.strictObject({ nextPageToken: word }),
]);

/** A job without the results that may be inside of its description; null when it makes no sense. */
export function jobIn(json: unknown, clean: (text: string) => string): RemoteBatch | null {
  const { data } = Operation.safeParse(json);
  if (!data) return null;
  const { name, metadata, response, error } = data;
  const stats = metadata?.batchStats ?? null;
  const why = error && printable(clean(error.message || `error ${error.code}`));
  return {
    name,
    displayName: metadata?.displayName ?? null,
    state: stateOf(data),
    counts: stats && countsOf(stats, stateOf(data)),
    resultsFile: metadata?.output?.responsesFile ?? response?.responsesFile ?? null,
    results: [],
    endedAt: timeIn(metadata?.endTime),
    why: why ?? null,
  };
}

function timeIn(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}

/**
 * Google's JSON leaves a count of zero out, but stats that do not say how many requests there are count nothing. The
 * counts of a job that succeeded are dropped when they do not add up.
 */
function countsOf(stats: z.infer<typeof Stats>, state: BatchState): BatchCounts | null {
  const total = stats.requestCount ?? 0;
  if (total === 0) return null;
  const succeeded = stats.successfulRequestCount ?? 0;
  const failed = stats.failedRequestCount ?? 0;
  const isOdd = state === 'succeeded' && succeeded + failed !== total;
  return isOdd ? null : { total, succeeded, failed };
}

/** A page of a list of jobs. */
export interface JobPage {
  readonly jobs: readonly RemoteBatch[];
  /** Every job on it could be read: one that could not may be the one that is looked for. */
  readonly isWhole: boolean;
  readonly next: string;
}

/** null when it is no list. */
export function jobsIn(json: unknown, clean: (text: string) => string): JobPage | null {
  const { data } = Page.safeParse(json);
  if (!data) return null;
  const operations = 'operations' in data ? data.operations : [];
  const jobs = operations.flatMap((operation) => jobIn(operation, clean) ?? []);
  return { jobs, isWhole: jobs.length === operations.length, next: data.nextPageToken ?? '' };
}

/** A state with an unknown name is judged by whether the job is done. */
function stateOf({ metadata, done, error, response }: z.infer<typeof Operation>): BatchState {
  const word = (metadata?.state ?? '').replace(/(BATCH|JOB)_STATE_/, '').toLowerCase();
  const known = BATCH_STATES.find((state) => state === word);
  if (known) return known;
  if (error) return 'failed';
  return done || response ? 'succeeded' : 'running';
}
