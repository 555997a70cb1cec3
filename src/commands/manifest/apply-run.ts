import type { Locked } from '../../core/manifest/lock.ts';
import { offerFor, type Market } from '../../core/manifest/price.ts';
import type { Bill } from '../../core/pricing/types.ts';
import { sum, ZERO } from '../../core/pricing/money.ts';
import { printable } from '../../core/text/text.ts';
import type { Books, Deps, RunStart, Settings, Terminal } from '../../ports/index.ts';
import { apply } from '../../project/apply.ts';
import type { LockFile } from '../../project/lockfile.ts';
import type { Places } from '../../project/paths.ts';
import { shown, type Project } from '../../project/project.ts';
import { finishAll, straysOf } from '../../project/cleanup.ts';
import { prune, tidy } from '../../project/prune.ts';
import { isBatch, type Work } from '../../project/actions.ts';
import type { Applied, BatchLane } from '../../project/types.ts';
import { providerWithoutKey, type LateLine } from '../../purchase/connection.ts';
import { answerInterrupt } from '../../purchase/interrupt.ts';
import { paceOf } from '../../purchase/pace.ts';
import type { Saver } from '../../purchase/save.ts';
import { tryingAgain } from '../../purchase/session.ts';
import { uploadNotes } from '../../purchase/upload.ts';
import { appliedLine, inOrder, progressText } from './apply-output.ts';
import { buys, type ApplyFlags } from './apply-plan.ts';
import { storeFor } from '../shared/store-flags.ts';

const RETRY_BUDGET_MS = 5 * 60_000;

export interface Bench {
  readonly project: Project;
  readonly places: Places;
  readonly books: Books;
  readonly market: Market;
  /** Where late pictures are put that nobody asks for any more, from the project's folder. */
  readonly trash: string;
  readonly settings: Settings;
  readonly flags: ApplyFlags;
  readonly deps: Deps;
  readonly terminal: Terminal;
  readonly line: LateLine;
}

/** Hears of jobs while they are waited for. */
export interface Teller {
  /** How far they are. */
  readonly onLook: (summary: string) => void;
  /** How much of one came. */
  readonly onCount: (text: string) => void;
}

export interface Shop extends Bench {
  readonly lock: LockFile;
  readonly run: RunStart;
  /** The line of the lock that holds, of each picture that is kept. */
  readonly current: ReadonlyMap<string, Locked>;
  /** To be moved away; null when nothing is. */
  readonly orphans: readonly string[] | null;
  /** What jobs cost meanwhile, by attempt. */
  readonly bills: ReadonlyMap<string, Bill>;
  readonly lane: (teller: Teller) => Promise<BatchLane>;
}

export interface Bought {
  readonly all: readonly Applied[];
  readonly pruned: readonly string[];
}

export function saverFor({ places, deps, terminal }: Pick<Bench, 'places' | 'deps' | 'terminal'>) {
  return async (): Promise<Saver> => ({
    pictures: await deps.pictures(),
    pictureFiles: places.pictureFiles,
    sha256: deps.sha256,
    stdout: (bytes) => terminal.bytes(bytes),
    remark: (sentence) => terminal.note(`note   ${sentence}`),
  });
}

/** What everything that is done to a project's pictures needs. */
async function benchFor(bench: Bench) {
  const { project, places, books, settings, market, flags, deps, terminal } = bench;
  const { sandbox } = settings;
  return {
    project,
    places,
    books,
    sandbox,
    cwd: deps.cwd,
    day: market.day,
    label: shown(project, project.file),
    store: await storeFor(settings, flags, deps),
    saver: saverFor(bench),
    onRemark: (remark: string): void => terminal.note(`note   ${printable(remark)}`),
  };
}

/** What earlier runs paid for and did not finish. */
export async function finishEarlier(bench: Bench): Promise<void> {
  const { books, settings, deps } = bench;
  if ((await books.journal.ids()).length === 0) return;
  // Answers are only read.
  const { images } = await deps.client(providerWithoutKey(settings));
  await finishAll({ ...(await benchFor(bench)), api: images });
}

/** Opens a line where one is needed, and does the work. */
export async function buy(work: readonly Work[], shop: Shop): Promise<Bought> {
  const { project, places, lock, settings, market, run, flags, deps, terminal } = shop;
  const { sandbox } = settings;
  const provider = buys(work) > 0 ? await shop.line.open() : providerWithoutKey(settings);
  const slots = await deps.slots({ sandbox });
  const bench = await benchFor(shop);
  const underWay = new Set<string>();
  const endAnswering = answerInterrupt(deps.stop, underWay, terminal);
  const counter = counting(work, shop);
  const isLate = work.some((item) => isBatch(item) || item.deed.kind === 'await');
  try {
    const { images } = await deps.client(provider, {
      pace: paceOf({ ...flags, wait: flags.wait !== false }, slots, terminal),
      onUpload: uploadNotes(terminal),
    });
    const all = await apply(work, {
      ...bench,
      lock,
      run,
      bills: shop.bills,
      api: images,
      underWay,
      stop: deps.stop,
      leave: deps.leave,
      concurrency: flags.concurrency,
      timeoutMs: flags.timeout * 1e3,
      retries: flags.retries,
      retryBudgetMs: RETRY_BUDGET_MS,
      keepRaw: flags.keepRaw === true,
      offerOf: (picture, model, lane) => {
        const { order, quote } = offerFor({ ...picture, model }, lane, { ...market, fallback: [] }).route;
        return { order, quote };
      },
      batch: isLate
        ? await shop.lane({ onLook: (text) => counter.say(text), onCount: (text) => counter.update(text) })
        : null,
      onStep: (remark) => terminal.note(`step   ${printable(remark)}`),
      onRetry: (failure, waitMs) => terminal.note(`${printable(failure.message)} ${tryingAgain(waitMs)}`),
      onDone: (applied) => counter.done(applied),
    });
    await tidy(project, shop.current, lock, places);
    if (shop.orphans === null) return { all, pruned: [] };
    const strays = await straysOf({ ...bench, known: lock.paths() });
    return { all, pruned: await prune(shop.orphans, strays, project, lock, places) };
  } finally {
    endAnswering();
    counter.stop();
    slots.close();
  }
}

/** Tells what is done as it is done: a line a picture, in the order of the manifest, and how far it is. */
function counting(work: readonly Work[], { flags, deps: { clock }, terminal }: Shop) {
  const progress = terminal.progress(progressText(0, work.length, ZERO, 0));
  const began = clock.now();
  let done = 0;
  let spent = ZERO;
  let said = '';
  const tell = inOrder(work, (applied) => {
    terminal.note(appliedLine(applied));
    if (!flags.json && applied.image !== null) terminal.out(applied.image.path);
    if (applied.result?.raw) terminal.note(`raw    ${applied.result.raw}`);
  });
  return {
    done(applied: Applied): void {
      done += 1;
      spent = sum([spent, applied.bill?.amount ?? ZERO]);
      tell(applied);
      progress.update(progressText(done, work.length, spent, clock.now() - began));
    },
    update: (text: string) => progress.update(text),
    say(text: string): void {
      progress.update(text);
      // Where nothing moves, a line each time that there is something new.
      if (!progress.isShown && text !== said) terminal.note(`wait   ${text}`);
      said = text;
    },
    stop: () => progress.stop(),
  };
}
