import { Failure } from '../../core/errors.ts';
import type { Deps, Terminal } from '../../ports/index.ts';

/** Most orders are bought within this time. */
const PATIENCE_MS = 10 * 60_000;
const LOOK_MS = 250;

/**
 * Waits until nobody else on this machine buys what these hashes stand for; resolves to a function that lets others. Names
 * are few and short, so that locks leave no litter: two orders of one name wait for each other, and lose nothing but time.
 */
export async function onlyBuyer(
  hashes: readonly string[],
  { lockName, clock, stop }: Pick<Deps, 'lockName' | 'clock' | 'stop'>,
  terminal: Pick<Terminal, 'note'>,
): Promise<() => void> {
  const releases: (() => void)[] = [];
  const release = (): void => releases.splice(0).forEach((one) => one());
  const until = clock.now() + PATIENCE_MS;
  let isSaid = false;
  // In one order for everybody, so that no two wait for each other.
  for (const name of [...new Set(hashes.map((hash) => `cached-${hash.slice(0, 2)}`))].toSorted()) {
    for (let taken = await lockName(name); ; taken = await lockName(name)) {
      if (taken !== null) {
        releases.push(taken);
        break;
      }
      if (stop.aborted || clock.now() >= until) {
        release();
        throw stop.aborted ? cancelled() : busy();
      }
      if (!isSaid) terminal.note('wait   another pixtab is buying the same with --cached');
      isSaid = true;
      await clock.sleep(LOOK_MS, stop).catch(() => undefined);
    }
  }
  return release;
}

const cancelled = (): Failure => new Failure('cancelled', 'Nothing was bought.', { charged: 'no' });

const busy = (): Failure =>
  new Failure('unavailable', 'Another pixtab has been buying the same with --cached for ten minutes.', {
    hint: 'Nothing was bought. Ask again when that one has ended.',
    charged: 'no',
  });
