import type { Locked } from '../core/manifest/lock.ts';
import { added, NOTHING, type Range } from '../core/manifest/price.ts';
import { joined } from '../core/manifest/path.ts';
import type { Usd } from '../core/money.ts';
import type { Books, Deps, Settings, StoredImage } from '../ports.ts';
import type { Places } from '../project/place.ts';
import type { Project } from '../project/project.ts';
import { orphansOf, survey, type Known, type Surveyed } from '../project/survey.ts';
import { workFor, type Work } from '../project/work.ts';
import type { PaceFlags } from '../purchase/pace.ts';
import { choice, exception, marketFor, type ProjectFlags } from './project.ts';
import { storeFor } from './store.ts';

export interface ApplyFlags extends ProjectFlags, PaceFlags {
  readonly force?: readonly string[];
  readonly prune?: boolean;
  readonly frozen?: boolean;
  readonly yes?: boolean;
  readonly askAbove: Usd;
  readonly maxCost?: Usd;
  readonly project?: string;
  readonly label?: readonly string[];
  readonly retries: number;
  readonly timeout: number;
  readonly concurrency: number;
}

export interface Difference {
  readonly steps: readonly Surveyed[];
  readonly kept: number;
  readonly orphans: readonly string[];
  /** The line of the lock that holds, of each picture that is kept. */
  readonly current: ReadonlyMap<string, Locked>;
}

export async function differenceIn(
  project: Project,
  flags: ApplyFlags,
  settings: Settings,
  deps: Deps,
): Promise<Difference> {
  const store = await storeFor(settings, flags, deps);
  const only = choice('--only', flags.only);
  const again = exception('--force', flags.force);
  const steps: Surveyed[] = [];
  const current = new Map<string, Locked>();
  const wanted = new Set<string>();
  const world = {
    deps,
    market: marketFor(settings, deps),
    stored: (hash: string) => store.has(hash),
    chosen: only.takes,
    forced: again.takes,
  };
  const seen = ({ picture: { key } }: Known): void => void wanted.add(key);
  for await (const piece of survey(project, world, seen)) {
    for (const one of piece) {
      const { key } = one.picture;
      if (one.step.action !== 'keep') steps.push(one);
      else if (one.step.locked !== null) current.set(key, one.step.locked);
    }
  }
  only.refuseUnused();
  again.refuseUnused();
  return { steps, kept: current.size, orphans: orphansOf(project, wanted), current };
}

/** One after the other: it is the ledger that is asked. */
export async function look(
  steps: readonly Surveyed[],
  books: Books,
  places: Places,
  flags: ApplyFlags,
  deps: Deps,
): Promise<readonly Work[]> {
  const again = exception('--force', flags.force);
  const world = {
    books,
    places,
    isForced: ({ picture }: Surveyed) => again.takes(picture),
    isWhole: async ({ path, absolutePath, sha256 }: StoredImage) =>
      absolutePath === joined(deps.cwd, path) &&
      (await places.shelf.kindOf(path)) === 'file' &&
      deps.sha256(await places.shelf.read(path)) === sha256,
  };
  const work: Work[] = [];
  for (const one of steps) work.push(await workFor(one, world));
  await proveFolders(work, places);
  return work;
}

/** One file for each folder: law 1 wants to know beforehand that it can be written there. */
async function proveFolders(work: readonly Work[], { shelf }: Places): Promise<void> {
  const proven = new Set<string>();
  for (const { deed } of work) {
    if (deed.kind !== 'buy') continue;
    const folder = deed.target.replace(/[^/]*$/, '');
    if (proven.has(folder)) continue;
    proven.add(folder);
    await shelf.prove(deed.target);
  }
}

export const priceOf = (work: readonly Work[]): Range =>
  work.reduce<Range>((sum, { deed }) => (deed.kind === 'buy' ? added(sum, deed.offer.quote) : sum), NOTHING);

export const buys = (work: readonly Work[]): number => work.filter(({ deed }) => deed.kind === 'buy').length;
