import pLimit from 'p-limit';
import { Failure } from '../core/errors.ts';
import { askedOf, canonical } from '../core/manifest/fingerprint.ts';
import { lanesFor, type Haste } from '../core/manifest/lane.ts';
import type { Picture } from '../core/manifest/picture.ts';
import { pictureQuoter, type PictureQuote, type PricingContext } from '../core/manifest/price.ts';
import { flaws as gather, type Flaws, type Place } from '../core/manifest/problem.ts';
import { changeFor, type Found, type Change } from '../core/manifest/change.ts';
import { attempt } from '../core/order/route.ts';
import type { Deps } from '../ports/index.ts';
import type { PictureStatus } from './status.ts';
import { picturesOf, type HashedPicture, type Located } from './pictures.ts';
import { shown, type Project } from './project.ts';
import type { Traces } from './traces.ts';

/** A picture, what is to be done for it, and what that costs. */
export interface PlannedPicture extends HashedPicture {
  readonly change: Change;
  /** The quote of the picture; null where nothing is bought. */
  readonly quoted: PictureQuote | null;
  /** What the ledger says of it already; null where it says nothing, or was not asked. */
  readonly status: PictureStatus | null;
  /** The key of an equal picture of this plan that is bought instead, since both are one purchase. */
  readonly twin: string | null;
  /** Why no money buys it, as when its model was shut down; null otherwise. The other pictures can be bought all the same. */
  readonly impossible: Failure | null;
}

export interface PlanContext {
  readonly deps: Pick<Deps, 'manifest' | 'sha256' | 'inputs'>;
  readonly pricing: PricingContext;
  readonly traces: Traces;
  /** Whether the store has a picture of this hash. */
  readonly stored: (hash: string) => Promise<boolean>;
  /** Whether to look at it at all: what is left out is neither priced nor bought. */
  readonly chosen: (picture: Picture) => boolean;
  /** Whether to buy it even if it is there. */
  readonly forced: (picture: Picture) => boolean;
  readonly haste: Haste;
  /** Hears what in the manifest may be meant otherwise than it is read. */
  readonly doubt: Flaws['doubt'];
  /** What the ledger says of the picture with a hash. */
  readonly status: (hash: string) => Promise<PictureStatus | null>;
}

/** Every picture of a project with its hash; refuses a manifest in which anything is wrong. */
export async function* hashedPictures(
  project: Project,
  { deps, pricing }: { readonly deps: Pick<Deps, 'manifest' | 'sha256'>; readonly pricing: PricingContext },
  flaws: Flaws = gather(),
): AsyncGenerator<readonly HashedPicture[]> {
  const encoder = new TextEncoder();
  const shas = new Map<string, Promise<Found>>();
  const find = (path: string): Promise<Found> => {
    const found = shas.get(path) ?? project.tree.find(path);
    shas.set(path, found);
    return found;
  };
  async function known({ picture, placeOf }: Located): Promise<HashedPicture | null> {
    const inputs: string[] = [];
    for (const [index, path] of picture.inputs.entries()) {
      const found = await find(path);
      if (found.kind === 'file') inputs.push(found.sha256);
      else flaws.add(placeOf(['inputs', index]), `inputs: there is no file ${shown(project, path)}`);
    }
    if (inputs.length < picture.inputs.length) return null;
    const prompt = deps.sha256(encoder.encode(picture.prompt));
    const asked = attempt(() => askedOf(picture, prompt, inputs, pricing.models));
    if (asked instanceof Failure) {
      flaws.add(placeOf(['model']), said(asked), asked.kind);
      return null;
    }
    return { picture, asked, hash: deps.sha256(encoder.encode(canonical(asked))), placeOf };
  }
  for await (const piece of picturesOf(project, deps, flaws)) {
    const all: HashedPicture[] = [];
    for (const located of piece) {
      const hashed = await known(located);
      if (hashed !== null) all.push(hashed);
    }
    yield all;
  }
  flaws.refuse();
}

/** Files that are read at the same time: whole pictures, in memory. */
const AT_ONCE = 8;

/** The difference between what a project asks for and what it has. `seen` hears of every picture, chosen or not. */
export async function* planPictures(
  project: Project,
  context: PlanContext,
  seen: (known: HashedPicture) => void = () => {},
): AsyncGenerator<readonly PlannedPicture[]> {
  const { pricing, traces, stored, chosen, forced, haste } = context;
  const flaws = gather(context.doubt);
  const troubleWith = inputChecker(project, context.deps);
  const bought = new Map<string, string>();
  const quoted = pictureQuoter(pricing);
  const find = (path: string): Promise<Found> => project.tree.find(path);
  async function changeOf({ picture, hash, asked }: HashedPicture): Promise<Change> {
    const change = await changeFor({
      picture,
      hash,
      asked,
      sandbox: pricing.sandbox,
      lines: project.lock.of(picture.key),
      found: ({ path }) => find(path),
      stored: () => stored(hash),
      here: () => traces.here(hash),
      past: () => traces.past(hash),
    });
    if (!forced(picture)) return change;
    return {
      ...change,
      ...(change.action === 'keep' && { action: 'change', why: ['--force'] }),
      source: 'buy',
      trace: null,
    };
  }
  async function plannedWith(known: HashedPicture, change: Change): Promise<PlannedPicture | null> {
    const { picture, hash } = known;
    const free = { ...known, change, quoted: null, status: null, twin: null, impossible: null };
    if (change.source !== 'buy') return free;
    const status = await context.status(hash);
    const twin = bought.get(hash) ?? null;
    // A picture that is still under way, or barred, cannot be copied for a second one either.
    if (twin !== null && (status === null || status.kind === 'paid')) return { ...free, twin };
    const buy = (): unknown => bought.set(hash, twin ?? picture.key);
    if (status !== null) {
      buy();
      return { ...free, status };
    }
    for (const [index, path] of picture.inputs.entries()) {
      const trouble = await troubleWith(path);
      if (trouble) flaws.add(known.placeOf(['inputs', index]), `inputs: ${said(trouble)}`);
    }
    const found = attempt(() => quoted(picture, lanesFor(picture, haste)));
    if (!(found instanceof Failure)) {
      buy();
      return { ...free, quoted: found };
    }
    if (found.kind === 'unavailable-model') return { ...free, impossible: found };
    flaws.add(placeFor(known), said(found), found.kind);
    return null;
  }
  for await (const piece of hashedPictures(project, context, flaws)) {
    for (const known of piece) {
      seen(known);
      // Every picture is matched, so that patterns that match nothing can be refused.
      haste.urgent(known.picture);
    }
    const looked = piece.filter(({ picture }) => chosen(picture));
    const changes = await pLimit(AT_ONCE).map(
      looked,
      async (known) => [known, await changeOf(known)] as const,
    );
    const all: PlannedPicture[] = [];
    // In the order of the manifest: of equal pictures, the first is bought.
    for (const [known, change] of changes) {
      const planned = await plannedWith(known, change);
      if (planned !== null) all.push(planned);
    }
    yield all;
  }
  flaws.refuse();
}

/** Why an input of a picture that is to be bought cannot be sent; each is looked at once. */
function inputChecker(
  project: Project,
  { inputs }: Pick<Deps, 'inputs'>,
): (path: string) => Promise<Failure | null> {
  const checked = new Map<string, Promise<Failure | null>>();
  async function check(path: string): Promise<Failure | null> {
    try {
      await (await inputs()).load(shown(project, path));
      return null;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }
  return (path) => {
    const before = checked.get(path) ?? check(path);
    checked.set(path, before);
    return before;
  };
}

const placeFor = ({ placeOf }: HashedPicture): Place => placeOf([]);

const said = ({ message, hint }: Failure): string => [message, hint].filter(Boolean).join(' ');

/** Ids in the lock that the manifest no longer asks for. */
export function orphansOf({ lock }: Project, wanted: ReadonlySet<string>): readonly string[] {
  return [...lock.ids()].filter((id) => !wanted.has(id)).toSorted();
}
