import type { Locked } from '../../core/manifest/lock.ts';
import { added, NOTHING, type Range } from '../../core/manifest/price.ts';
import { endings } from '../../core/manifest/endings.ts';
import { printable } from '../../core/text/text.ts';
import { counting, EMPTY_TALLY, type Tally } from '../../core/manifest/tally.ts';
import type { Ledger, StoredImage } from '../../ports/index.ts';
import type { ProjectContext } from '../../project/types.ts';
import { openJobs } from '../../project/history.ts';
import { isWhole } from '../../project/cleanup.ts';
import { orphansOf, type PlannedPicture } from '../../project/plan.ts';
import type { HashedPicture } from '../../project/pictures.ts';
import { actionFor, type PictureTask } from '../../project/actions.ts';
import type { Wanted } from '../../project/queue-items.ts';
import { quoteFromHistory } from '../../purchase/price-history.ts';
import type { ApplyFlags } from './apply-flags.ts';
import { exception, modelsOf } from './flags.ts';
import { walkPlan } from './walk-plan.ts';

export interface Difference {
  readonly changes: readonly PlannedPicture[];
  readonly kept: number;
  /** Of those, the files that are Git LFS pointers here. */
  readonly pointers: readonly string[];
  readonly orphans: readonly string[];
  /** The line of the lock that holds, of each picture that is kept. */
  readonly current: ReadonlyMap<string, Locked>;
  /** Hashes of everything that the manifest asks for. */
  readonly wanted: ReadonlySet<string>;
}

export async function differenceIn(walk: Parameters<typeof walkPlan>[0]): Promise<Difference> {
  const { project, pricing, terminal } = walk;
  const ends = endings(pricing.day, pricing.models);
  const changes: PlannedPicture[] = [];
  const current = new Map<string, Locked>();
  const pointers: string[] = [];
  const keys = new Set<string>();
  const wanted = new Set<string>();
  const seen = ({ picture: { key }, hash }: HashedPicture): void => {
    keys.add(key);
    wanted.add(hash);
  };
  for await (const planned of walkPlan(walk, seen)) {
    if (!planned.impossible) for (const model of modelsOf(planned)) ends.add(model, planned.picture.key);
    const { action, locked, source } = planned.change;
    if (action !== 'keep' || locked === null) {
      changes.push(planned);
      continue;
    }
    current.set(planned.picture.key, locked);
    if (source === 'lfs') pointers.push(locked.path);
  }
  for (const end of ends.sentences()) terminal.note(`note   ${printable(end)}`);
  return { changes, kept: current.size, pointers, orphans: orphansOf(project, keys), current, wanted };
}

/** What is done for each picture, as disk and ledger are now. One after the other: it is the ledger that is asked. */
export async function chooseTasks(
  changes: readonly PlannedPicture[],
  { session, files, store, cwd }: ProjectContext,
  flags: ApplyFlags,
): Promise<readonly PictureTask[]> {
  const { books, deps } = session;
  const again = exception('--force', flags.force);
  const context = {
    books,
    files,
    jobs: await openJobs(books),
    isForced: ({ picture }: PlannedPicture) => again.takes(picture),
    isKept: async (hash: string) => (await store.get(hash)) !== null,
    isWhole: (image: StoredImage) => isWhole(image, cwd, files.pictureFiles, deps.sha256),
  };
  const tasks: PictureTask[] = [];
  const ledger = remembering(books.ledger);
  for (const planned of changes) tasks.push(await withHistory(await actionFor(planned, context), ledger));
  return tasks;
}

/** With the price that the user's own bills lead to expect. */
async function withHistory(
  { planned, action }: PictureTask,
  ledger: Pick<Ledger, 'priceHistory'>,
): Promise<PictureTask> {
  if (action.kind !== 'buy') return { planned, action };
  return { planned, action: { ...action, offer: await quoteFromHistory(action.offer, ledger) } };
}

/** Most pictures are of the same model and size. */
export function remembering(ledger: Pick<Ledger, 'priceHistory'>): Pick<Ledger, 'priceHistory'> {
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

export const priceOf = (tasks: readonly PictureTask[]): Range =>
  tasks.reduce<Range>(
    (sum, { action }) => (action.kind === 'buy' ? added(sum, action.offer.quote) : sum),
    NOTHING,
  );

/** What is bought, lane by lane. */
export function tallyOf(wanted: readonly Wanted[]): Tally {
  let tally = EMPTY_TALLY;
  for (const { planned, offer } of wanted) {
    const { now = null, batch = null } = planned.quoted ?? {};
    tally = counting(tally, 'create', { offer, now, batch });
  }
  return tally;
}

/** What tasks buy, and at which price. */
export const wantedIn = (tasks: readonly PictureTask[]): readonly Wanted[] =>
  tasks.flatMap(({ planned, action }) => (action.kind === 'buy' ? [{ planned, offer: action.offer }] : []));

export const buys = (tasks: readonly PictureTask[]): number =>
  tasks.filter(({ action }) => action.kind === 'buy').length;
