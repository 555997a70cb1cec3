import { exitCodeFor, Failure, usageFailure } from '../../core/errors.ts';
import type { Start } from '../../core/order/fallback.ts';
import type { Quote } from '../../core/pricing/types.ts';
import { format, toDecimal, type Usd } from '../../core/pricing/money.ts';
import { portion, type Order } from '../../core/order/order.ts';
import { route } from '../../core/order/route.ts';
import type { Deps, RunStart, Terminal } from '../../ports/index.ts';
import type { Errand, History } from '../../purchase/run-order.ts';
import { summarise, type Numbered } from '../../purchase/summary.ts';
import { shop } from '../../purchase/session.ts';
import { outputOf, planTargets, type TargetAsk } from '../../purchase/output-paths.ts';
import { choose, type Wanted } from './order-from-flags.ts';
import { submit } from '../batch/submit.ts';
import { announce, boughtJson, NOTHING_BOUGHT, tell } from './output.ts';
import type { BuyFlags } from './flags.ts';
import { cacheFor } from './cache.ts';
import type { CommandModule } from '../shared/command.ts';
import { finishOf, show } from './postprocess-flags.ts';
import { rehearsed } from './dry-run.ts';

/** One document for every command that buys pictures. */
const SCHEMA = 'pixtab.generate/1';

/** The document of a run that failed before anything was chosen. */
export const boughtNothing: CommandModule['failed'] = (failure, exitCode, sandbox) =>
  boughtJson({ ...NOTHING_BOUGHT, sandbox, outcome: failure.kind, exitCode, failure }, SCHEMA);

/** The way of every command that buys pictures: price, place, purchase, report. Returns the exit code. */
export async function buyPictures(
  wanted: Wanted,
  flags: BuyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const json = flags.json === true;
  if (json && flags.out === '-') throw usageFailure('-o - and --json both write to stdout.');
  finishOf(flags);
  const settings = await deps.settings(flags);
  const at = deps.clock.now();
  const maxCost = flags.maxCost ?? null;
  const { ask, start, taken: wish } = await choose(wanted, flags, settings, at, deps);
  const runId = deps.newId();
  const place = placeOf(wish.order, { runId, at }, wanted, flags, deps);
  const placeFor: Errand['placeFor'] = async (model, pictures) =>
    planTargets({ ...place, model, pictures }, await deps.pictureFiles(), terminal.stdoutIsTerminal);
  const cache = flags.cached
    ? await cacheFor({ wanted, whole: wish, placeFor }, flags, settings, deps, terminal)
    : null;
  const taken = cache?.route ?? wish;
  if (cache?.isWhole) terminal.note(`model  ${taken.order.model.id}; nothing has to be bought`);
  else announce(taken, terminal);
  const known = { ...NOTHING_BOUGHT, runId, sandbox: settings.sandbox, route: taken };
  let before: Numbered | undefined;
  try {
    refuseAbove(flags.maxCost, taken.quote);
    if (flags.dryRun && cache?.isWhole) {
      terminal.note('note   dry run: nothing is sent, and nothing would be; the store has it all');
      return tell({ ...known, outcome: 'dry-run', exitCode: 0 }, SCHEMA, json, terminal);
    }
    if (flags.dryRun) {
      outputOf({ ...place, model: taken.order.model });
      const request = await rehearsed(taken, flags.tier, settings, deps, terminal);
      return tell({ ...known, outcome: 'dry-run', exitCode: 0, request }, SCHEMA, json, terminal);
    }
    const whole: Errand = {
      offer: taken,
      why: start.why,
      run: { runId, command: wanted.command, at, ...(await filedUnder(flags, deps)), maxCost },
      ...chancesOf(flags, start),
      // What the store brings is no turn, so what is bought beside it is none either.
      ...(cache === null && { turns: wanted.turns }),
      offerOf: (model, pictures) => route({ ...ask, model, want: portion(ask.want, pictures) }),
      placeFor,
    };
    const errand = cache?.errand(whole) ?? whole;
    if (flags.lane === 'batch') {
      const asked = { errand, settings, known, tier: flags.tier, out: flags.out, json };
      return await submit(asked, SCHEMA, deps, terminal);
    }
    const remarks: string[] = [];
    before = await cache?.fetch(remarks);
    const history = cache?.isWhole ? NOTHING : await shop(errand, flags, settings, deps, terminal);
    const rounds = cache?.renumbered(history.rounds) ?? history.rounds;
    const summary = summarise(rounds, before);
    const bought = { ...known, ...summary, rounds, remarks: [...remarks, ...history.remarks], summary };
    const exitCode = tell({ ...bought, ...listed(before) }, SCHEMA, json, terminal);
    await show(summary.images, flags, deps, terminal);
    return exitCode;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Nothing was sent; what it would have cost is known all the same.
    const refused = { outcome: error.kind, exitCode: exitCodeFor(error.kind), failure: error };
    const summary = before?.size ? summarise([], before) : null;
    return tell({ ...known, ...refused, summary, ...listed(before) }, SCHEMA, json, terminal);
  }
}

const NOTHING: History = { rounds: [], remarks: [] };

const listed = (before: Numbered | undefined) =>
  before && { fromStore: [...before.values()].map(({ path }) => path) };

/** An empty name files it under nothing. */
async function filedUnder(
  { project, label = [] }: BuyFlags,
  { repository }: Deps,
): Promise<Pick<RunStart, 'project' | 'labels'>> {
  return { project: (project ?? (await repository())) || null, labels: label.filter(Boolean) };
}

function chancesOf(flags: BuyFlags, { fallback }: Start): Pick<Errand, 'chances' | 'keepsToPrice'> {
  const { refusalRetries, retryUnconfirmed = 0, maxCost } = flags;
  return {
    chances: { refusals: refusalRetries ?? 1, unconfirmed: retryUnconfirmed, fallback },
    keepsToPrice: refusalRetries === undefined && maxCost === undefined,
  };
}

function refuseAbove(maxCost: Usd | undefined, { high }: Quote): void {
  if (maxCost === undefined || high <= maxCost) return;
  throw new Failure('budget', `This could cost ${format(high)}, and --max-cost is ${format(maxCost)}.`, {
    hint: `Nothing was sent. Allow it with --max-cost ${toDecimal(high)}, or ask for fewer or smaller pictures.`,
  });
}

/** Where the pictures go, as far as the flags say. */
function placeOf(
  { count, prompt, prompts }: Order,
  { runId, at }: Pick<RunStart, 'runId' | 'at'>,
  { mask }: Wanted,
  flags: BuyFlags,
  { cwd }: Pick<Deps, 'cwd'>,
): Omit<TargetAsk, 'model' | 'pictures'> {
  const { out = null, format = null, quality = null, force: replace = false } = flags;
  const keepRaw = flags.keepRaw === true;
  const finish = { ...finishOf(flags), ...(mask && { mask }) };
  return { out, format, quality, replace, keepRaw, finish, count, prompt, prompts, runId, cwd, now: at };
}
