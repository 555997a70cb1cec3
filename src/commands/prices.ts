import type { Command } from 'commander';
import { Option } from 'commander';
import { findModel, MODELS } from '../core/catalogue/catalogue.ts';
import { changesBetween, type Change } from '../core/catalogue/changes.ts';
import { compare, type Finding } from '../core/catalogue/check.ts';
import { claimsAbout, type Claim } from '../core/catalogue/claims.ts';
import type { Day, Lane, Model, Rate, Size } from '../core/catalogue/model.ts';
import { parseDay } from '../core/day.ts';
import { Failure, usageFailure } from '../core/errors.ts';
import { format, toDecimal } from '../core/money.ts';
import { quote } from '../core/quote.ts';
import { orderFor } from '../core/request.ts';
import type { Offer } from '../core/route.ts';
import { printable } from '../core/text.ts';
import type { Deps, Terminal } from '../ports.ts';
import { quoteJson } from '../purchase/report.ts';
import { errorJson, type CommandModule, type RawFlags } from './command.ts';
import { claimJson } from './estimateview.ts';
import { COMMON, flag } from './flags.ts';
import {
  dayFor,
  layoutOf,
  modelsFor,
  priceFlag,
  printTable,
  type Layout,
  type PriceFlags,
} from './pricing.ts';

interface PricesFlags extends RawFlags, PriceFlags {
  readonly lane: Lane;
  readonly size?: Size;
  readonly against?: string;
}

interface Context {
  readonly rest: readonly string[];
  readonly flags: PricesFlags;
  readonly layout: Layout;
  readonly day: Day;
  readonly models: readonly Model[];
  readonly deps: Deps;
  readonly terminal: Terminal;
}

const VERBS: Readonly<Record<string, (context: Context) => Promise<void> | void>> = {
  list,
  why,
  diff,
  check,
};

export const prices: CommandModule = {
  configure(command: Command): void {
    command
      .argument('<what>', 'list, why <model>, diff <day> <day>, or check')
      .argument('[names...]', 'a model, or two days')
      .addOption(new Option('--against <file>', "check: LiteLLM's price map or genai-prices' data"));
    const flags = [
      flag.lane,
      flag.size,
      priceFlag.at,
      priceFlag.prices,
      priceFlag.markdown,
      priceFlag.csv,
      ...COMMON,
    ];
    for (const option of flags) command.addOption(option());
  },
  run: (args, flags, deps, terminal) => run(args, flags as PricesFlags, deps, terminal),
  failed: (failure, exitCode) => ({ schema: SCHEMA, error: errorJson(failure, exitCode) }),
};

const SCHEMA = 'pixtab.prices/1';

async function run(
  [what = '', ...rest]: readonly string[],
  flags: PricesFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const verb = Object.hasOwn(VERBS, what) ? VERBS[what] : undefined;
  if (!verb) throw usageFailure(`prices takes list, why, diff or check, not "${printable(what)}".`);
  const models = await modelsFor(flags, deps);
  await verb({ rest, flags, layout: layoutOf(flags), day: dayFor(flags, deps), models, deps, terminal });
  return 0;
}

const printJson = ({ terminal }: Context, body: object): void =>
  terminal.out(JSON.stringify({ schema: SCHEMA, ...body, error: null }, null, 2));

// ---------------------------------------------------------------- list

function list(context: Context): void {
  const { day, models, layout, terminal } = context;
  const rates = models.flatMap((model) =>
    model.rates
      .filter(({ from, until }) => from <= day && (until === null || day < until))
      .map((rate) => ({ model, rate })),
  );
  if (layout === 'json') {
    printJson(context, {
      at: day,
      rates: rates.map(({ model, rate }) => ({ model: model.id, ...rateJson(rate) })),
    });
    return;
  }
  const columns = [
    { title: 'model' },
    { title: 'lane' },
    { title: 'meter' },
    { title: 'price', right: true },
    { title: 'per', right: true },
    { title: 'since' },
  ];
  const rows = rates.map(({ model, rate }) => [
    layout === 'text' ? (model.aliases[0] ?? model.id) : model.id,
    rate.lane,
    rate.size ? `${rate.meter} ${rate.size}` : rate.meter,
    format(rate.price),
    perOf(rate),
    rate.from,
  ]);
  printTable(layout, columns, rows, terminal);
}

const perOf = ({ per, unit }: Rate): string => (per === 1 ? unit : per.toLocaleString('en-US'));

const rateJson = ({
  meter,
  lane,
  size,
  price,
  per,
  unit,
  from,
  until,
  source,
  checked,
  confidence,
  note,
}: Rate) => ({
  meter,
  lane,
  size: size ?? null,
  price: toDecimal(price),
  per,
  unit,
  from,
  until,
  source,
  checked,
  confidence,
  note: note ?? null,
});

// ---------------------------------------------------------------- why

/** Stands for a short prompt, so that the arithmetic has a number to start from. */
const SAMPLE = 'a lighthouse at dusk';

function why(context: Context): void {
  const { rest, flags, day, models, layout, terminal } = context;
  const [name, more] = rest;
  if (name === undefined || more !== undefined) throw usageFailure('prices why takes one model.');
  const order = orderFor(findModel(name, models), {
    prompt: SAMPLE,
    inputs: [],
    count: 1,
    size: flags.size ?? null,
    aspect: null,
    lane: flags.lane,
    thinking: null,
    needs: [],
  });
  const offer = { order, quote: quote(order, day) };
  const claims = claimsAbout(order.model);
  if (layout === 'json') {
    const { model, lane, size, warnings } = offer.quote;
    printJson(context, {
      at: day,
      model,
      lane,
      size,
      ...quoteJson(offer.quote),
      warnings,
      claims: claims.map(claimJson),
    });
    return;
  }
  for (const line of whyLines(offer, claims, day)) terminal.out(line);
  for (const warning of offer.quote.warnings) terminal.note(`note   ${warning}`);
}

function* whyLines({ order, quote }: Offer, claims: readonly Claim[], day: Day): Generator<string> {
  yield `${order.model.name} (${order.model.id}), one image at ${order.size}, lane ${order.lane}, on ${day}`;
  for (const line of quote.lines) {
    const { source, checked, confidence, note } = line.rateFrom;
    yield '';
    yield `${line.meter}: ${line.quantity} x ${format(line.rate)} / ${line.per.toLocaleString('en-US')} = ${format(line.amount)}`;
    yield `  from ${line.low.quantity} (${format(line.low.amount)}) to ${line.high.quantity} (${format(line.high.amount)})`;
    yield `  ${line.why}`;
    yield `  ${source}, checked ${checked}, confidence ${confidence}${note ? `: ${note}` : ''}`;
  }
  yield '';
  yield `total: ${format(quote.expected)}, from ${format(quote.low)} to ${format(quote.high)}`;
  for (const { says, by, url, said, why: reason, evidence } of claims) {
    yield '';
    yield `claim: ${says}`;
    yield `  ${url ?? by}, ${said.slice(0, 7)}`;
    yield `  but ${reason} (${evidence.source}, ${evidence.checked})`;
  }
}

// ---------------------------------------------------------------- diff

function diff(context: Context): void {
  const { rest, models, layout, terminal } = context;
  const [first, second, more] = rest;
  if (first === undefined || second === undefined || more !== undefined) {
    throw usageFailure('prices diff takes two days, such as 2026-03-15 2026-11-22.');
  }
  const from = parseDay(first, 'prices diff');
  const to = parseDay(second, 'prices diff');
  const changes = changesBetween(from, to, models);
  if (layout === 'json') {
    printJson(context, { from, to, changes: changes.map(changeJson) });
    return;
  }
  const columns = [
    { title: 'model' },
    { title: 'what' },
    { title: from, right: true },
    { title: to, right: true },
  ];
  const rows = changes.map((change) => [
    change.model,
    change.kind === 'status'
      ? 'status'
      : `${change.lane}, ${change.meter}${change.size ? ` ${change.size}` : ''}`,
    ...valuesOf(change),
  ]);
  printTable(layout, columns, rows, terminal);
}

const valuesOf = (change: Change): readonly string[] =>
  change.kind === 'status'
    ? [change.before, change.after]
    : [change.before, change.after].map((price) => (price === null ? '' : format(price)));

const changeJson = (change: Change) =>
  change.kind === 'status'
    ? change
    : {
        ...change,
        before: change.before === null ? null : toDecimal(change.before),
        after: change.after === null ? null : toDecimal(change.after),
      };

// ---------------------------------------------------------------- check

async function check(context: Context): Promise<void> {
  const { rest, flags, day, models, layout, deps, terminal } = context;
  const { against } = flags;
  if (against === undefined || rest.length > 0) throw usageFailure('prices check takes --against <file>.');
  const found = compare(parsed(await deps.readText(against), against), day, models);
  if (!found) {
    throw usageFailure(`${against} is neither LiteLLM's price map nor genai-prices' data.`);
  }
  const differing = found.findings.filter(({ verdict }) => verdict !== 'same');
  if (layout === 'json') {
    printJson(context, {
      at: day,
      format: found.format,
      findings: found.findings.map(findingJson),
      unknown: found.unknown,
    });
    return;
  }
  const columns = [
    { title: 'model' },
    { title: 'lane' },
    { title: 'meter' },
    { title: 'here', right: true },
    { title: 'there', right: true },
  ];
  const rows = differing.map(({ model, lane, meter, ours, theirs }) => [
    model,
    lane,
    meter,
    format(ours),
    theirs === null ? 'not said' : format(theirs),
  ]);
  printTable(layout, columns, rows, terminal);
  for (const model of found.unknown) terminal.note(`note   ${model} is not in ${against}.`);
  const same = found.findings.length - differing.length;
  terminal.note(
    `note   ${same} of ${found.findings.length} prices agree, of the ${MODELS.length} models here.`,
  );
}

const findingJson = ({ ours, theirs, ...finding }: Finding) => ({
  ...finding,
  ours: toDecimal(ours),
  theirs: theirs === null ? null : toDecimal(theirs),
});

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('usage', `${file} is no valid JSON.`, { cause });
  }
}
