import { Failure } from '../core/errors.ts';
import { differenceOf, type Difference, type Side } from '../core/manifest/fingerprint.ts';
import { lanesFor, NO_HASTE } from '../core/manifest/lane.ts';
import { pictureQuoter, type PictureQuote, type PricingContext } from '../core/manifest/price.ts';
import { flaws as gather, type Flaws } from '../core/manifest/problem.ts';
import { attempt } from '../core/order/route.ts';
import type { Deps } from '../ports/index.ts';
import type { Project } from './project.ts';
import { hashedPictures } from './plan.ts';
import type { HashedPicture } from './pictures.ts';

/** A picture that is asked for differently than before, and what it costs. */
export interface Compared extends HashedPicture {
  readonly difference: Difference;
  /** null when another picture of the same hash brings it. */
  readonly quoted: PictureQuote | null;
  /** Why no money buys it; null otherwise. */
  readonly impossible: Failure | null;
  /** The lock has it already; a placeholder counts in the sandbox alone. */
  readonly isBought: boolean;
}

export interface Comparison {
  readonly changed: readonly Compared[];
  readonly kept: number;
  /** Keys of pictures that the manifest no longer asks for. */
  readonly removed: readonly string[];
  /** There was no manifest of this name. */
  readonly isNew: boolean;
}

interface DiffContext {
  readonly deps: Pick<Deps, 'manifest' | 'sha256' | 'tree'>;
  readonly pricing: PricingContext;
  readonly doubt: Flaws['doubt'];
}

/** Mistakes in the earlier manifest do not matter now. */
const LENIENT: Flaws = { add: () => {}, doubt: () => {}, refuse: () => {} };

/** The manifest as it is against the manifest as it was at a revision. */
export async function compare(project: Project, revision: string, context: DiffContext): Promise<Comparison> {
  const sides = await sidesAt(project, revision, context);
  const before = sides ?? new Map<string, Side>();
  const flaws = gather(context.doubt);
  const quoted = pictureQuoter(context.pricing);
  const priced = new Set<string>([...before.values()].map(({ hash }) => hash));
  const seen = new Set<string>();
  const changed: Compared[] = [];
  let kept = 0;
  for await (const piece of hashedPictures(project, context, flaws)) {
    for (const known of piece) {
      const { key } = known.picture;
      seen.add(key);
      const difference = differenceOf(before.get(key), known);
      if (difference.action === 'keep') {
        kept += 1;
        continue;
      }
      const isNew = !priced.has(known.hash);
      priced.add(known.hash);
      const found = isNew ? attempt(() => quoted(known.picture, lanesFor(known.picture, NO_HASTE))) : null;
      const isGone = found instanceof Failure && found.kind === 'unavailable-model';
      if (found instanceof Failure && !isGone) {
        flaws.add(known.placeOf([]), [found.message, found.hint].filter(Boolean).join(' '), found.kind);
        continue;
      }
      const isBought = project.lock
        .of(key)
        .some(({ hash, sandbox }) => hash === known.hash && (context.pricing.sandbox || sandbox !== true));
      const price =
        found instanceof Failure ? { quoted: null, impossible: found } : { quoted: found, impossible: null };
      changed.push({ ...known, difference, ...price, isBought });
    }
  }
  flaws.refuse();
  const removed = [...before.keys()].filter((key) => !seen.has(key)).toSorted();
  return { changed, kept, removed, isNew: sides === null };
}

/** null: the project was not there yet, and asked for nothing. */
async function sidesAt(
  project: Project,
  revision: string,
  { deps, pricing }: Pick<DiffContext, 'deps' | 'pricing'>,
): Promise<ReadonlyMap<string, Side> | null> {
  const tree = await deps.tree(project.folder, revision);
  if ((await tree.kindOf(project.file)) !== 'file') return null;
  const sides = new Map<string, Side>();
  for await (const piece of hashedPictures({ ...project, tree }, { deps, pricing }, LENIENT)) {
    for (const { picture, hash, asked } of piece) sides.set(picture.key, { hash, asked });
  }
  return sides;
}
