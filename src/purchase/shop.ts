import type { Offer } from '../core/route.ts';
import { counted, printable } from '../core/text.ts';
import type { Deps, Ledger, RunStart, SavePlan, Settings, Terminal } from '../ports.ts';
import type { AttemptResult } from './attempt.ts';
import { connect } from './connect.ts';
import { purchase } from './purchase.ts';
import { summarise } from './report.ts';
import { mentionUnfinished } from './unfinished.ts';

/** All waiting between the sends of one request, together. */
const RETRY_BUDGET_MS = 5 * 60_000;

/** What to buy, and where it goes. */
export interface Errand {
  readonly offer: Offer;
  readonly save: SavePlan;
  readonly run: RunStart;
}

/** How requests are sent. */
export interface Manner {
  readonly concurrency: number;
  /** Seconds for one request. */
  readonly timeout: number;
  readonly retries: number;
}

type ShopDeps = Pick<
  Deps,
  'api' | 'books' | 'isSandbox' | 'leave' | 'newId' | 'pictures' | 'sandbox' | 'sha256' | 'shelf' | 'stop'
>;

/** Opens line and books, buys, and closes them again, whatever happens in between. */
export async function shop(
  { offer: { order, quote }, save, run }: Errand,
  manner: Manner,
  settings: Settings,
  deps: ShopDeps,
  terminal: Terminal,
): Promise<AttemptResult[]> {
  const line = await connect(settings, deps);
  const books = await deps.books({ sandbox: settings.sandbox });
  const progress = terminal.progress(`${counted(order.count, 'image')} from ${order.model.name}`);
  let done = 0;
  try {
    await mentionUnfinished(books, terminal);
    const results = await purchase(
      { order, quote, save, run, concurrency: manner.concurrency },
      {
        api: await deps.api(line.connection),
        books,
        saver: async () => ({
          pictures: await deps.pictures(),
          shelf: await deps.shelf(),
          sha256: deps.sha256,
          stdout: (bytes) => terminal.bytes(bytes),
        }),
        newId: deps.newId,
        stop: deps.stop,
        leave: deps.leave,
        timeoutMs: manner.timeout * 1000,
        retries: manner.retries,
        retryBudgetMs: RETRY_BUDGET_MS,
        onRetry: (failure, waitMs) =>
          terminal.note(`${printable(failure.message)} Trying again in ${Math.ceil(waitMs / 1000)} s.`),
        onDone: (result) => {
          done += result.images.length;
          progress.update(`${done} of ${order.count} from ${order.model.name}`);
        },
      },
    );
    await end(books.ledger, run, results, terminal);
    return results;
  } finally {
    progress.stop();
    books.ledger.close();
    await line.close();
  }
}

/** How it ended is a remark: what was bought must be reported even when it cannot be written. */
async function end(
  ledger: Ledger,
  { runId }: RunStart,
  results: readonly AttemptResult[],
  terminal: Terminal,
): Promise<void> {
  try {
    await ledger.end(runId, summarise(results).outcome);
  } catch (error) {
    terminal.alarm(`pixtab: ${printable(error instanceof Error ? error.message : String(error))}`);
  }
}
