import pMap from 'p-map';
import { Failure, restated, type FailureKind } from '../core/errors.ts';
import { carryOut, planFor } from './deeds.ts';
import type { Work } from './work.ts';
import type { Applied, ApplyWorld } from './world.ts';

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
  await hold(work, world);
  let wall: Failure | null = null;
  const done = new Map<string, Applied>();
  const carry = async (item: Work): Promise<Applied> => {
    if (world.stop.aborted) wall ??= new Failure('cancelled', 'Cancelled before everything was done.');
    const applied = wall ? await leftOut(item, wall, world) : await carryOut(item, done, world);
    if (applied.failure && applied.result !== null && WALLS.has(applied.failure.kind))
      wall ??= applied.failure;
    done.set(item.one.picture.key, applied);
    world.onDone(applied);
    return applied;
  };
  const { concurrency } = world;
  const isCopy = ({ deed }: Work): boolean => deed.kind === 'copy';
  const first = await pMap(
    work.filter((item) => !isCopy(item)),
    carry,
    { concurrency },
  );
  // Copies wait for what they are copies of.
  const copies = await pMap(work.filter(isCopy), carry, { concurrency });
  return [...first, ...copies];
}

async function hold(work: readonly Work[], world: ApplyWorld): Promise<void> {
  const plans = work.flatMap((item) => planFor(item, world) ?? []);
  if (plans.length === 0) return;
  await world.books.ledger.begin(world.run);
  try {
    await world.books.ledger.hold(plans);
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
  return { work, image: null, result: null, failure };
}
