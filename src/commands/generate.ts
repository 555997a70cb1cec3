import type { Command } from 'commander';
import type { Aspect, Lane, Size } from '../core/catalogue/model.ts';
import { EXIT, Failure, usageFailure } from '../core/errors.ts';
import type { ImageFormat } from '../core/format.ts';
import type { Quote } from '../core/line.ts';
import { format, toDecimal, type Usd } from '../core/money.ts';
import { route, type Route } from '../core/route.ts';
import { counted, printable } from '../core/text.ts';
import type { Deps, RequestPreview, SavePlan, Settings, Terminal } from '../ports.ts';
import { connect } from '../purchase/connect.ts';
import { purchase } from '../purchase/purchase.ts';
import {
  anyUnknown,
  costJson,
  imageJson,
  quoteJson,
  summarise,
  type Outcome,
  type Summary,
} from '../purchase/report.ts';
import type { AttemptResult } from '../purchase/attempt.ts';
import { planTargets } from '../purchase/targets.ts';
import { errorJson, type CommandModule, type RawFlags } from './command.ts';
import { COMMON, flag } from './flags.ts';
import { promptFrom } from './prompt.ts';

/** All waiting between the sends of one request, together. */
const RETRY_BUDGET_MS = 5 * 60_000;

interface GenerateFlags extends RawFlags {
  readonly model: string;
  readonly count: number;
  readonly size?: Size;
  readonly aspect?: Aspect;
  readonly out?: string;
  readonly format?: ImageFormat | 'keep';
  readonly quality?: number;
  readonly promptFile?: string;
  readonly lane: Lane;
  readonly maxCost?: Usd;
  readonly retries: number;
  readonly timeout: number;
  readonly concurrency: number;
  readonly dryRun?: boolean;
  readonly allowRetired?: boolean;
  readonly onRetired: 'fail' | 'successor';
  readonly force?: boolean;
  readonly json?: boolean;
  readonly sandbox?: boolean;
  readonly baseUrl?: string;
  readonly apiKeyFile?: string;
}

export const generate: CommandModule = {
  configure(command: Command): void {
    command.argument('[prompt...]', 'what the pictures show');
    const order = [flag.model, flag.count, flag.size, flag.aspect, flag.lane, flag.promptFile];
    const output = [flag.out, flag.format, flag.quality, flag.force];
    const money = [flag.maxCost, flag.dryRun, flag.allowRetired, flag.onRetired];
    const sending = [
      flag.retries,
      flag.timeout,
      flag.concurrency,
      flag.sandbox,
      flag.baseUrl,
      flag.apiKeyFile,
    ];
    for (const option of [...order, ...output, ...money, ...sending, ...COMMON]) command.addOption(option());
  },
  run: (args, flags, deps, terminal) => run(args, flags as GenerateFlags, deps, terminal),
  failed: (failure, exitCode) => document({ ...BLANK, outcome: failure.kind, exitCode, failure }),
};

async function run(
  args: readonly string[],
  flags: GenerateFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const settings = await deps.settings(flags);
  const now = deps.clock.now();
  const prompt = await promptFrom(args, flags.promptFile, deps);
  if (flags.json && flags.out === '-') throw usageFailure('-o - and --json both write to stdout.');
  const taken = choose(prompt, flags, settings, now);
  announce(taken, flags, terminal);
  const base = { ...BLANK, runId: deps.newId(), sandbox: settings.sandbox, route: taken };
  try {
    refuseAbove(flags.maxCost, taken.quote);
    if (flags.dryRun) {
      const request = await preview(taken, settings, deps);
      return finish({ ...base, outcome: 'dry-run', exitCode: 0, request }, flags, terminal);
    }
    const run = { runId: base.runId, at: now };
    const save = await placeFor(taken, run, flags, deps, terminal);
    const results = await buy(taken, save, run, flags, settings, deps, terminal);
    const summary = summarise(results);
    return finish({ ...base, ...summary, results, summary }, flags, terminal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Nothing was sent; what it would have cost is known all the same.
    return finish(
      { ...base, outcome: error.kind, exitCode: EXIT[error.kind], failure: error },
      flags,
      terminal,
    );
  }
}

async function placeFor(
  { order }: Route,
  { runId, at }: { runId: string; at: number },
  flags: GenerateFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<SavePlan> {
  return planTargets(
    {
      out: flags.out ?? null,
      format: flags.format ?? null,
      quality: flags.quality ?? null,
      replace: flags.force === true,
      count: order.count,
      model: order.model,
      prompt: order.prompt,
      runId,
      cwd: deps.cwd,
      now: at,
    },
    await deps.shelf(),
    terminal.stdoutIsTerminal,
  );
}

function choose(prompt: string, flags: GenerateFlags, settings: Settings, now: number): Route {
  return route({
    model: flags.model,
    want: {
      prompt,
      inputs: [],
      count: flags.count,
      size: flags.size ?? null,
      aspect: flags.aspect ?? null,
      lane: flags.lane,
      thinking: null,
      needs: [],
    },
    day: new Date(now).toISOString().slice(0, 10),
    allowRetired: flags.allowRetired === true,
    onRetired: flags.onRetired,
    sandbox: settings.sandbox,
  });
}

function refuseAbove(maxCost: Usd | undefined, quote: Quote): void {
  if (maxCost === undefined || quote.high <= maxCost) return;
  throw new Failure(
    'budget',
    `This could cost ${format(quote.high)}, and --max-cost is ${format(maxCost)}.`,
    {
      hint: `Nothing was sent. Allow it with --max-cost ${toDecimal(quote.high)}, or ask for fewer or smaller pictures.`,
    },
  );
}

async function preview({ order }: Route, settings: Settings, deps: Deps): Promise<RequestPreview> {
  const api = await deps.api({
    baseUrl: settings.baseUrl.value,
    apiKey: 'not-sent',
    sandbox: settings.sandbox,
  });
  return api.preview({ ...order, count: Math.min(order.count, order.model.maxPerRequest) });
}

async function buy(
  { order, quote }: Route,
  save: SavePlan,
  { runId, at }: { runId: string; at: number },
  flags: GenerateFlags,
  settings: Settings,
  deps: Deps,
  terminal: Terminal,
): Promise<AttemptResult[]> {
  const line = await connect(settings, deps);
  const books = await deps.books({ sandbox: settings.sandbox });
  const progress = terminal.progress(`${counted(order.count, 'image')} from ${order.model.name}`);
  let done = 0;
  try {
    const results = await purchase(
      {
        order,
        quote,
        save,
        run: { runId, command: 'generate', at, project: null, labels: [], maxCost: flags.maxCost ?? null },
        concurrency: flags.concurrency,
      },
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
        timeoutMs: flags.timeout * 1000,
        retries: flags.retries,
        retryBudgetMs: RETRY_BUDGET_MS,
        onRetry: (failure, waitMs) =>
          terminal.note(`${printable(failure.message)} Trying again in ${Math.ceil(waitMs / 1000)} s.`),
        onDone: (result) => {
          done += result.images.length;
          progress.update(`${done} of ${order.count} from ${order.model.name}`);
        },
      },
    );
    await books.ledger.end(runId, summarise(results).outcome);
    return results;
  } finally {
    progress.stop();
    books.ledger.close();
    await line.close();
  }
}

// ---------------------------------------------------------------- what people and scripts read

interface Finished {
  readonly outcome: Outcome | 'dry-run';
  readonly exitCode: number;
  readonly failure: Failure | null;
  readonly runId: string | null;
  readonly sandbox: boolean;
  readonly route: Route | null;
  readonly results: readonly AttemptResult[];
  readonly summary: Summary | null;
  readonly request?: RequestPreview;
}

const BLANK = { runId: null, sandbox: false, route: null, results: [], summary: null, failure: null };

function announce({ order, quote, why, notices }: Route, flags: GenerateFlags, terminal: Terminal): void {
  const { model } = order;
  terminal.note(`model  ${terminal.style('bold', model.name)} (${model.id}): ${why}`);
  terminal.note(
    `price  ${terminal.style('bold', format(quote.expected))} expected for ${counted(order.count, 'image')}; from ${format(quote.low)}, at most ${format(quote.high)}`,
  );
  for (const line of quote.lines) {
    terminal.detail(`       ${line.meter}: ${format(line.amount)} (${line.why})`);
  }
  for (const notice of [...notices, ...quote.warnings]) terminal.note(`note   ${notice}`);
  if (flags.dryRun) terminal.note('note   dry run: nothing is sent');
}

function finish(finished: Finished, flags: GenerateFlags, terminal: Terminal): number {
  const { summary, request, failure } = finished;
  if (flags.json) terminal.out(JSON.stringify(document(finished), null, 2));
  else if (request)
    terminal.out(`${request.method} ${request.url}\n${JSON.stringify(request.body, null, 2)}`);
  else for (const { path } of summary?.images ?? []) if (path !== '-') terminal.out(path);

  for (const { path } of finished.results.flatMap(({ extras }) => extras)) {
    terminal.note(`kept   ${path}: a further picture of the same answer, billed like the one asked for`);
  }
  if (summary) for (const line of paidLines(summary, finished.sandbox)) terminal.note(line);
  if (failure) {
    terminal.alarm(`${terminal.style('red', 'pixtab:')} ${printable(failure.message)}`);
    if (failure.hint) terminal.alarm(`  ${printable(failure.hint)}`);
    if (failure.detail) terminal.detail(failure.detail.split('\n').map(printable).join('\n'));
  }
  return finished.exitCode;
}

function* paidLines({ bill, unconfirmed, images }: Summary, sandbox: boolean): Generator<string> {
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  if (bill) {
    const basis = bill.basis === 'estimated' ? ' (estimated: the answer reported no usage)' : '';
    yield `paid   ${format(bill.amount)} for ${counted(images.length, 'image')}${basis}${play}`;
  }
  if (unconfirmed > 0n)
    yield `       ${format(unconfirmed)} more may have been charged; it is counted until you know${play}`;
}

function document(finished: Finished) {
  const { outcome, exitCode, failure, route, results, summary, request } = finished;
  return {
    schema: 'pixtab.generate/1',
    runId: finished.runId,
    sandbox: finished.sandbox,
    outcome,
    exitCode,
    model: route?.order.model.id ?? null,
    lane: route?.order.lane ?? null,
    quote: route ? quoteJson(route.quote) : null,
    cost: summary ? costJson(summary, anyUnknown(results)) : null,
    images: (summary?.images ?? []).map(imageJson),
    extras: results.flatMap(({ extras }) => extras.map(imageJson)),
    refusals: results.flatMap(({ refusals }) => refusals),
    text: results.flatMap(({ text }) => text ?? []).join('\n') || null,
    warnings: route ? [...route.notices, ...route.quote.warnings] : [],
    error: failure ? errorJson(failure, EXIT[failure.kind]) : null,
    ...(request ? { request } : {}),
  };
}
