import type { Lines } from '../files/content.ts';
import { Problem } from '../http/problem.ts';
import { SIGN_IN } from '../http/response.ts';
import type { Fault, Faults, JobFault } from './fault.ts';

const job = (about: string, fault: JobFault | ((value: number | null) => JobFault)): Fault => ({
  does: 'batch',
  about,
  job: typeof fault === 'function' ? fault : () => fault,
});

/** A job that nobody let end, and whose results are those of the first half of its requests. */
const halfDone = (about: string, ends: NonNullable<JobFault['ends']>): Fault =>
  job(about, { ends, worked: (requests) => Math.ceil(requests / 2) });

const MOST_TIMES = 1000;

/** What downloads get at first, and then no more. */
const early = (what: string, file: (lines: Lines) => Lines): Fault =>
  job(`the file of results ${what} at first; =N sets how often (2)`, (value) => ({
    early: { times: Math.min(value ?? 2, MOST_TIMES), file },
  }));

const file = (what: string, change: (lines: Lines) => Lines): Fault =>
  job(`the file of results ${what}`, { file: change });

const holds = (text: string) => (): Lines =>
  async function* read() {
    if (text !== '') yield Buffer.from(text);
  };

const missing = (): Lines =>
  // oxlint-disable-next-line require-yield
  async function* read() {
    throw new Problem('NOT_FOUND', 'Requested entity was not found.');
  };

/** So many of a hundred bytes. */
const cut =
  (percent: number) =>
  (lines: Lines): Lines =>
    async function* read() {
      const chunks: Uint8Array[] = [];
      for await (const line of lines()) chunks.push(line);
      const bytes = Buffer.concat(chunks);
      yield bytes.subarray(0, Math.floor((bytes.length * percent) / 100));
    };

const withoutFirst = (lines: Lines): Lines =>
  async function* read() {
    let first = true;
    for await (const line of lines()) {
      if (!first) yield line;
      first = false;
    }
  };

const withMark = (lines: Lines): Lines =>
  async function* read() {
    yield Buffer.from('\uFEFF');
    yield* lines();
  };

const asArray = (lines: Lines): Lines =>
  async function* read() {
    let before = '[';
    for await (const line of lines()) {
      yield Buffer.concat([Buffer.from(before), line]);
      before = ',';
    }
    yield Buffer.from(before === '[' ? '[]' : ']');
  };

/** What becomes of a batch job, and what is said of it; drawn when it is created. */
export const JOB_FAULTS: Faults = {
  'batch-failed': job('the job fails as a whole', { ends: 'FAILED' }),
  'batch-expired': job('the job expires without results', { ends: 'EXPIRED' }),
  'batch-stuck': job('the job stays pending, until it expires', { ends: 'stuck' }),
  'batch-item-errors': job('every second request of the job fails', {
    failsItem: (index) => index % 2 === 1,
  }),
  'batch-failed-half': halfDone('the job fails, with results of half its requests', 'FAILED'),
  'batch-expired-half': halfDone('the job expires, with results of half its requests', 'EXPIRED'),
  'batch-cancelled-half': halfDone('the job is cancelled, with results of half its requests', 'CANCELLED'),
  'batch-partial': halfDone('the job succeeds with half its requests', 'PARTIALLY_SUCCEEDED'),
  'batch-twin': job('two jobs are made in place of one, of one name', { twin: true }),
  'batch-unlisted': job('lists leave the job out at first; =N sets how often (5)', (value) => ({
    unlisted: value ?? 5,
  })),
  'batch-results-late': job(
    'the job is done before it names its results; =N sets how many looks (2)',
    (value) => ({
      unnamed: value ?? 2,
    }),
  ),
  'batch-no-stats': job('the job counts nothing', { withoutStats: true }),
  'batch-inlined': job('the answers stand in the job itself and in no file', { inlined: 'key-in-metadata' }),
  'batch-inlined-keys': job('the answers stand in the job itself, each beside its key', {
    inlined: 'key-beside',
  }),
  'batch-metadata-only': job('the results are named in the metadata of the job alone', {
    outputIn: 'metadata',
  }),
  'batch-response-only': job('the results are named in the response of the job alone', {
    outputIn: 'response',
  }),
  'batch-file-404': early('is not found', missing),
  'batch-file-empty': early('is empty', holds('')),
  'batch-file-page': early("is somebody else's page", holds(SIGN_IN)),
  'batch-file-cut': early('ends too early, as if that were all of it,', cut(80)),
  'batch-file-short': early('lacks an answer', withoutFirst),
  'batch-file-lacks': file('lacks an answer for good', withoutFirst),
  'batch-file-mark': file('begins with a byte order mark', withMark),
  'batch-file-array': file('is an array in place of lines', asArray),
};
