import type { Command } from 'commander';
import type { Ability, Aspect, Lane, Model, Pixels, Size, ThinkingLevel } from '../core/catalogue/model.ts';
import { ratioGap } from '../core/aspect.ts';
import { findModel } from '../core/catalogue/catalogue.ts';
import { bytesPerImage } from '../core/catalogue/inline.ts';
import { dayOf } from '../core/day.ts';
import { EXIT, Failure, usageFailure } from '../core/errors.ts';
import { startAt, type Start } from '../core/fallback.ts';
import type { ImageFormat } from '../core/format.ts';
import type { Quote } from '../core/line.ts';
import { format, toDecimal, type Usd } from '../core/money.ts';
import { portion, type InputImage, type Order } from '../core/order.ts';
import { attempt, route, type Ask, type Route } from '../core/route.ts';
import { counted } from '../core/text.ts';
import type {
  Deps,
  LoadedInput,
  MaskPlan,
  RequestPreview,
  RunStart,
  Settings,
  SettingsFlags,
  Terminal,
} from '../ports.ts';
import type { Errand } from '../purchase/chances.ts';
import type { PaceFlags } from '../purchase/pace.ts';
import { summarise } from '../purchase/report.ts';
import { shop } from '../purchase/shop.ts';
import { planTargets } from '../purchase/targets.ts';
import { submit } from './batch/submit.ts';
import { announce, boughtJson, NOTHING_BOUGHT, tell } from './bought.ts';
import type { CommandModule, RawFlags } from './command.ts';
import { exactNotices, FINISH, finishOf, show, type FinishFlags } from './finishing.ts';
import { COMMON, flag, PACE } from './flags.ts';
import { modelsFor } from './pricing.ts';
import type { Thread } from './session.ts';
import { PROMPT, type PromptFlags } from './prompt.ts';

/** One document for every command that buys pictures. */
const SCHEMA = 'pixtab.generate/1';

/** Flags of the commands that buy pictures. */
export interface BuyFlags extends RawFlags, SettingsFlags, PaceFlags, FinishFlags, PromptFlags {
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
  readonly image?: readonly string[];
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

const ORDER = [flag.model, flag.count, flag.size, flag.aspect, flag.lane, flag.thinking, flag.image];
const ROUTE = [flag.needs, flag.minPx, flag.maxPriceEach, flag.prices];
const OUTPUT = [flag.out, flag.format, flag.quality, flag.force, flag.keepRaw];
const ASKING = [flag.yes, flag.noInput];
const BOOKS = [flag.project, flag.labels];
const MONEY = [flag.maxCost, flag.dryRun, flag.allowRetired, flag.onRetired];
const CHANCES = [flag.fallback, flag.refusalRetries, flag.retryUnconfirmed];
const SENDING = [flag.retries, flag.timeout, flag.concurrency, flag.sandbox, flag.baseUrl, flag.apiKeyFile];

export function declareBuying(command: Command): void {
  for (const option of [
    ...ORDER,
    ...PROMPT,
    ...ROUTE,
    ...OUTPUT,
    ...FINISH,
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
}

/** The document of a run that failed before anything was chosen. */
export const boughtNothing: CommandModule['failed'] = (failure, exitCode, sandbox) =>
  boughtJson({ ...NOTHING_BOUGHT, sandbox, outcome: failure.kind, exitCode, failure }, SCHEMA);

/** What is to be bought, besides what the flags say. */
export interface Wanted {
  /** Name of the command, for the receipt. */
  readonly command: string;
  readonly prompt: string;
  /** Several, each of which is asked for as often as the count says. */
  readonly prompts?: readonly string[];
  readonly inputs: readonly InputImage[];
  /** Where no aspect is given, the nearest to this picture's. */
  readonly like?: Pixels;
  readonly mask?: MaskPlan;
  /** The conversation that this is a turn of. */
  readonly thread?: Thread | undefined;
  /** When it is paid for. */
  readonly onReply?: Errand['onReply'];
}

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
  if (wanted.thread) checkThread(wanted.thread, flags);
  const settings = await deps.settings(flags);
  const at = deps.clock.now();
  const maxCost = flags.maxCost ?? null;
  const wish = askFor(wanted, flags, settings, await modelsFor(flags, deps), at);
  const { ask, start } = await fitted(wish, flags, maxCost, deps);
  const taken = withNotices(start.route, wanted, flags);
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
      run: { runId, command: wanted.command, at, ...(await filedUnder(flags, deps)), maxCost },
      ...chancesOf(flags, start),
      onReply: wanted.onReply,
      offerOf: (model, pictures) => route({ ...ask, model, want: portion(ask.want, pictures) }),
      placeFor: placing(taken.order, { runId, at }, wanted, flags, deps, terminal),
    };
    if (flags.lane === 'batch') {
      const asked = { errand, settings, known, tier: flags.tier, out: flags.out, json };
      return await submit(asked, SCHEMA, deps, terminal);
    }
    const history = await shop(errand, flags, settings, deps, terminal);
    const summary = summarise(history.rounds);
    const exitCode = tell({ ...known, ...summary, ...history, summary }, SCHEMA, json, terminal);
    await show(summary.images, flags, deps, terminal);
    return exitCode;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Nothing was sent; what it would have cost is known all the same.
    const refused = { outcome: error.kind, exitCode: EXIT[error.kind], failure: error };
    return tell({ ...known, ...refused }, SCHEMA, json, terminal);
  }
}

/** An empty name files it under nothing. */
async function filedUnder(
  { project, label = [] }: BuyFlags,
  { repository }: Deps,
): Promise<Pick<RunStart, 'project' | 'labels'>> {
  return { project: (project ?? (await repository())) || null, labels: label.filter(Boolean) };
}

/** A turn is one picture by one model: what comes next goes on from it. */
function checkThread({ history }: Thread, { count, lane, vary, fallback = [] }: BuyFlags): void {
  if (vary) throw usageFailure('A session goes on from one picture, and --vary makes several.');
  if (lane === 'batch')
    throw usageFailure('A session waits for each picture, and lane batch brings it some day.');
  if (count > 1) throw usageFailure(`A session goes on from one picture, and -n asks for ${count}.`);
  if (history.length > 0 && fallback.length > 0) {
    throw usageFailure(
      'A session stays with its model, so --fallback cannot be.',
      'Leave it out, or ask for a model with -m.',
    );
  }
}

function askFor(
  { prompt, prompts: several, inputs: given, like, thread }: Wanted,
  flags: BuyFlags,
  { sandbox }: Settings,
  models: readonly Model[],
  now: number,
): Ask {
  const { size = null, aspect = null, lane, thinking = null, onRetired } = flags;
  const inputs = [...(thread?.inputs ?? []), ...given];
  const history = thread?.history ?? [];
  const prompts = several?.flatMap((one) => Array.from({ length: flags.count }, () => one));
  const count = prompts?.length ?? flags.count;
  const needs = [
    ...(flags.needs ?? []),
    ...(inputs.length + history.length > 0 ? (['edit'] as const) : []),
    ...(thread ? (['chat'] as const) : []),
  ];
  return {
    model: thread?.model ?? flags.model,
    want: {
      prompt,
      ...(prompts && { prompts }),
      inputs,
      ...(history.length > 0 && { history }),
      count,
      size,
      aspect,
      like,
      lane,
      thinking,
      needs,
      minPixels: flags.minPx,
      exact: flags.sizeExact,
    },
    day: dayOf(now),
    allowRetired: flags.allowRetired === true,
    onRetired,
    sandbox,
    maxPriceEach: flags.maxPriceEach,
    models,
  };
}

/** Chooses the model, and makes input images as small as it, and every model that may stand in for it, takes them. */
async function fitted(
  ask: Ask,
  { fallback = [] }: BuyFlags,
  maxCost: Usd | null,
  deps: Pick<Deps, 'inputs'>,
): Promise<{ readonly ask: Ask; readonly start: Start }> {
  const start = startAt(ask, fallback, maxCost);
  const images = ask.want.inputs;
  if (images.length === 0) return { ask, start };
  const models = [start.route.order.model.id, ...start.fallback.map(idOf)];
  const most = bytesPerImage(models, images.length);
  if (images.every(({ bytes }) => bytes.byteLength <= most)) return { ask, start };
  const loader = await deps.inputs();
  const made: LoadedInput[] = [];
  for (const image of images) made.push(await loader.fit(image, most));
  const inputs = made.map(({ image }) => image);
  const { route: taken } = start;
  const notices = [...taken.notices, ...made.flatMap(({ notices }) => notices)];
  return {
    ask: { ...ask, want: { ...ask.want, inputs } },
    start: { ...start, route: { ...taken, order: { ...taken.order, inputs }, notices } },
  };
}

function idOf(name: string): string {
  const model = attempt(() => findModel(name));
  return model instanceof Failure ? name : model.id;
}

/** Less than this nobody sees. */
const RATIO_TOLERANCE = 1.03;

function withNotices(taken: Route, { like, thread }: Wanted, { sizeExact, aspect: asked }: BuyFlags): Route {
  const { model, size, aspect } = taken.order;
  const made = aspect && model.resolutions[size]?.pixels[aspect];
  const isOff = !asked && !sizeExact && like && made && ratioGap(made, like) > RATIO_TOLERANCE;
  const ratio = `${aspect} is the ratio of ${model.name} that is nearest to ${like?.width}x${like?.height}.`;
  const more = [
    ...(thread?.notices ?? []),
    ...(isOff ? [ratio] : []),
    ...exactNotices(taken.order, sizeExact),
  ];
  return more.length === 0 ? taken : { ...taken, notices: [...taken.notices, ...more] };
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

async function preview({ order }: Route, settings: Settings, deps: Deps): Promise<RequestPreview> {
  const { sandbox, baseUrl } = settings;
  const nowhere = { baseUrl: baseUrl.value, apiKey: 'not-sent', sandbox };
  if (order.lane === 'batch') return (await deps.batches(nowhere)).preview(order);
  const api = await deps.api(nowhere);
  return api.preview({ ...order, count: Math.min(order.count, order.model.maxPerRequest) });
}

function sendings({ count, model, prompts }: Order): string {
  const requests = prompts ? count : Math.ceil(count / model.maxPerRequest);
  if (prompts) return `this request would be sent, and ${counted(requests - 1, 'other')} like it`;
  return `this request would be sent ${requests === 1 ? 'once' : `${requests} times`}`;
}

function placing(
  { count, prompt, prompts }: Order,
  { runId, at }: Pick<RunStart, 'runId' | 'at'>,
  { mask }: Wanted,
  flags: BuyFlags,
  { cwd, shelf }: Deps,
  { stdoutIsTerminal }: Terminal,
): Errand['placeFor'] {
  const { out = null, format = null, quality = null, force: replace = false } = flags;
  const keepRaw = flags.keepRaw === true;
  const finish = { ...finishOf(flags), ...(mask && { mask }) };
  const ask = { out, format, quality, replace, keepRaw, finish, count, prompt, prompts, runId, cwd, now: at };
  return async (model, pictures) => planTargets({ ...ask, model, pictures }, await shelf(), stdoutIsTerminal);
}
