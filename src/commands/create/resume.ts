import { wholePlace } from '../../core/files/place.ts';
import { resolve } from 'node:path';
import { usageFailure } from '../../core/errors.ts';
import { portion } from '../../core/order/order.ts';
import { route } from '../../core/order/route.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Deps, Ledger, Receipt, Settings, Terminal } from '../../ports/index.ts';
import { latePlan } from '../../purchase/late-saving.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { LAST, lastRun } from '../shared/receipts.ts';
import { withBooks } from '../shared/with-books.ts';
import { wanting } from './each-line.ts';
import type { BuyFlags } from './flags.ts';
import { buyLines } from './lines.ts';
import { orderFromFlags } from './order-from-flags.ts';
import { triesOf } from './run.ts';

/** Buys what is missing of an earlier run, under its name. Returns the exit code. */
export async function resumeRun(
  id: string,
  args: readonly string[],
  flags: BuyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  if (args.length > 0 || flags.promptFile !== undefined || flags.image || flags.drafts)
    throw usageFailure('--resume knows what its run asked for, and takes no prompt.');
  const settings = await deps.settings(flags);
  const receipts = await withBooks(settings, deps, ({ ledger }) => receiptsOf(id, ledger));
  const [first] = receipts;
  if (id === '' || first === undefined)
    throw usageFailure(
      `There is no run "${printable(id)}".`,
      'pixtab history shows what was bought.',
      'pixtab history',
    );
  if (receipts.some(({ run }) => run.runId !== first.run.runId))
    throw usageFailure(`Several runs begin with "${printable(id)}".`);
  refuseOthers(first);
  const { missing, refused, unsure } = missingOf(receipts, flags);
  if (refused > 0)
    terminal.note(`note   ${counted(refused, 'picture')} refused: --refusal-retries 1 asks for them again`);
  if (unsure > 0)
    terminal.note(
      `note   ${counted(unsure, 'picture')} may have been charged: --retry-unconfirmed buys them again`,
    );
  if (missing.length === 0) terminal.note('note   nothing of it is missing');
  const requests: PurchaseRequest[] = [];
  for (const picture of missing) requests.push(await requestFor(picture, flags, settings, deps));
  const { runId, command, project, labels, maxCost } = first.run;
  const run = { runId, command, project, labels, at: deps.clock.now(), maxCost: flags.maxCost ?? maxCost };
  return buyLines({ requests, run, settings, notices: [] }, flags, deps, terminal);
}

async function receiptsOf(id: string, ledger: Ledger): Promise<readonly Receipt[]> {
  if (id === LAST) return lastRun(ledger);
  const found = await ledger.receipts({ by: 'start of an id', value: id });
  return found.filter(({ run }) => run.runId.startsWith(id));
}

function refuseOthers({ run, attempt }: Receipt): void {
  const name = run.runId.slice(0, 8);
  if (run.command === 'apply')
    throw usageFailure(`Run ${name} is of a manifest.`, 'pixtab apply buys what is missing of it.');
  if (run.command !== 'generate' || (attempt.asked?.inputs ?? []).length > 0)
    throw usageFailure(
      `Run ${name} has input images, which are not kept.`,
      `pixtab history ${name} --again buys it as it was.`,
    );
}

/** One picture of the run: where it goes, and the attempts at it, the first of which is as it was ordered. */
interface Wanted {
  readonly path: string;
  readonly at: number;
  readonly receipt: Receipt;
}

function missingOf(receipts: readonly Receipt[], { refusalRetries = 0, retryUnconfirmed = 0 }: BuyFlags) {
  const pictures = new Map<string, { first: Wanted; last: Receipt; isThere: boolean }>();
  for (const receipt of receipts) {
    const { save } = receipt.attempt;
    for (const [at, path] of save.paths.entries()) {
      const place = wholePlace(save.cwd, path, resolve);
      const known = pictures.get(place);
      pictures.set(place, {
        first: known?.first ?? { path: place, at, receipt },
        last: receipt,
        isThere: known?.isThere === true || at < receipt.images.length,
      });
    }
  }
  const left = [...pictures.values()].filter(({ isThere }) => !isThere);
  const inState = (...states: readonly Receipt['state'][]) =>
    left.filter(({ last }) => states.includes(last.state));
  if (inState('held', 'sent').length > 0)
    throw usageFailure(
      'That run is still at work, or waits for a batch job.',
      'Wait for it: pixtab batch wait',
    );
  const waiting = inState('replied', 'settled').length;
  if (waiting > 0)
    throw usageFailure(
      `${counted(waiting, 'picture')} of it paid for and not saved.`,
      'First: pixtab recover',
    );
  const [refused, unsure] = [inState('saved'), inState('unconfirmed')];
  const wanted = new Set([
    ...inState('released'),
    ...(refusalRetries > 0 ? refused : []),
    ...(retryUnconfirmed > 0 ? unsure : []),
  ]);
  return {
    missing: left.filter((one) => wanted.has(one)).map(({ first }) => first),
    refused: refusalRetries > 0 ? 0 : refused.length,
    unsure: retryUnconfirmed > 0 ? 0 : unsure.length,
  };
}

async function requestFor(
  { path, at, receipt: { attempt } }: Wanted,
  flags: BuyFlags,
  settings: Settings,
  deps: Deps,
): Promise<PurchaseRequest> {
  const { model, size, aspect, lane, prompt, asked } = attempt;
  if (prompt === '')
    throw usageFailure('What it asked for was forgotten by pixtab forget.', 'Ask for it anew.');
  const want = wanting(flags, { model, count: 1, size, aspect, lane, thinking: asked?.thinking ?? null });
  const wanted = { command: 'generate', prompt, inputs: [] };
  const { options, start, taken } = await orderFromFlags(wanted, want, settings, deps.clock.now(), deps);
  const save = latePlan(attempt, flags.out, deps.cwd);
  return {
    name: path,
    offer: taken,
    why: start.why,
    ...triesOf(flags, start),
    offerOf: (other, pictures) => route({ ...options, model: other, want: portion(options.want, pictures) }),
    async placeFor() {
      await (await deps.pictureFiles()).prove(wholePlace(deps.cwd, save.paths[at] ?? path, resolve));
      return { ...save, paths: save.paths.slice(at, at + 1) };
    },
    attemptId: () => deps.newId(),
  };
}
