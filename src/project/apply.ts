import pMap from 'p-map';
import { Failure, restated, type FailureKind } from '../core/errors.ts';
import type { AttemptPlan, JobPlan } from '../ports/index.ts';
import { carryOut } from './perform.ts';
import { arrival, brought, jobsOf } from './jobs.ts';
import { planFor } from './order.ts';
import { openJobs } from './history.ts';
import { isBatch, type Work } from './actions.ts';
import { NOTHING_APPLIED, type Applied, type ApplyWorld } from './types.ts';

/** After one of these the next picture would meet the same wall; anything else concerns one picture alone. */
const WALLS: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'auth',
  'budget',
  'rate-limited',
  'unavailable',
  'disk',
  'cancelled',
  'bug',
] as const);

/** Does all of the work: holds everything that is to be bought, then buys it, several at once, in the order of the manifest. */
export async function apply(work: readonly Work[], world: ApplyWorld): Promise<readonly Applied[]> {
  const { jobs, failed } = await jobsOf(work, world);
  await hold(work, jobs, world);
  let wall: Failure | null = null;
  const done = new Map<string, Applied>();
  const settled = (applied: Applied): Applied => {
    done.set(applied.work.one.picture.key, applied);
    world.onDone(applied);
    return applied;
  };
  const carry = async (item: Work): Promise<Applied> => {
    if (world.stop.aborted) wall ??= new Failure('cancelled', 'Cancelled before everything was done.');
    const applied = wall ? await leftOut(item, wall, world) : await carryOut(item, done, world);
    if (applied.failure && applied.result !== null && WALLS.has(applied.failure.kind))
      wall ??= applied.failure;
    return settled(applied);
  };
  const { concurrency, batch } = world;
  const those = (which: (item: Work) => boolean) => work.filter(which);
  const lost = new Set(failed.map((applied) => settled(applied).work));
  const isLater = (item: Work): boolean => item.deed.kind === 'await' || isBatch(item);
  const isCopy = ({ deed }: Work): boolean => deed.kind === 'copy';
  // While jobs are on their way, what does not wait for them is bought.
  const both = [
    pMap(
      those((item) => !isCopy(item) && !isLater(item)),
      carry,
      { concurrency },
    ),
    batch === null ? Promise.resolve([]) : brought(jobs, work, batch),
  ] as const;
  // Should one break down, what the other has sent still has to be written down.
  await Promise.allSettled(both);
  const [, tended] = await Promise.all(both);
  const late = those((item) => isLater(item) && !lost.has(item));
  const open = await openJobs(world.books);
  await pMap(late, async (item) => settled(await arrival(item, { tended, open }, world)), { concurrency });
  // Copies wait for what they are copies of.
  await pMap(those(isCopy), carry, { concurrency });
  return work.flatMap(({ one }) => done.get(one.picture.key) ?? []);
}

/** All of it or nothing, in whatever lane. */
async function hold(work: readonly Work[], jobs: readonly JobPlan[], world: ApplyWorld): Promise<void> {
  const now: readonly AttemptPlan[] = work
    .filter((item) => !isBatch(item))
    .flatMap((item) => planFor(item, world) ?? []);
  if (now.length + jobs.length === 0) return;
  const { ledger } = world.books;
  await ledger.begin(world.run);
  try {
    if (jobs.length > 0) await ledger.jobs.plan(jobs, now);
    else await ledger.hold(now);
  } catch (error) {
    if (error instanceof Failure) throw error;
    // Attempts have numbers of their own: who comes second finds them taken.
    throw new Failure('unavailable', 'Another process began to buy some of these pictures just now.', {
      hint: 'Wait for that to end, then apply again.',
      cause: error,
    });
  }
}

async function leftOut(work: Work, wall: Failure, { books }: ApplyWorld): Promise<Applied> {
  const failure = restated(wall, { charged: 'no' });
  if (work.deed.kind === 'buy') {
    // A hold that cannot be given back is reclaimed when this process has ended.
    await books.ledger.release(work.deed.attemptId, `not sent: ${wall.message}`).catch(() => undefined);
  }
  return { ...NOTHING_APPLIED, work, failure };
}
