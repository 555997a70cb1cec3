import type { Locked } from '../../core/manifest/lock.ts';
import { added, NOTHING, type Market, type Range } from '../../core/manifest/price.ts';
import { counting, EMPTY_TALLY, type Tally } from '../../core/manifest/tally.ts';
import type { Usd } from '../../core/pricing/money.ts';
import type { Books, Deps, Ledger, Settings, Store } from '../../ports/index.ts';
import { openJobs } from '../../project/history.ts';
import type { Places } from '../../project/paths.ts';
import type { Project } from '../../project/project.ts';
import { isWhole } from '../../project/cleanup.ts';
import { orphansOf, survey, type Known, type Surveyed } from '../../project/plan.ts';
import { workFor, type Work } from '../../project/actions.ts';
import { quoteFromHistory } from '../../purchase/price-history.ts';
import type { PaceFlags } from '../../purchase/pace.ts';
import { choice, exception, hasteOf, type ProjectFlags } from './flags.ts';
import { storeFor } from '../shared/store-flags.ts';

export interface ApplyFlags extends ProjectFlags, Omit<PaceFlags, 'wait'> {
  readonly force?: readonly string[];
  readonly prune?: boolean;
  readonly frozen?: boolean;
  /** For jobs of the batch lane, and how many seconds; false refuses to wait for a rate limit. */
  readonly wait?: boolean | number;
  readonly yes?: boolean;
  readonly askAbove: Usd;
  readonly maxCost?: Usd;
  readonly prices?: string;
  readonly fallback?: readonly string[];
  readonly keepRaw?: boolean;
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
  /** Hashes of everything that the manifest asks for. */
  readonly wanted: ReadonlySet<string>;
}

export async function differenceIn(
  project: Project,
  flags: ApplyFlags,
  settings: Settings,
  market: Market,
  deps: Deps,
): Promise<Difference> {
  const store = await storeFor(settings, flags, deps);
  const only = choice('--only', flags.only);
  const again = exception('--force', flags.force);
  const haste = hasteOf(flags);
  const steps: Surveyed[] = [];
  const current = new Map<string, Locked>();
  const keys = new Set<string>();
  const wanted = new Set<string>();
  const world = {
    deps,
    market,
    stored: (hash: string) => store.has(hash),
    chosen: only.takes,
    forced: again.takes,
    haste,
    // The ledger itself is asked, once it is open.
    meanwhile: async () => null,
  };
  const seen = ({ picture: { key }, hash }: Known): void => {
    keys.add(key);
    wanted.add(hash);
  };
  for await (const piece of survey(project, world, seen)) {
    for (const one of piece) {
      const { key } = one.picture;
      if (one.step.action !== 'keep') steps.push(one);
      else if (one.step.locked !== null) current.set(key, one.step.locked);
    }
  }
  for (const chosen of [only, again, haste]) chosen.refuseUnused();
  return { steps, kept: current.size, orphans: orphansOf(project, keys), current, wanted };
}

/** One after the other: it is the ledger that is asked. */
export async function look(
  steps: readonly Surveyed[],
  books: Books,
  places: Places,
  flags: ApplyFlags,
  store: Store,
  { cwd, sha256 }: Pick<Deps, 'cwd' | 'sha256'>,
): Promise<readonly Work[]> {
  const again = exception('--force', flags.force);
  const world = {
    books,
    places,
    jobs: await openJobs(books),
    isForced: ({ picture }: Surveyed) => again.takes(picture),
    isKept: async (hash: string) => (await store.get(hash)) !== null,
    isWhole: (image: Parameters<typeof isWhole>[0]) => isWhole(image, cwd, places.pictureFiles, sha256),
  };
  const work: Work[] = [];
  const ledger = remembering(books.ledger);
  for (const one of steps) work.push(await fromHistory(await workFor(one, world), ledger));
  await proveFolders(work, places);
  return work;
}

/** With the price that the user's own bills lead to expect. */
async function fromHistory({ one, deed }: Work, ledger: Pick<Ledger, 'priceHistory'>): Promise<Work> {
  if (deed.kind !== 'buy') return { one, deed };
  return { one, deed: { ...deed, offer: await quoteFromHistory(deed.offer, ledger) } };
}

/** Most pictures are of the same model and size. */
function remembering(ledger: Pick<Ledger, 'priceHistory'>): Pick<Ledger, 'priceHistory'> {
  const known = new Map<string, ReturnType<Ledger['priceHistory']>>();
  return {
    priceHistory(model, size) {
      const key = `${model} ${size}`;
      const priceHistory = known.get(key) ?? ledger.priceHistory(model, size);
      known.set(key, priceHistory);
      return priceHistory;
    },
  };
}

/** One file for each folder: law 1 wants to know beforehand that it can be written there. */
async function proveFolders(work: readonly Work[], { pictureFiles }: Places): Promise<void> {
  const proven = new Set<string>();
  for (const { deed } of work) {
    if (deed.kind !== 'buy') continue;
    const folder = deed.target.replace(/[^/]*$/, '');
    if (proven.has(folder)) continue;
    proven.add(folder);
    await pictureFiles.prove(deed.target);
  }
}

export const priceOf = (work: readonly Work[]): Range =>
  work.reduce<Range>((sum, { deed }) => (deed.kind === 'buy' ? added(sum, deed.offer.quote) : sum), NOTHING);

/** What is bought, lane by lane. */
export function tallyOf(work: readonly Work[]): Tally {
  let tally = EMPTY_TALLY;
  for (const { one, deed } of work) {
    if (deed.kind !== 'buy') continue;
    const { now = null, batch = null } = one.deal ?? {};
    tally = counting(tally, 'create', { offer: deed.offer, now, batch });
  }
  return tally;
}

export const buys = (work: readonly Work[]): number => work.filter(({ deed }) => deed.kind === 'buy').length;
