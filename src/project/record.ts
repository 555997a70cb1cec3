import { asFailure } from '../core/errors.ts';
import type { Locked } from '../core/manifest/lock.ts';
import { toDecimal, type Usd } from '../core/pricing/money.ts';
import { printable } from '../core/text/text.ts';
import type { Original, SavedImage } from '../ports/index.ts';
import type { Saver } from '../purchase/types.ts';
import { lineFor } from './paths.ts';
import type { HashedPicture } from './pictures.ts';
import { supersede } from './restore.ts';
import type { ProjectContext } from './types.ts';

type StoreContext = Pick<ProjectContext, 'session' | 'store' | 'day'>;

/**
 * Puts a picture into the store as it came, before what is made of it goes on disk: from there on it is never bought
 * again.
 */
export const keeper =
  (hash: string, context: StoreContext): Required<Saver>['onPicture'] =>
  async ({ bytes, path, paid: { plan, bill } }) => {
    if (!plan.save.paths.includes(path)) return;
    const cost = toDecimal(bill?.amount ?? plan.expected);
    await keep(hash, { bytes, model: plan.model, cost, date: context.day }, context);
  };

/** A store is a help, and no reason to stop. */
export const keep = (hash: string, original: Original, { store, session }: StoreContext): Promise<void> =>
  store
    .put(hash, original)
    .catch((error: unknown) => session.terminal.note(`note   ${printable(asFailure(error).message)}`));

/** Writes a picture that is on disk into the lock. */
export async function enter(
  known: HashedPicture,
  image: SavedImage,
  { model, cost }: { readonly model: string; readonly cost: Usd },
  before: Locked | null,
  context: ProjectContext,
): Promise<Locked> {
  const { sandbox } = context.session.settings;
  const bought = { model, cost: toDecimal(cost), date: context.day, sandbox };
  const line = lineFor(context.project, known, image, bought);
  await supersede(line, before, context);
  return line;
}
