import type { Bill } from '../core/line.ts';
import type { Locked } from '../core/manifest/lock.ts';
import { toDecimal, type Usd } from '../core/money.ts';
import type { Reply } from '../core/reply.ts';
import type { AttemptPlan, Original, SavedImage } from '../ports.ts';
import type { Saver } from '../purchase/save.ts';
import { lineFor } from './place.ts';
import { supersede } from './regain.ts';
import type { Known } from './survey.ts';
import { asFailure, type ApplyWorld } from './world.ts';

export interface Keeping {
  /** Hears of the answer when it is paid for, before its pictures are put on disk. */
  readonly onReply: (reply: Reply, bill: Bill | null) => void;
  readonly saver: () => Promise<Saver>;
}

/**
 * Puts a picture into the store as it came, when it is known to decode and before what is made of it goes on disk: from
 * there on it is never bought again.
 */
export function keeping(
  hash: string,
  { model, expected }: Pick<AttemptPlan, 'model' | 'expected'>,
  world: Pick<ApplyWorld, 'saver' | 'store' | 'onRemark' | 'day'>,
): Keeping {
  let original: Original | null = null;
  return {
    onReply({ images: [image] }, bill) {
      const cost = toDecimal(bill?.amount ?? expected);
      original = image === undefined ? null : { bytes: image.bytes, model, cost, date: world.day };
    },
    async saver() {
      const saver = await world.saver();
      return {
        ...saver,
        shelf: {
          ...saver.shelf,
          async put(path, bytes, options) {
            const kept = original;
            original = null;
            if (kept !== null) await keep(hash, kept, world);
            return saver.shelf.put(path, bytes, options);
          },
        },
      };
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
