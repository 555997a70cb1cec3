import { claimsAbout, type Claim } from '../../core/catalogue/false-claims.ts';
import { findModel, isAuto } from '../../core/catalogue/catalogue.ts';
import { wishesInPrompt } from '../../core/order/looser.ts';
import type { Day, Model } from '../../core/catalogue/model.ts';
import { exitCodeFor, Failure, usageFailure } from '../../core/errors.ts';
import { asJobs, requestsOf } from '../../core/policy/batch-queue.ts';
import { passageSentence, type Spending } from '../../core/policy/through-limits.ts';
import { sum } from '../../core/pricing/money.ts';
import type { InputImage, Want } from '../../core/order/order.ts';
import { attempt, route, type RouteOptions, type QuotedOrder, type Route } from '../../core/order/route.ts';
import { blaming } from '../../core/order/rules.ts';
import { timesEach } from '../../core/order/variations.ts';
import type { Deps, Terminal } from '../../ports/index.ts';
import { defineCommand } from '../shared/flag.ts';
import { document, print, say } from './output.ts';
import { estimateOverLimit } from './over-limit.ts';
import { dayFor, modelsFor } from '../shared/price-flags.ts';
import { layoutOf, type Layout } from '../shared/layout.ts';
import { routing, ruledWhy } from '../shared/route-flag.ts';
import { FLAGS, type EstimateFlags } from './flags.ts';
import type { Estimate } from './types.ts';
import type { Planning } from './volume-plan.ts';
import { asSheet, checkDrafts } from '../create/drafts.ts';
import { promptSources, wholePrompt, type Asked, type PromptSources } from '../create/prompt.ts';

export const estimate = defineCommand({
  flags: FLAGS,
  configure(command) {
    command
      .argument('[prompt...]', 'what the pictures show; plans and comparisons need none')
      .addHelpText('after', EXAMPLES);
  },
  // In settings these are meant for purchases, so an estimate takes them from its own command line alone.
  ownFlags: ['tier', 'max-cost'],
  run,
  failed: (failure, _, sandbox) => document(null, [], NO_PLANS, { sandbox, failure }),
});

const EXAMPLES = `
Examples:
  pixtab estimate "a lighthouse at dusk" -s 2K
  pixtab estimate --budget 20/month -s 2K        pictures a day, by model and lane
  pixtab estimate --per-day 1000 --lane batch --tier 1
  pixtab estimate --compare -s 4K                every model that makes it
  pixtab estimate --prompt-file prompts.txt --each-line --max-cost 5`;

async function run(
  args: readonly string[],
  flags: EstimateFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const layout = layoutOf(flags);
  refuseWithoutPlan(flags, layout);
  await refuseUnreadable(flags, deps);
  const day = dayFor(flags, deps);
  const settings = await deps.settings(flags);
  const models = await modelsFor(flags, deps);
  const made = await byBills(
    await estimateOf(args, flags, { day, models }, promptSources(deps, terminal)),
    flags,
    deps,
  );
  const claims = claimsFor(flags, made, models);
  const offers = made.parts || flags.compare ? made.offers : made.offers.slice(0, 1);
  const shown = { ...made, offers };
  const failure = estimateOverLimit(shown, flags);

  const plans = await plansFor(shown, made.offers, flags);
  if (layout === 'json') {
    terminal.out(JSON.stringify(document(shown, claims, plans, { ...settings, failure }), null, 2));
  } else {
    // A file of comma-separated values has one header, so a plan or a list of platforms stands alone there.
    const isAsked = layout === 'csv' ? plans === NO_PLANS : !isOther(args, flags);
    const tables: Planning['tables'] = [
      ...(isAsked ? [() => print(shown, layout, terminal)] : []),
      ...plans.tables,
      ...(made.drafts && layout !== 'csv' ? [made.drafts.print] : []),
    ];
    for (const [index, table] of tables.entries()) {
      if (index > 0 && layout !== 'csv') terminal.out('');
      table(layout, terminal);
    }
  }
  say(shown, claims, flags.compare === true, terminal);
  if (plans === NO_PLANS) for (const line of limitLines(made, flags)) terminal.note(line);
  if (failure === null) return 0;
  terminal.alarm(`${terminal.style('red', 'pixtab:')} ${failure.message}`);
  return exitCodeFor(failure.kind);
}

/** What the limits of an account make of it: of its queue in the batch lane, and of its money where a tier is named. */
function limitLines({ offers, parts }: Estimate, { tier }: EstimateFlags): readonly string[] {
  const taken = parts ? offers : offers.slice(0, 1);
  const jobs = taken
    .filter(({ order }) => order.lane === 'batch')
    .map(({ order, quote }) => `note   ${asJobs(order, quote, tier ?? 1)}`);
  if (tier === undefined) return jobs;
  return [...jobs, `limit  tier ${tier}: ${passageSentence(spendingOf(taken), tier)}.`];
}

function spendingOf(offers: readonly QuotedOrder[]): Spending {
  const sent = offers.filter(({ order }) => order.lane !== 'batch');
  const requests: Record<string, number> = {};
  for (const { order } of sent)
    requests[order.model.id] = (requests[order.model.id] ?? 0) + requestsOf(order);
  return {
    now: sum(sent.map(({ quote }) => quote.expected)),
    total: sum(offers.map(({ quote }) => quote.expected)),
    requests,
  };
}

/** Whether another table answers, and the price of one picture was not asked for. */
const isOther = (args: readonly string[], { budget, platforms, perDay }: EstimateFlags): boolean =>
  budget !== undefined || (platforms === true && perDay === undefined && args.length === 0);

/** Only when asked: an estimate opens no ledger. */
async function byBills(made: Estimate, { history, sandbox }: EstimateFlags, deps: Deps): Promise<Estimate> {
  if (!history) return made;
  const { quoteFromHistory } = await import('../../purchase/price-history.ts');
  const { ledger } = await deps.books(await deps.settings({ sandbox }));
  try {
    const offers: QuotedOrder[] = [];
    for (const offer of made.offers) offers.push(await quoteFromHistory(offer, ledger));
    return { ...made, offers };
  } finally {
    await ledger.close();
  }
}

const NO_PLANS: Planning = { json: { plans: null, affordable: null, platforms: null }, tables: [] };

async function plansFor(
  shown: Estimate,
  offers: Estimate['offers'],
  flags: EstimateFlags,
): Promise<Planning> {
  if (flags.perDay === undefined && !flags.platforms && flags.budget === undefined) return NO_PLANS;
  return (await import('./volume-plan.ts')).planning(shown, offers, flags);
}

async function estimateOf(
  args: readonly string[],
  flags: EstimateFlags,
  { day, models }: { readonly day: Day; readonly models: readonly Model[] },
  deps: Deps & PromptSources,
): Promise<Estimate> {
  // As in generate: a model that was shut down still answers in the sandbox.
  const { sandbox } = await deps.settings({ sandbox: flags.sandbox });
  const ask = (model: string, want: Want): RouteOptions => ({
    model,
    why: model === flags.model ? flags.whyModel : undefined,
    want,
    day,
    models,
    allowRetired: flags.allowRetired === true,
    onRetired: flags.onRetired,
    sandbox,
    maxPriceEach: flags.maxPriceEach,
  });
  const ruleFor = await routing(flags, deps);
  const routed = (model: string, want: Want): Route => {
    const rule = ruleFor(model, want);
    const found = attempt(() => route(ask(rule?.model ?? model, want)));
    if (found instanceof Failure) throw blaming(found, rule?.text ?? null);
    return { ...found, why: ruledWhy(rule, found.why) };
  };
  if (flags.drafts) checkDrafts(flags);
  if (flags.eachLine && flags.drafts)
    throw usageFailure(
      '--drafts is not estimated for --each-line.',
      'pixtab generate --dry-run says the price of both.',
    );
  if (flags.eachLine) {
    const { estimateFile } = await import('./each-line.ts');
    const choose = (model: string, want: Partial<Want>): Route =>
      routed(model, { ...wantFrom(flags), ...want });
    return estimateFile(args, flags, choose, day, deps);
  }
  const asked = await promptOf(args, flags, deps);
  const want = severally(wantFrom(flags), asked);
  const { drafts: grid } = flags;
  const { others, why, notices: said, rejected } = routed(flags.model, grid ? asSheet(want, grid) : want);
  const drafts =
    grid &&
    (await import('./drafts.ts')).waysTo(want, grid, (one, cells) =>
      routed(flags.model, cells ? asSheet(one, cells) : one),
    );
  const notices = [...said, ...wishesInPrompt(asked.prompt, want)];
  return { day, offers: others, parts: false, why, notices, rejected, drafts };
}

/** Plans and comparisons need no prompt: its words cost next to nothing, so one of usual length stands for it. */
async function promptOf(
  args: readonly string[],
  flags: EstimateFlags,
  sources: Deps & PromptSources,
): Promise<Asked> {
  const isSaid = args.length > 0 || flags.promptFile !== undefined || flags.prompt !== undefined;
  return isSaid || !needsNoPrompt(flags) ? wholePrompt(args, flags, sources) : { prompt: USUAL_PROMPT };
}

const USUAL_PROMPT =
  'a lighthouse at dusk, seen from the sea, with a storm coming up behind it and a boat on its way home';

const needsNoPrompt = ({ budget, perDay, compare, platforms, drafts }: EstimateFlags): boolean =>
  [budget, perDay, drafts].some((value) => value !== undefined) || compare === true || platforms === true;

/** As generate asks for it: each of several prompts as often as the count says. */
function severally(want: Want, { prompt, prompts: several }: Asked): Want {
  if (several && want.count > MOST_VARIED)
    throw usageFailure(`--vary and -n together take up to ${MOST_VARIED} of each.`);
  const prompts = several && timesEach(several, want.count);
  return { ...want, prompt, ...(prompts && { prompts, count: prompts.length }) };
}

/** Each of them is priced by itself. */
const MOST_VARIED = 100;

function wantFrom(flags: EstimateFlags): Want {
  return {
    prompt: '',
    inputs: (flags.image ?? []).map(inputNamed),
    count: flags.count,
    most: Number.MAX_SAFE_INTEGER,
    size: flags.size ?? null,
    aspect: flags.aspect ?? null,
    lane: flags.lane,
    thinking: flags.thinking ?? null,
    needs: flags.needs ?? [],
    minPixels: flags.minPx,
    exact: flags.sizeExact,
  };
}

/** A price depends on how many images go in, not on what they show: nothing is decoded. */
const inputNamed = (name: string): InputImage => ({
  name,
  mimeType: '',
  bytes: new Uint8Array(),
  width: 0,
  height: 0,
});

function refuseWithoutPlan({ perDay, days, platforms, budget }: EstimateFlags, layout: Layout): void {
  if (perDay === undefined && days !== undefined)
    throw usageFailure('--days belongs to a plan: say how many pictures a day with --per-day.');
  const tables = [perDay !== undefined && '--per-day', platforms && '--platforms', budget && '--budget'];
  const several = tables.filter((one) => typeof one === 'string');
  if (several.length > 1 && layout === 'csv') {
    throw usageFailure(`--csv holds one table: take ${several.join(' or ')}.`);
  }
}

/** Refuses pictures that cannot be read: generate could not send them, so they have no price. */
async function refuseUnreadable({ image = [] }: EstimateFlags, deps: Deps): Promise<void> {
  const files = image.filter((name) => name !== '-');
  if (files.length === 0) return;
  const pictureFiles = await deps.pictureFiles();
  for (const file of files) await pictureFiles.read(file);
}

/** The false claims about the model that was named; with `auto`, about the one that is taken. */
function claimsFor(
  { model }: EstimateFlags,
  { offers }: Estimate,
  models: readonly Model[],
): readonly Claim[] {
  if (!isAuto(model)) return claimsAbout(findModel(model, models));
  const taken = offers[0]?.order.model;
  return taken === undefined ? [] : claimsAbout(taken);
}
