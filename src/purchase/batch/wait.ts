import { interrupted } from './failures.ts';
import { advance } from './advance.ts';
import type { Advanced, BatchContext, BatchLane } from './types.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const GROWTH = 1.5;

export interface Patience {
  /** When to give up, in milliseconds since 1970. */
  readonly until: number;
  /** After every look at all of them. */
  readonly onLook: (advanced: readonly Advanced[]) => Promise<void>;
}

/** Advances jobs again and again until each is done or the time is up. Resolves to the last state of each. */
export async function waitFor(
  jobIds: readonly string[],
  { until, onLook }: Patience,
  context: BatchContext,
): Promise<readonly Advanced[]> {
  const known = new Map<string, Advanced>();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    for (const jobId of jobIds) {
      const last = known.get(jobId);
      if (!last || isGoingOn(last)) known.set(jobId, await advance(jobId, context));
    }
    const all = [...known.values()];
    await onLook(all);
    if (context.stop.aborted) {
      return all.map((advanced) =>
        isGoingOn(advanced) ? { ...advanced, failure: interrupted() } : advanced,
      );
    }
    if (!all.some(isGoingOn) || context.clock.now() >= until) return all;
    // The last look is at the very end of the allowed time.
    await paused(Math.min(pause, until - context.clock.now()), context);
  }
}

/** A job that failed for a passing reason may go on at the next look. */
const isGoingOn = ({ status, failure }: Advanced): boolean =>
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
  if (until !== null) return waitFor([...new Set([...jobIds, ...awaited])], { until, onLook }, context);
  const advanced: Advanced[] = [];
  for (const jobId of jobIds) advanced.push(await advance(jobId, context));
  return advanced;
}
