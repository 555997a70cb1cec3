import { ratioGap } from '../../core/order/aspect.ts';
import { findModel } from '../../core/catalogue/catalogue.ts';
import { inputLimit } from '../../core/catalogue/input-limits.ts';
import type { Model, Pixels } from '../../core/catalogue/model.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { Failure, usageFailure } from '../../core/errors.ts';
import { firstRoute, type FirstRoute } from '../../core/order/fallback.ts';
import type { Usd } from '../../core/pricing/money.ts';
import type { InputImage, Want } from '../../core/order/order.ts';
import { wishesInPrompt } from '../../core/order/looser.ts';
import { attempt, type RouteOptions, type Route } from '../../core/order/route.ts';
import { blaming } from '../../core/order/rules.ts';
import { uploadsOf } from '../../core/order/uploads.ts';
import { timesEach } from '../../core/order/variations.ts';
import type { Deps, LoadedInput, MaskPlan, RunStart, Settings } from '../../ports/index.ts';
import type { Turns } from '../../purchase/conversation-turn.ts';
import { asSheet, checkDrafts, draftNotice } from './drafts.ts';
import type { BuyFlags } from './flags.ts';
import { exactNotices } from './postprocess-flags.ts';
import { modelsFor } from '../shared/price-flags.ts';
import { routing, ruledWhy } from '../shared/route-flag.ts';
import type { Thread } from './session.ts';

/** What is to be bought, besides what the flags say. */
export interface PromptAndInputs {
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
  /** Where it is written down that others may go on from it. */
  readonly turns?: Turns | undefined;
  /** The agent that buys it, where no person does, and under which key. */
  readonly buyer?: Pick<RunStart, 'agent' | 'once'>;
}

/** What is asked for, and the model that is to make it. */
export interface ChosenOrder {
  readonly options: RouteOptions;
  readonly start: FirstRoute;
  /** As `start` has it, with all that is to be said about it. */
  readonly taken: Route;
}

/** Makes an order of what is wanted and what the flags say; Failures `usage` and `unavailable-model`. */
export async function orderFromFlags(
  wanted: PromptAndInputs,
  flags: BuyFlags,
  settings: Settings,
  now: number,
  deps: Pick<Deps, 'inputs' | 'overlay' | 'repository' | 'settings'>,
): Promise<ChosenOrder> {
  if (wanted.thread) checkThread(wanted.thread, flags);
  const wish = routeOptions(wanted, flags, settings, await modelsFor(flags, deps), now);
  if (flags.drafts) checkDrafts(flags);
  const rule = (await routing(flags, deps))(wish.model, wish.want);
  try {
    const { options, start } = await fitted(
      { ...wish, model: rule?.model ?? wish.model },
      flags,
      flags.maxCost ?? null,
      deps,
    );
    const taken = withNotices(start.route, wanted, flags);
    return { options, start, taken: { ...taken, why: ruledWhy(rule, taken.why) } };
  } catch (error) {
    throw error instanceof Failure ? blaming(error, rule?.text ?? null) : error;
  }
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

function routeOptions(
  { prompt, prompts: several, inputs: given, like, thread }: PromptAndInputs,
  flags: BuyFlags,
  { sandbox }: Settings,
  models: readonly Model[],
  now: number,
): RouteOptions {
  const { size = null, aspect = null, lane, thinking = null, onRetired } = flags;
  const inputs = [...(thread?.inputs ?? []), ...given];
  const history = thread?.history ?? [];
  const prompts = several && timesEach(several, flags.count);
  const count = prompts?.length ?? flags.count;
  const needs = [
    ...(flags.needs ?? []),
    ...(inputs.length + history.length > 0 ? (['edit'] as const) : []),
    ...(thread ? (['chat'] as const) : []),
  ];
  const want: Want = {
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
  };
  return {
    model: thread?.model ?? flags.model,
    why: thread?.model ? `the model of session ${thread.name}` : flags.whyModel,
    want: flags.drafts ? asSheet(want, flags.drafts) : want,
    day: dayOf(now),
    allowRetired: flags.allowRetired === true,
    onRetired,
    sandbox,
    maxPriceEach: flags.maxPriceEach,
    models,
  };
}

/**
 * Chooses the model, and makes input images as small as it, and every model that may stand in for it, takes them. What
 * is only too large for a request stays as it is: it goes ahead as a file.
 */
async function fitted(
  options: RouteOptions,
  { fallback = [] }: BuyFlags,
  maxCost: Usd | null,
  deps: Pick<Deps, 'inputs'>,
): Promise<{ readonly options: RouteOptions; readonly start: FirstRoute }> {
  const start = firstRoute(options, fallback, maxCost);
  // Says now what no request could hold.
  uploadsOf(start.route.order);
  const images = options.want.inputs;
  if (images.length === 0) return { options, start };
  const models = [start.route.order.model.id, ...start.fallback.map(idOf)];
  const most = inputLimit('file', models);
  if (images.every(({ bytes }) => bytes.byteLength <= most)) return { options, start };
  const loader = await deps.inputs();
  const made: LoadedInput[] = [];
  for (const image of images) made.push(await loader.fit(image, most));
  const inputs = made.map(({ image }) => image);
  const { route: taken } = start;
  const notices = [...taken.notices, ...made.flatMap(({ notices }) => notices)];
  return {
    options: { ...options, want: { ...options.want, inputs } },
    start: { ...start, route: { ...taken, order: { ...taken.order, inputs }, notices } },
  };
}

function idOf(name: string): string {
  const model = attempt(() => findModel(name));
  return model instanceof Failure ? name : model.id;
}

/** Less than this nobody sees. */
const RATIO_TOLERANCE = 1.03;

function withNotices(
  taken: Route,
  { like, thread }: PromptAndInputs,
  { sizeExact, resize, size: own, aspect: asked, drafts }: BuyFlags,
): Route {
  const { model, size, aspect, prompt } = taken.order;
  const wishes = wishesInPrompt(prompt, { size: own ?? null, aspect: asked ?? null, exact: sizeExact });
  const made = aspect && model.resolutions[size]?.pixels[aspect];
  const isOff = !asked && !sizeExact && like && made && ratioGap(made, like) > RATIO_TOLERANCE;
  const ratio = `${aspect} is the ratio of ${model.name} that is nearest to ${like?.width}x${like?.height}.`;
  const more = [
    ...(thread?.notices ?? []),
    ...(isOff ? [ratio] : []),
    ...exactNotices(taken.order, sizeExact),
    ...(resize ? [] : wishes),
    ...(drafts ? [draftNotice(taken, drafts)] : []),
  ];
  return { ...taken, notices: [...taken.notices, ...more] };
}
