import { isTwin } from '../../ports/index.ts';
import { interrupted } from './failures.ts';
import { advance } from './advance.ts';
import type { Advanced, BatchContext, BatchLane } from './types.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** Every look at results that are not all there reads all of them. */
const LONGEST_FOR_RESULTS_MS = 15 * 60_000;
const GROWTH = 1.5;

export interface Patience {
  /** When to give up, in milliseconds since 1970. */
  readonly until: number;
  /** After every look at all of them. */
  readonly onLook: (advanced: readonly Advanced[]) => Promise<void>;
}

/** Takes each of these jobs as far as it goes now, and twins of them that turn up. */
export async function advanceEach(
  jobIds: readonly string[],
  context: BatchContext,
  one: (jobId: string) => Promise<Advanced> = (jobId) => advance(jobId, context),
): Promise<readonly Advanced[]> {
  const all: Advanced[] = [];
  for await (const jobId of withTwins(jobIds, context)) {
    if (context.stop.aborted) break;
    all.push(await (jobIds.includes(jobId) ? one(jobId) : advance(jobId, context)));
  }
  return all;
}

/** Advances jobs again and again until each is done or the time is up. Resolves to the last state of each. */
export async function waitFor(
  jobIds: readonly string[],
  { until, onLook }: Patience,
  context: BatchContext,
): Promise<readonly Advanced[]> {
  const { clock } = context;
  const look = jobLooks(context);
  for (let pause = longerPause(); ; pause = longerPause(pause)) {
    const all = await look(jobIds, until);
    await onLook(all);
    if (context.stop.aborted) {
      return all.map((advanced) =>
        isGoingOn(advanced) ? { ...advanced, failure: interrupted() } : advanced,
      );
    }
    if (!all.some(isGoingOn) || clock.now() >= until) return all;
    // The last look is at the very end of the allowed time.
    await paused(Math.min(pause, until - clock.now()), context);
  }
}

/** How long nobody looks after so long a pause, or at first. */
export const longerPause = (before?: number): number =>
  before === undefined ? FIRST_PAUSE_MS : Math.min(before * GROWTH, LONGEST_PAUSE_MS);

/** Looks at jobs that are not done, and at their twins, and knows the last state of each. At `until` none is left out. */
export function jobLooks(context: BatchContext) {
  const { clock } = context;
  const known = new Map<string, Advanced>();
  const looks = new Map<string, number>();
  const due = new Map<string, number>();
  return async (jobIds: readonly string[], until = Infinity): Promise<readonly Advanced[]> => {
    for await (const jobId of withTwins(jobIds, context)) {
      const last = known.get(jobId);
      const isLast = clock.now() >= until;
      if ((last && !isGoingOn(last)) || (!isLast && clock.now() < (due.get(jobId) ?? 0))) continue;
      const advanced = await advance(jobId, context);
      known.set(jobId, advanced);
      if (advanced.status !== 'ended') continue;
      const count = (looks.get(jobId) ?? 0) + 1;
      looks.set(jobId, count);
      due.set(jobId, clock.now() + Math.min(FIRST_PAUSE_MS * GROWTH ** count, LONGEST_FOR_RESULTS_MS));
    }
    return [...known.values()];
  };
}

/** These jobs, and behind them their twins that have work left: some are found only when a job is looked at. */
async function* withTwins(
  jobIds: readonly string[],
  { books }: Pick<BatchContext, 'books'>,
): AsyncGenerator<string> {
  yield* jobIds;
  for (const job of await books.ledger.jobs.list('open'))
    if (isTwin(job) && jobIds.includes(job.repeats ?? '') && !jobIds.includes(job.jobId)) yield job.jobId;
}

/** A job that failed for a passing reason may go on at the next look. */
export const isGoingOn = ({ status, failure }: Advanced): boolean =>
  status !== 'done' &&
  (failure === null || failure.kind === 'unavailable' || failure.kind === 'rate-limited');

async function paused(ms: number, { clock, stop }: BatchContext): Promise<void> {
  try {
    await clock.sleep(ms, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

/** Takes jobs as far as they go now, or waits for them, as the run buys by batch. */
export async function advanceJobs(
  jobIds: readonly string[],
  lane: BatchLane | null,
): Promise<readonly Advanced[]> {
  if (lane === null) return [];
  const { context, until, onLook, awaited } = lane;
  if (until === null) return advanceEach(jobIds, context);
  return waitFor([...new Set([...jobIds, ...awaited])], { until, onLook }, context);
}
