import { interrupted } from './failures.ts';
import { tend, type Tended } from './advance.ts';
import type { BatchWorld } from './types.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const GROWTH = 1.5;

export interface Patience {
  /** When to give up, in milliseconds since 1970. */
  readonly until: number;
  /** After every look at all of them. */
  readonly onLook: (tended: readonly Tended[]) => Promise<void>;
}

/** Tends jobs again and again until each is done, or the time is up. The last that is known of each. */
export async function waitFor(
  jobIds: readonly string[],
  { until, onLook }: Patience,
  world: BatchWorld,
): Promise<readonly Tended[]> {
  const known = new Map<string, Tended>();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    for (const jobId of jobIds) {
      const last = known.get(jobId);
      if (!last || isGoingOn(last)) known.set(jobId, await tend(jobId, world));
    }
    const all = [...known.values()];
    await onLook(all);
    if (world.stop.aborted) {
      return all.map((tended) => (isGoingOn(tended) ? { ...tended, failure: interrupted() } : tended));
    }
    if (!all.some(isGoingOn) || world.clock.now() >= until) return all;
    // The last look is at the very end of the time.
    await paused(Math.min(pause, until - world.clock.now()), world);
  }
}

/** What failed for now may work at the next look. */
const isGoingOn = ({ status, failure }: Tended): boolean =>
  status !== 'done' &&
  (failure === null || failure.kind === 'unavailable' || failure.kind === 'rate-limited');

async function paused(ms: number, { clock, stop }: BatchWorld): Promise<void> {
  try {
    await clock.sleep(ms, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}
