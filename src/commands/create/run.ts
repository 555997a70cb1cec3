import { wordsIn } from '../../core/drafts/prompt.ts';
import { refuseUnable } from '../../core/providers/capabilities.ts';
import { exitCodeFor, Failure, usageFailure } from '../../core/errors.ts';
import type { FirstRoute } from '../../core/order/fallback.ts';
import { portion, type Order } from '../../core/order/order.ts';
import { route, type QuotedOrder } from '../../core/order/route.ts';
import type { Deps, RunStart, Settings, Terminal } from '../../ports/index.ts';
import { quoteFromHistory } from '../../purchase/price-history.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { summarise, type Numbered } from '../../purchase/summary.ts';
import { saverFor } from '../../purchase/session.ts';
import { everyPicture } from '../../purchase/tries.ts';
import { outputOf, planOutput, type OutputOptions } from '../../purchase/output-paths.ts';
import { orderFromFlags, type PromptAndInputs } from './order-from-flags.ts';
import { buyNow } from './buy-now.ts';
import { refuseInBatch, submitBatch } from './submit-batch.ts';
import { announce, boughtJson, NOTHING_BOUGHT, resumeHint, tell, type Bought } from './output.ts';
import type { BuyFlags } from './flags.ts';
import { cacheFor } from './cache.ts';
import type { CommandModule } from '../shared/command.ts';
import { refuseAbove } from '../shared/cost-limit.ts';
import { furtherSellers } from '../shared/price-flags.ts';
import { filedUnder } from '../shared/filed-under.ts';
import { finishOf, show } from './postprocess-flags.ts';
import { rehearsed } from './dry-run.ts';

/** One document for every command that buys pictures. */
const SCHEMA = 'pixtab.generate/1';

/** The document of a run that failed before anything was chosen. */
export const boughtNothing: CommandModule['failed'] = (failure, exitCode, sandbox) =>
  boughtJson({ ...NOTHING_BOUGHT, sandbox, outcome: failure.kind, exitCode, failure }, SCHEMA);

/** The document of a run that had nothing to buy. */
export const nothingWanted = (sandbox: boolean) =>
  boughtJson({ ...NOTHING_BOUGHT, sandbox, outcome: 'ok', exitCode: 0 }, SCHEMA);

/** The way of every command that buys pictures: price, place, purchase, report. Returns the exit code. */
export async function buyPictures(
  wanted: PromptAndInputs,
  flags: BuyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const json = flags.json === true;
  if (json && flags.out === '-') throw usageFailure('-o - and --json both write to stdout.');
  const bought = await purchased(wanted, flags, deps, terminal);
  const exitCode = tell(bought, SCHEMA, json, terminal);
  const { runId, route: taken, summary, failure } = bought;
  const isMissing = taken && failure && summary && summary.images.length < taken.order.count;
  if (isMissing && runId !== null && bought.tries.length > 0 && isResumable(wanted, taken.order))
    terminal.note(`note   ${resumeHint(runId)}`);
  await show(bought.summary?.images ?? [], flags, deps, terminal);
  return exitCode;
}

/** Price, place and purchase, for whoever reports it. Throws only before the model is chosen. */
export async function purchased(
  wanted: PromptAndInputs,
  flags: BuyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<Bought> {
  finishOf(flags);
  const settings = await deps.settings(flags);
  const at = deps.clock.now();
  const maxCost = flags.maxCost ?? null;
  const { options, start, taken: wish } = await orderFromFlags(wanted, flags, settings, at, deps);
  refuseUnable(settings.profile, wish.order);
  const runId = deps.newId();
  const place = placeOf(wish.order, { runId, at }, wanted, flags, deps);
  const placeFor: PurchaseRequest['placeFor'] = async (model, pictures) =>
    planOutput({ ...place, model, pictures }, await deps.pictureFiles(), terminal.stdoutIsTerminal);
  const cache = flags.cached
    ? await cacheFor({ wanted, whole: wish, placeFor }, flags, settings, deps, terminal)
    : null;
  const listed = cache?.route ?? wish;
  const isBilled = !flags.dryRun && flags.lane !== 'batch';
  const taken = isBilled ? { ...listed, ...(await asBilled(listed, settings, deps)) } : listed;
  // What is wrong with a place is said before any price; it is proved once more when all is held.
  if (flags.dryRun) outputOf({ ...place, model: taken.order.model });
  else if (!cache) await placeFor(taken.order.model, everyPicture(taken.order.count));
  if (flags.lane === 'batch') refuseInBatch(start.fallback, flags);
  if (cache?.isWhole) terminal.note(`model  ${taken.order.model.name}; nothing has to be bought`);
  else announce(taken, terminal);
  const known = { ...NOTHING_BOUGHT, runId, sandbox: settings.sandbox, route: taken };
  let before: Numbered | undefined;
  try {
    refuseAbove(flags.maxCost, taken.quote, 'ask for fewer or smaller pictures');
    if (flags.dryRun && cache?.isWhole) {
      terminal.note('note   dry run: nothing is sent, and nothing would be; the store has it all');
      return { ...known, outcome: 'dry-run', exitCode: 0 };
    }
    if (flags.dryRun) {
      const request = await rehearsed(taken, flags.tier, settings, deps, terminal);
      return { ...known, outcome: 'dry-run', exitCode: 0, request };
    }
    const run = {
      runId,
      command: wanted.command,
      at,
      ...(await filedUnder(flags, deps)),
      maxCost,
      ...wanted.buyer,
    };
    const whole: PurchaseRequest = {
      offer: taken,
      why: start.why,
      ...triesOf(flags, start),
      // What signed a turn is what goes on from it.
      further: wanted.thread ? [] : await furtherSellers(flags, deps),
      // What the store brings is no turn, so what is bought beside it is none either.
      turns: cache === null ? wanted.turns : undefined,
      offerOf: (model, pictures) => route({ ...options, model, want: portion(options.want, pictures) }),
      placeFor,
      attemptId: () => deps.newId(),
    };
    const request = cache?.request(whole) ?? whole;
    if (flags.lane === 'batch')
      return await submitBatch({ request, run, settings, known, flags }, deps, terminal);
    const { saver, remarks } = saverFor(deps, terminal);
    before = await cache?.fetch(await saver());
    const order = {
      request,
      run,
      flags,
      settings,
      tellsPaths: !flags.json && cache === null && flags.out !== '-',
    };
    const bought = cache?.isWhole ? NOTHING : await buyNow(order, deps, terminal);
    const tries = cache?.renumbered(bought.tries) ?? bought.tries;
    const summary = summarise(tries, before);
    return {
      ...known,
      ...summary,
      tries,
      told: bought.told,
      remarks: [...remarks, ...bought.remarks],
      summary,
      ...storedIn(before),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Nothing was sent; what it would have cost is known all the same.
    const refused = { outcome: error.kind, exitCode: exitCodeFor(error.kind), failure: error };
    const summary = before?.size ? summarise([], before) : null;
    return { ...known, ...refused, summary, ...storedIn(before) };
  } finally {
    cache?.release();
  }
}

/** One picture alone is asked for again as quickly as it is resumed. */
const isResumable = ({ command, inputs }: PromptAndInputs, { count }: Order): boolean =>
  command === 'generate' && inputs.length === 0 && count > 1;

const NOTHING: Awaited<ReturnType<typeof buyNow>> = { tries: [], remarks: [], told: new Set() };

const storedIn = (before: Numbered | undefined) =>
  before && { fromStore: [...before.values()].map(({ path }) => path) };

/** By the user's own latest bills. A ledger that cannot be read is no reason to say no price: it is opened next. */
export async function asBilled(offer: QuotedOrder, settings: Settings, deps: Deps): Promise<QuotedOrder> {
  const reader = await deps.ledgerReader(settings);
  try {
    return await quoteFromHistory(offer, reader);
  } catch {
    return offer;
  } finally {
    await reader.close();
  }
}

export function triesOf(
  flags: BuyFlags,
  { fallback }: FirstRoute,
): Pick<PurchaseRequest, 'tries' | 'keepsToPrice'> {
  const { refusalRetries, retryUnconfirmed = 0, maxCost } = flags;
  return {
    tries: { refusals: refusalRetries ?? null, unconfirmed: retryUnconfirmed, fallback },
    keepsToPrice: refusalRetries === undefined && maxCost === undefined,
  };
}

/** Where the pictures go, as far as the flags say. */
export function placeOf(
  { count, size, prompt, prompts }: Pick<Order, 'count' | 'size' | 'prompt' | 'prompts'>,
  { runId, at }: Pick<RunStart, 'runId' | 'at'>,
  { mask }: Pick<PromptAndInputs, 'mask'>,
  flags: BuyFlags,
  { cwd }: Pick<Deps, 'cwd'>,
): Omit<OutputOptions, 'model' | 'pictures'> {
  const { out = null, format = null, quality = null, force: replace = false } = flags;
  const keepRaw = flags.keepRaw === true;
  const finish = { ...finishOf(flags), ...(mask && { mask }) };
  return {
    out,
    format,
    quality,
    replace,
    keepRaw,
    finish,
    count,
    size,
    prompt: wordsIn(prompt),
    prompts: prompts?.map(wordsIn),
    runId,
    cwd,
    now: at,
  };
}
