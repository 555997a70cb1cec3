import type { Locked } from '../core/manifest/lock.ts';
import { toDecimal, type Usd } from '../core/money.ts';
import type { ImageApi, Original, SavedImage } from '../ports.ts';
import type { Saver } from '../purchase/save.ts';
import { lineFor } from './place.ts';
import { supersede } from './regain.ts';
import type { Known } from './survey.ts';
import { asFailure, type ApplyWorld } from './world.ts';

export interface Keeping {
  readonly api: ImageApi;
  readonly saver: () => Promise<Saver>;
  readonly original: () => Uint8Array | null;
}

/**
 * Puts a picture into the store as it came, before what is made of it goes on disk: from there on it is never bought
 * again. What it cost is known a little later.
 */
export function keeping(
  hash: string,
  bought: Omit<Original, 'bytes'>,
  world: Pick<ApplyWorld, 'api' | 'saver' | 'store' | 'onRemark'>,
): Keeping {
  let seen: Uint8Array | null = null;
  return {
    original: () => seen,
    api: {
      ...world.api,
      read(body, wire) {
        const reply = world.api.read(body, wire);
        seen = reply.images[0]?.bytes ?? null;
        return reply;
      },
    },
    async saver() {
      const saver = await world.saver();
      return {
        ...saver,
        shelf: {
          ...saver.shelf,
          async put(path, bytes, options) {
            if (seen !== null) await keep(hash, { ...bought, bytes: seen }, world);
            return saver.shelf.put(path, bytes, options);
          },
        },
      };
    },
  };
}

/** A store is a help, and no reason to stop. */
const keep = (
  hash: string,
  original: Original,
  { store, onRemark }: Pick<ApplyWorld, 'store' | 'onRemark'>,
): Promise<void> => store.put(hash, original).catch((error: unknown) => onRemark(asFailure(error).message));

export interface Acquired {
  readonly model: string;
  readonly cost: Usd;
  /** As it came; null where only what was made of it is there. */
  readonly original: Uint8Array | null;
}

/** Into store and lock. */
export async function enter(
  known: Known,
  image: SavedImage,
  { model, cost, original }: Acquired,
  before: Locked | null,
  world: ApplyWorld,
): Promise<Locked> {
  const bought = { model, cost: toDecimal(cost), date: world.day };
  if (original !== null) await keep(known.hash, { ...bought, bytes: original }, world);
  const line = lineFor(world.project, known, image, { ...bought, sandbox: world.sandbox });
  await supersede(line, before, world);
  return line;
}
