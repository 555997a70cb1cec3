import type { Failure } from '../../core/errors.ts';
import { billRemarks } from '../../core/pricing/over-quote.ts';
import { atMost, format } from '../../core/pricing/money.ts';
import type { Basis, Quote } from '../../core/pricing/types.ts';
import { sellerOf } from '../../core/providers/sold-by.ts';
import type { Route } from '../../core/order/route.ts';
import { counted, excerpt } from '../../core/text/text.ts';
import type { Job, RequestPreview, Terminal } from '../../ports/index.ts';
import type { RunOutcome } from '../../core/policy/outcome.ts';
import { costJson, imageJson, quoteJson } from '../../purchase/json.ts';
import { pathsOf } from '../../purchase/cut-sheet.ts';
import { modelOf, summarise, type Summary } from '../../purchase/summary.ts';
import { anyUnknown, isUnconfirmed, spentOn, type Try } from '../../purchase/tries.ts';
import type { Tries } from '../../purchase/try-again.ts';
import { jobJson } from '../batch/output.ts';
import { errorJson, tellFailure } from '../shared/command.ts';
import { doubtLine } from '../shared/doubt-line.ts';
import { documentOf } from '../shared/envelope.ts';

/** What came of a command that buys pictures, for people and for scripts. */
export interface Bought extends Tries {
  readonly outcome: RunOutcome['outcome'] | 'dry-run';
  readonly exitCode: number;
  readonly failure: Failure | null;
  readonly runId: string | null;
  readonly sandbox: boolean;
  readonly route: Route | null;
  readonly summary: Summary | null;
  readonly request: RequestPreview | null;
  /** Of the batch lane. */
  readonly jobs?: readonly Job[];
  /** Attempts in jobs of which nobody knows whether they were charged. */
  readonly unsure?: readonly string[];
  /** Paths of the pictures that were bought before; left out where the store was not asked. */
  readonly fromStore?: readonly string[];
  /** Paths that were told as they came. */
  readonly told?: ReadonlySet<string>;
}

/** Nothing was chosen, sent or bought yet. */
export const NOTHING_BOUGHT = {
  failure: null,
  runId: null,
  sandbox: false,
  route: null,
  tries: [],
  remarks: [],
  summary: null,
  request: null,
} as const;

/** How the rest of a run is bought. */
export const resumeHint = (runId: string): string =>
  `pixtab generate --resume ${runId.slice(0, 8)} buys what is missing`;

/** Model and price, before anything is sent. */
export function announce({ order, quote, why, notices }: Route, terminal: Terminal): void {
  const { model, count } = order;
  const expected = terminal.style('bold', format(quote.expected));
  terminal.note(`model  ${terminal.style('bold', model.name)} (${model.id}): ${why}`);
  terminal.note(
    `price  ${expected} expected for ${counted(count, 'image')}${asBilled(quote)}; from ${format(quote.low)}, at most ${atMost(quote.high)}`,
  );
  for (const { meter, amount, why } of quote.lines) {
    terminal.detail(`       ${meter}: ${format(amount)} (${why})`);
  }
  for (const notice of [...notices, ...quote.warnings]) terminal.note(`note   ${notice}`);
}

const asBilled = ({ priceHistory }: Quote): string =>
  priceHistory ? `, as in your last ${priceHistory.pictures} bills of this model` : '';

/** Paths or the JSON document on stdout, the bill and what went wrong on stderr; returns the exit code. */
export function tell(bought: Bought, schema: string, json: boolean, terminal: Terminal): number {
  const { summary, request, failure, tries, told } = bought;
  if (json) terminal.out(JSON.stringify(boughtJson(bought, schema), null, 2));
  else if (request) terminal.out(requestText(request));
  else
    for (const image of summary?.images ?? [])
      if (image.path !== '-' && !told?.has(image.path)) for (const path of pathsOf(image)) terminal.out(path);

  for (const { path, cells = [] } of summary?.images ?? [])
    if (cells.length > 0) terminal.note(`sheet  ${path}, of which the drafts are cut`);
  for (const { path } of resultsOf(tries).flatMap(({ extras }) => extras)) {
    terminal.note(`kept   ${path}: a further picture of the same answer, billed like the one asked for`);
  }
  for (const { raw } of resultsOf(tries)) if (raw !== null) terminal.note(`raw    ${raw}`);
  for (const line of summary ? paidLines(summary, bought) : []) terminal.note(line);
  for (const remark of remarksOn(tries)) terminal.note(`note   ${remark}`);
  if (summary) terminal.summarise(summaryOf(summary, bought));
  if (failure && failure.kind !== 'pending') tellFailure(failure, terminal);
  return bought.exitCode;
}

/** The page of a workflow. */
function summaryOf(summary: Summary, bought: Bought): string {
  const files = summary.images.map(({ path }) => `- \`${excerpt(path, 120)}\``);
  const paid = paidLines(summary, bought).map((line) => line.trim());
  return [`**pixtab generate**: ${bought.outcome}; ${paid.join('; ') || 'nothing paid'}`, '', ...files].join(
    '\n',
  );
}

export const requestText = ({ method, url, body }: RequestPreview): string =>
  `${method} ${url}\n${JSON.stringify(body, null, 2)}`;

function paidLines(
  { bill, unconfirmed, images }: Summary,
  { tries, sandbox, fromStore = [], unsure = unsureIn(tries) }: Bought,
): readonly string[] {
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  const lines: string[] = [];
  if (fromStore.length > 0)
    lines.push(`store  ${counted(fromStore.length, 'image')} bought before, for $0.00`);
  if (bill) {
    const basis = BASIS[bill.basis];
    lines.push(
      `paid   ${format(bill.amount)} for ${counted(images.length - fromStore.length, 'image')}${basis}${play}`,
    );
  }
  if (unconfirmed > 0n) {
    const ids = unsure.map((attemptId) => attemptId.slice(0, 8));
    const settle = `pixtab settle ${ids[0]} --charged or --not-charged`;
    lines.push(
      doubtLine(unconfirmed, { sandbox }),
      `       then say so${ids.length > 1 ? ` of ${ids.join(', ')}` : ''}: ${settle}`,
    );
  }
  if (tries.length < 2) return lines;
  const isElsewhere = tries.some(({ offer }) => offer.order.model.seller !== undefined);
  return [...lines, ...tries.map((made) => stepLine(made, isElsewhere))];
}

/** What people need to know of what a bill is made of. */
const BASIS: Readonly<Record<Basis, string>> = {
  estimated: ' (estimated: nobody said what it really cost)',
  listed: '',
  metered: '',
  stated: ' (as the answer states it)',
};

function stepLine(made: Try, isElsewhere: boolean): string {
  const { name } = made.offer.order.model;
  const count = `${deliveredIn(made)} of ${counted(made.pictures.length, 'image')}`;
  const where = isElsewhere ? ` at ${sellerOf(made.offer.order.model)}` : '';
  return `       ${format(spentOn(made.results))} for ${count} from ${name}${where}`;
}

/** What the bills of each model need to have said about them. */
const remarksOn = (tries: readonly Try[]): readonly string[] =>
  tries.flatMap(({ offer: { order, quote }, results }) =>
    billRemarks(
      order,
      quote,
      results.flatMap(({ bill, plan }) => (bill ? [{ bill, images: plan.images, high: plan.high }] : [])),
    ),
  );

const resultsOf = (tries: readonly Try[]) => tries.flatMap(({ results }) => results);

const unsureIn = (tries: readonly Try[]): readonly string[] =>
  resultsOf(tries)
    .filter(isUnconfirmed)
    .map(({ plan }) => plan.attemptId);

const deliveredIn = ({ results }: Try): number =>
  results.reduce((count, { images }) => count + images.length, 0);

/** null where nothing could be bought. */
export const costOf = ({ tries, summary, unsure = unsureIn(tries) }: Bought) =>
  summary && costJson(summary, unsure.length > 0);

export function boughtJson(bought: Bought, schema: string) {
  const { runId, sandbox, outcome, exitCode, failure, route, tries, remarks, summary, request } = bought;
  const warnings = route ? [...route.notices, ...route.quote.warnings, ...remarksOn(tries), ...remarks] : [];
  return documentOf(
    schema,
    { sandbox, outcome, exitCode, failure, warnings },
    {
      runId,
      model: modelOf(tries) ?? route?.order.model.id ?? null,
      lane: route?.order.lane ?? null,
      quote: route && quoteJson(tries[0]?.offer.quote ?? route.quote),
      cost: costOf(bought),
      images: (summary?.images ?? []).map(imageJson),
      ...triesJson(tries, sandbox),
      jobs: (bought.jobs ?? []).map((job) => jobJson(job)),
      fromStore: bought.fromStore ?? [],
      request,
      lines: null,
    },
  );
}

/** What answers brought besides the pictures that were asked for, and which tries it took. */
export function triesJson(tries: readonly Try[], sandbox: boolean) {
  const results = resultsOf(tries);
  return {
    extras: results.flatMap(({ extras }) => extras.map(imageJson)),
    refusals: results.flatMap(({ refusals }) => refusals),
    rawAnswers: results.flatMap(({ raw }) => raw ?? []),
    text: results.flatMap(({ text }) => text ?? []).join('\n') || null,
    steps: tries.map((made) => stepJson(made, sandbox)),
  };
}

function stepJson(made: Try, sandbox: boolean) {
  const summary = summarise([made]);
  const { outcome, failure } = summary;
  return {
    model: made.offer.order.model.id,
    gateway: sellerOf(made.offer.order.model),
    why: made.why,
    asked: made.pictures.length,
    delivered: deliveredIn(made),
    outcome,
    cost: costJson(summary, anyUnknown(made.results)),
    error: failure && errorJson(failure, { sandbox }),
  };
}
