import { asFailure } from '../core/errors.ts';
import type { Locked } from '../core/manifest/lock.ts';
import { toDecimal, type Usd } from '../core/pricing/money.ts';
import type { Original, SavedImage } from '../ports/index.ts';
import type { Saver } from '../purchase/save.ts';
import { lineFor } from './paths.ts';
import { supersede } from './restore.ts';
import type { Known } from './plan.ts';
import { type ApplyWorld } from './types.ts';

/**
 * Puts a picture into the store as it came, before what is made of it goes on disk: from there on it is never bought
 * again.
 */
export async function keeping(
  hash: string,
  world: Pick<ApplyWorld, 'saver' | 'store' | 'onRemark' | 'day'>,
): Promise<Saver> {
  return {
    ...(await world.saver()),
    async onPicture({ bytes, path, paid: { plan, bill } }) {
      if (!plan.save.paths.includes(path)) return;
      const cost = toDecimal(bill?.amount ?? plan.expected);
      await keep(hash, { bytes, model: plan.model, cost, date: world.day }, world);
    },
  };
}

/** A store is a help, and no reason to stop. */
export const keep = (
  hash: string,
  original: Original,
  { store, onRemark }: Pick<ApplyWorld, 'store' | 'onRemark'>,
): Promise<void> => store.put(hash, original).catch((error: unknown) => onRemark(asFailure(error).message));

/** Into the lock. */
export async function enter(
  known: Known,
  image: SavedImage,
  { model, cost }: { readonly model: string; readonly cost: Usd },
  before: Locked | null,
  world: ApplyWorld,
): Promise<Locked> {
  const bought = { model, cost: toDecimal(cost), date: world.day, sandbox: world.sandbox };
  const line = lineFor(world.project, known, image, bought);
  await supersede(line, before, world);
  return line;
}
