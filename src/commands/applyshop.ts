import { NOTHING } from '../core/manifest/price.ts';
import { printable } from '../core/text.ts';
import type { Books, Deps, RunStart, Settings, Terminal } from '../ports.ts';
import { apply, type Applied } from '../project/apply.ts';
import type { LockFile } from '../project/lockfile.ts';
import type { Places } from '../project/place.ts';
import type { Project } from '../project/project.ts';
import type { Work } from '../project/work.ts';
import { connect } from '../purchase/connect.ts';
import { paceOf } from '../purchase/pace.ts';
import { appliedLine, inOrder, outcomeOf, progressText } from './applyview.ts';
import { buys, type ApplyFlags } from './applywork.ts';
import { marketFor } from './project.ts';

const RETRY_BUDGET_MS = 5 * 60_000;

export interface Shop {
  readonly project: Project;
  readonly places: Places;
  readonly lock: LockFile;
  readonly books: Books;
  readonly settings: Settings;
  readonly run: RunStart;
  readonly flags: ApplyFlags;
  readonly deps: Deps;
  readonly terminal: Terminal;
}

/** Opens a line where one is needed, does the work, and closes it again. */
export async function buy(work: readonly Work[], shop: Shop): Promise<readonly Applied[]> {
  const { project, places, lock, books, settings, run, flags, deps, terminal } = shop;
  const { sandbox } = settings;
  const needsLine = buys(work) > 0;
  const line = needsLine ? await connect(settings, deps) : null;
  const connection = line?.connection ?? { baseUrl: settings.baseUrl.value, apiKey: 'not-sent', sandbox };
  const slots = await deps.slots({ sandbox });
  const progress = terminal.progress(progressText(0, work.length, NOTHING.low, 0));
  const began = deps.clock.now();
  const all: Applied[] = [];
  const tell = inOrder(work, (applied) => {
    terminal.note(appliedLine(applied));
    if (!flags.json && applied.image !== null) terminal.out(applied.image.path);
  });
  try {
    return await apply(work, {
      project,
      places,
      lock,
      books,
      run,
      sandbox,
      cwd: deps.cwd,
      day: marketFor(settings, deps).day,
      api: await deps.api(connection, paceOf(flags, slots, terminal)),
      store: await deps.store({
        sandbox,
        folder: flags.store,
      }),
      saver: async () => ({
        pictures: await deps.pictures(),
        shelf: places.shelf,
        sha256: deps.sha256,
        stdout: (bytes) => terminal.bytes(bytes),
      }),
      stop: deps.stop,
      leave: deps.leave,
      concurrency: flags.concurrency,
      timeoutMs: flags.timeout * 1e3,
      retries: flags.retries,
      retryBudgetMs: RETRY_BUDGET_MS,
      onRetry: (failure, waitMs) =>
        terminal.note(`${printable(failure.message)} Trying again in ${Math.ceil(waitMs / 1e3)} s.`),
      onRemark: (remark) => terminal.note(`note   ${printable(remark)}`),
      onDone(applied) {
        all.push(applied);
        tell(applied);
        const { paid } = outcomeOf(all);
        progress.update(progressText(all.length, work.length, paid, deps.clock.now() - began));
      },
    });
  } finally {
    progress.stop();
    slots.close();
    await line?.close();
  }
}
