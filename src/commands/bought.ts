import { EXIT, type Failure } from '../core/errors.ts';
import { format } from '../core/money.ts';
import type { Route } from '../core/route.ts';
import { counted } from '../core/text.ts';
import type { RequestPreview, Terminal } from '../ports.ts';
import type { AttemptResult } from '../purchase/attempt.ts';
import {
  anyUnknown,
  costJson,
  imageJson,
  quoteJson,
  type Outcome,
  type Summary,
} from '../purchase/report.ts';
import { errorJson, tellFailure } from './command.ts';

/** What came of a command that buys pictures, for people and for scripts. */
export interface Bought {
  readonly outcome: Outcome | 'dry-run';
  readonly exitCode: number;
  readonly failure: Failure | null;
  readonly runId: string | null;
  readonly sandbox: boolean;
  readonly route: Route | null;
  readonly results: readonly AttemptResult[];
  readonly summary: Summary | null;
  readonly request: RequestPreview | null;
}

/** Nothing was chosen, sent or bought yet. */
export const NOTHING_BOUGHT = {
  failure: null,
  runId: null,
  sandbox: false,
  route: null,
  results: [],
  summary: null,
  request: null,
} as const;

/** Model and price, before anything is sent. */
export function announce({ order, quote, why, notices }: Route, terminal: Terminal): void {
  const { model, count } = order;
  const expected = terminal.style('bold', format(quote.expected));
  terminal.note(`model  ${terminal.style('bold', model.name)} (${model.id}): ${why}`);
  terminal.note(
    `price  ${expected} expected for ${counted(count, 'image')}; from ${format(quote.low)}, at most ${format(quote.high)}`,
  );
  for (const { meter, amount, why } of quote.lines) {
    terminal.detail(`       ${meter}: ${format(amount)} (${why})`);
  }
  for (const notice of [...notices, ...quote.warnings]) terminal.note(`note   ${notice}`);
}

/** Paths or the JSON document on stdout, the bill and what went wrong on stderr; returns the exit code. */
export function tell(bought: Bought, schema: string, json: boolean, terminal: Terminal): number {
  const { summary, request, failure, results, sandbox } = bought;
  if (json) terminal.out(JSON.stringify(boughtJson(bought, schema), null, 2));
  else if (request) terminal.out(requestText(request));
  else for (const { path } of summary?.images ?? []) if (path !== '-') terminal.out(path);

  for (const { path } of results.flatMap(({ extras }) => extras)) {
    terminal.note(`kept   ${path}: a further picture of the same answer, billed like the one asked for`);
  }
  for (const line of summary ? paidLines(summary, sandbox) : []) terminal.note(line);
  if (failure) tellFailure(failure, terminal);
  return bought.exitCode;
}

const requestText = ({ method, url, body }: RequestPreview): string =>
  `${method} ${url}\n${JSON.stringify(body, null, 2)}`;

function paidLines({ bill, unconfirmed, images }: Summary, sandbox: boolean): readonly string[] {
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  const lines: string[] = [];
  if (bill) {
    const basis = bill.basis === 'estimated' ? ' (estimated: the answer reported no usage)' : '';
    lines.push(`paid   ${format(bill.amount)} for ${counted(images.length, 'image')}${basis}${play}`);
  }
  if (unconfirmed > 0n) {
    lines.push(
      `       ${format(unconfirmed)} more may have been charged; it is counted until you know${play}`,
    );
  }
  return lines;
}

export function boughtJson(bought: Bought, schema: string) {
  const { runId, sandbox, outcome, exitCode, failure, route, results, summary, request } = bought;
  return {
    schema,
    runId,
    sandbox,
    outcome,
    exitCode,
    model: route?.order.model.id ?? null,
    lane: route?.order.lane ?? null,
    quote: route && quoteJson(route.quote),
    cost: summary && costJson(summary, anyUnknown(results)),
    images: (summary?.images ?? []).map(imageJson),
    extras: results.flatMap(({ extras }) => extras.map(imageJson)),
    refusals: results.flatMap(({ refusals }) => refusals),
    text: results.flatMap(({ text }) => text ?? []).join('\n') || null,
    warnings: route ? [...route.notices, ...route.quote.warnings] : [],
    error: failure && errorJson(failure, EXIT[failure.kind]),
    ...(request && { request }),
  };
}
