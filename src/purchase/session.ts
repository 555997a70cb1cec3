import type { PriceHistory } from '../core/pricing/price-history.ts';
import { format, type Usd } from '../core/pricing/money.ts';
import { counted, printable } from '../core/text/text.ts';
import type { Deps, Ledger, RunStart, Settings, Terminal } from '../ports/index.ts';
import { buy, everyPicture, type Errand, type History } from './run-order.ts';
import { connect } from './connection.ts';
import { quoteFromHistory } from './price-history.ts';
import { answerInterrupt } from './interrupt.ts';
import { paceOf, type PaceFlags } from './pace.ts';
import { summarise } from './summary.ts';
import type { Saver } from './save.ts';
import { mentionUnfinished } from './unfinished.ts';
import { uploadNotes } from './upload.ts';

/** All waiting between the sends of one request, together. */
const RETRY_BUDGET_MS = 5 * 60_000;

/** How requests are sent. */
export interface Manner extends PaceFlags {
  readonly concurrency: number;
  /** Seconds for one request. */
  readonly timeout: number;
  readonly retries: number;
}

type ShopDeps = Pick<
  Deps,
  | 'books'
  | 'client'
  | 'clock'
  | 'isSandbox'
  | 'leave'
  | 'newId'
  | 'pictures'
  | 'sandbox'
  | 'sha256'
  | 'pictureFiles'
  | 'slots'
  | 'stop'
>;

/** Opens line and books, buys, and closes them again, whatever happens in between. */
export async function shop(
  errand: Errand,
  manner: Manner,
  settings: Settings,
  deps: ShopDeps,
  terminal: Terminal,
): Promise<History> {
  const { count, model } = errand.offer.order;
  const save = await errand.placeFor(model, everyPicture(count));
  const line = await connect(settings, deps);
  const books = await deps.books({ sandbox: settings.sandbox });
  const slots = await deps.slots({ sandbox: settings.sandbox });
  const progress = terminal.progress(`${counted(count, 'image')} from ${model.name}`);
  const underWay = new Set<string>();
  const endAnswering = answerInterrupt(deps.stop, underWay, terminal);
  let asked = model.name;
  let done = 0;
  const remarks: string[] = [];
  try {
    await mentionUnfinished(books, terminal, deps.clock);
    const offer = await quoteFromHistory(errand.offer, books.ledger);
    const pace = paceOf(manner, slots, terminal);
    if (offer.quote.priceHistory) terminal.note(historyLine(offer.quote.expected, offer.quote.priceHistory));
    const history = await buy({ ...errand, offer }, save, {
      api: (await deps.client(line.provider, { pace, onUpload: uploadNotes(terminal) })).images,
      books,
      saver: async () => ({ ...(await saverOf(deps, terminal, remarks)), ...errand.listener }),
      turns: errand.turns,
      underWay,
      newId: deps.newId,
      stop: deps.stop,
      leave: deps.leave,
      concurrency: manner.concurrency,
      timeoutMs: manner.timeout * 1000,
      retries: manner.retries,
      retryBudgetMs: RETRY_BUDGET_MS,
      onRetry: (failure, waitMs) => terminal.note(`${printable(failure.message)} ${tryingAgain(waitMs)}`),
      onRound({ order }) {
        asked = order.model.name;
        progress.update(`${done} of ${count} from ${asked}`);
      },
      onRemark: (remark) => terminal.note(`step   ${remark}`),
      onDone(result) {
        done += result.images.length;
        progress.update(`${done} of ${count} from ${asked}`);
      },
    });
    await end(books.ledger, errand.run, history, terminal);
    return { ...history, remarks: [...history.remarks, ...remarks] };
  } finally {
    endAnswering();
    progress.stop();
    slots.close();
    books.ledger.close();
    await line.close();
  }
}

/** Remarks are said, and kept for the document. */
export const saverOf = async (
  { pictures, pictureFiles, sha256 }: Pick<Deps, 'pictures' | 'pictureFiles' | 'sha256'>,
  terminal: Terminal,
  remarks: string[],
): Promise<Saver> => ({
  pictures: await pictures(),
  pictureFiles: await pictureFiles(),
  sha256,
  stdout: (bytes) => terminal.bytes(bytes),
  remark(sentence) {
    remarks.push(sentence);
    terminal.note(`note   ${sentence}`);
  },
});

/** When, in words. */
export const tryingAgain = (waitMs: number): string =>
  waitMs === 0 ? 'Trying again.' : `Trying again in ${Math.ceil(waitMs / 1_000)} s.`;

const historyLine = (expected: Usd, { pictures }: PriceHistory): string =>
  `price  ${format(expected)} expected, as in your last ${pictures} bills of this model`;

/** How it ended is a remark: what was bought must be reported even when it cannot be written. */
async function end(
  ledger: Ledger,
  { runId }: RunStart,
  { rounds }: History,
  terminal: Terminal,
): Promise<void> {
  try {
    await ledger.end(runId, summarise(rounds).outcome);
  } catch (error) {
    terminal.alarm(`pixtab: ${printable(error instanceof Error ? error.message : String(error))}`);
  }
}
