import type { Command } from 'commander';
import type { Ability, Aspect, Lane, Model, Pixels, Size, ThinkingLevel } from '../core/catalogue/model.ts';
import { dayOf } from '../core/day.ts';
import { EXIT, Failure, usageFailure } from '../core/errors.ts';
import type { ImageFormat } from '../core/format.ts';
import type { Quote } from '../core/line.ts';
import { format, toDecimal, type Usd } from '../core/money.ts';
import { startAt, type Start } from '../core/fallback.ts';
import type { Order } from '../core/order.ts';
import { route, type Ask, type Route } from '../core/route.ts';
import type { Deps, RequestPreview, RunStart, Settings, SettingsFlags, Terminal } from '../ports.ts';
import type { Errand } from '../purchase/chances.ts';
import type { PaceFlags } from '../purchase/pace.ts';
import { summarise } from '../purchase/report.ts';
import { shop } from '../purchase/shop.ts';
import { planTargets } from '../purchase/targets.ts';
import { submit } from './batch/submit.ts';
import { announce, boughtJson, NOTHING_BOUGHT, tell } from './bought.ts';
import type { CommandModule, RawFlags } from './command.ts';
import { COMMON, flag, PACE } from './flags.ts';
import { modelsFor } from './pricing.ts';
import { promptFrom } from './prompt.ts';

const SCHEMA = 'pixtab.generate/1';

interface GenerateFlags extends RawFlags, SettingsFlags, PaceFlags {
  readonly model: string;
  readonly count: number;
  readonly size?: Size;
  readonly aspect?: Aspect;
  readonly lane: Lane;
  readonly thinking?: ThinkingLevel;
  readonly needs?: readonly Ability[];
  readonly minPx?: Pixels;
  readonly maxPriceEach?: Usd;
  readonly prices?: string;
  readonly promptFile?: string;
  readonly out?: string;
  readonly format?: ImageFormat | 'keep';
  readonly quality?: number;
  readonly force?: boolean;
  readonly keepRaw?: boolean;
  readonly project?: string;
  readonly label?: readonly string[];
  readonly maxCost?: Usd;
  readonly dryRun?: boolean;
  readonly allowRetired?: boolean;
  readonly onRetired: 'fail' | 'successor';
  readonly fallback?: readonly string[];
  readonly refusalRetries?: number;
  readonly retryUnconfirmed?: number;
  readonly retries: number;
  readonly timeout: number;
  readonly concurrency: number;
  readonly json?: boolean;
}

const ORDER = [flag.model, flag.count, flag.size, flag.aspect, flag.lane, flag.thinking, flag.promptFile];
const ROUTE = [flag.needs, flag.minPx, flag.maxPriceEach, flag.prices];
const OUTPUT = [flag.out, flag.format, flag.quality, flag.force, flag.keepRaw];
const ASKING = [flag.yes, flag.noInput];
const BOOKS = [flag.project, flag.labels];
const MONEY = [flag.maxCost, flag.dryRun, flag.allowRetired, flag.onRetired];
const CHANCES = [flag.fallback, flag.refusalRetries, flag.retryUnconfirmed];
const SENDING = [flag.retries, flag.timeout, flag.concurrency, flag.sandbox, flag.baseUrl, flag.apiKeyFile];

export const generate: CommandModule = {
  configure(command: Command): void {
    command.argument('[prompt...]', 'what the pictures show');
    for (const option of [
      ...ORDER,
      ...ROUTE,
      ...OUTPUT,
      ...MONEY,
      ...ASKING,
      ...BOOKS,
      ...CHANCES,
      ...SENDING,
      ...PACE,
      ...COMMON,
    ]) {
      command.addOption(option());
    }
  },
  run: (args, flags, deps, terminal) => run(args, flags as GenerateFlags, deps, terminal),
  failed: (failure, exitCode, sandbox) =>
    boughtJson({ ...NOTHING_BOUGHT, sandbox, outcome: failure.kind, exitCode, failure }, SCHEMA),
};

async function run(
  args: readonly string[],
  flags: GenerateFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const json = flags.json === true;
  if (json && flags.out === '-') throw usageFailure('-o - and --json both write to stdout.');
  const settings = await deps.settings(flags);
  const at = deps.clock.now();
  const prompt = await promptFrom(args, flags.promptFile, deps);
  const ask = askFor(prompt, flags, settings, await modelsFor(flags, deps), at);
  const maxCost = flags.maxCost ?? null;
  const start = startAt(ask, flags.fallback ?? [], maxCost);
  const { route: taken } = start;
  announce(taken, terminal);
  const runId = deps.newId();
  const known = { ...NOTHING_BOUGHT, runId, sandbox: settings.sandbox, route: taken };
  try {
    refuseAbove(flags.maxCost, taken.quote);
    if (flags.dryRun) {
      terminal.note(`note   dry run: nothing is sent; ${sendings(taken.order)}`);
      const request = await preview(taken, settings, deps);
      return tell({ ...known, outcome: 'dry-run', exitCode: 0, request }, SCHEMA, json, terminal);
    }
    const errand: Errand = {
      offer: taken,
      why: start.why,
      run: { runId, command: 'generate', at, ...(await filedUnder(flags, deps)), maxCost },
      ...chancesOf(flags, start),
      offerOf: (model, count) => route({ ...ask, model, want: { ...ask.want, count } }),
      placeFor: placing(taken.order, { runId, at }, flags, deps, terminal),
    };
    if (flags.lane === 'batch') {
      const asked = { errand, settings, known, tier: flags.tier, out: flags.out, json };
      return await submit(asked, SCHEMA, deps, terminal);
    }
    const history = await shop(errand, flags, settings, deps, terminal);
    const summary = summarise(history.rounds);
    return tell({ ...known, ...summary, ...history, summary }, SCHEMA, json, terminal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Nothing was sent; what it would have cost is known all the same.
    const refused = { outcome: error.kind, exitCode: EXIT[error.kind], failure: error };
    return tell({ ...known, ...refused }, SCHEMA, json, terminal);
  }
}

/** An empty name files it under nothing. */
async function filedUnder(
  { project, label = [] }: GenerateFlags,
  { repository }: Deps,
): Promise<Pick<RunStart, 'project' | 'labels'>> {
  return { project: (project ?? (await repository())) || null, labels: label.filter(Boolean) };
}

function askFor(
  prompt: string,
  flags: GenerateFlags,
  { sandbox }: Settings,
  models: readonly Model[],
  now: number,
): Ask {
  const { model, count, size = null, aspect = null, lane, thinking = null, needs = [], onRetired } = flags;
  const minPixels = flags.minPx;
  return {
    model,
    want: { prompt, inputs: [], count, size, aspect, lane, thinking, needs, ...(minPixels && { minPixels }) },
    day: dayOf(now),
    allowRetired: flags.allowRetired === true,
    onRetired,
    sandbox,
    maxPriceEach: flags.maxPriceEach,
    models,
  };
}

function chancesOf(flags: GenerateFlags, { fallback }: Start): Pick<Errand, 'chances' | 'keepsToPrice'> {
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

async function preview({ order }: Route, settings: Settings, deps: Deps): Promise<RequestPreview> {
  const { sandbox, baseUrl } = settings;
  const nowhere = { baseUrl: baseUrl.value, apiKey: 'not-sent', sandbox };
  if (order.lane === 'batch') return (await deps.batches(nowhere)).preview(order);
  const api = await deps.api(nowhere);
  return api.preview({ ...order, count: Math.min(order.count, order.model.maxPerRequest) });
}

function sendings({ count, model }: Order): string {
  const requests = Math.ceil(count / model.maxPerRequest);
  return `this request would be sent ${requests === 1 ? 'once' : `${requests} times`}`;
}

function placing(
  { count, prompt }: Order,
  { runId, at }: Pick<RunStart, 'runId' | 'at'>,
  flags: GenerateFlags,
  { cwd, shelf }: Deps,
  { stdoutIsTerminal }: Terminal,
): Errand['placeFor'] {
  const { out = null, format = null, quality = null, force: replace = false } = flags;
  const keepRaw = flags.keepRaw === true;
  const ask = { out, format, quality, replace, keepRaw, count, prompt, runId, cwd, now: at };
  return async (model, pictures) => planTargets({ ...ask, model, pictures }, await shelf(), stdoutIsTerminal);
}
