import type { Range } from '../../core/manifest/price.ts';
import type { RunOutcome } from '../../core/policy/outcome.ts';
import { atMost, format, sum, toDecimal } from '../../core/pricing/money.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import type { RunStart, SavedImage, Terminal } from '../../ports/index.ts';
import { pathsOf } from '../../purchase/cut-sheet.ts';
import { costJson, imageJson } from '../../purchase/json.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { totalBill, type Summary } from '../../purchase/summary.ts';
import type { Try } from '../../purchase/tries.ts';
import { errorJson, tellFailure } from '../shared/command.ts';
import { doubtLine } from '../shared/doubt-line.ts';
import { documentOf } from '../shared/envelope.ts';
import type { BuyFlags } from './flags.ts';
import { resumeHint, triesJson } from './output.ts';

const SCHEMA = 'pixtab.generate/1';

/** Model and price of several orders, before anything is sent. */
export function announceLines(
  requests: readonly PurchaseRequest[],
  {
    price,
    count,
    notices,
  }: { readonly price: Range; readonly count: number; readonly notices: readonly string[] },
  terminal: Terminal,
): void {
  if (requests.length === 0) return;
  const pictures = new Map<string, number>();
  for (const { offer } of requests) {
    const { model, count } = offer.order;
    pictures.set(model.name, count + (pictures.get(model.name) ?? 0));
  }
  const shares = Array.from(pictures, ([name, each]) => (pictures.size === 1 ? name : `${name} (${each})`));
  if (shares.length > 0) terminal.note(`model  ${shares.join(', ')}`);
  const bold = terminal.style('bold', format(price.expected));
  const what = `${counted(count, 'image')} of ${counted(requests.length, 'prompt')}`;
  terminal.note(
    `price  ${bold} expected for ${what}; from ${format(price.low)}, at most ${atMost(price.high)}`,
  );
  for (const notice of notices) terminal.note(`note   ${notice}`);
}

/** What became of one line. */
export interface LineResult extends Summary {
  readonly request: PurchaseRequest;
  readonly tries: readonly Try[];
  readonly isUnknown: boolean;
  /** A job that is not done yet may still bring it. */
  readonly isHeld: boolean;
}

const isNotBegun = ({ failure, bill, images, isUnknown }: LineResult): boolean =>
  failure?.kind === 'cancelled' && bill === null && images.length === 0 && !isUnknown;

/** Its paths, and why there are not more. */
export function tellLine(line: LineResult, { json, out }: BuyFlags, terminal: Terminal): void {
  const { failure, images, request } = line;
  if (!json && out !== '-') for (const path of images.flatMap(pathsOf)) terminal.out(path);
  if (failure === null || failure.kind === 'pending' || isNotBegun(line)) return;
  terminal.note(`failed ${request.name}: ${printable(failure.message)}`);
  terminal.annotate('warning', `${request.name}: ${printable(failure.message)}`);
}

/** What is known of a run before it begins. */
export interface Known {
  readonly run: RunStart;
  readonly sandbox: boolean;
  readonly price: Range;
  readonly notices: readonly string[];
}

export function tellLines(
  lines: readonly LineResult[],
  { failure }: RunOutcome,
  { run, sandbox }: Known,
  terminal: Terminal,
): void {
  const { bill, unconfirmed, images } = totalOf(lines);
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  if (bill) terminal.note(`paid   ${format(bill.amount)} for ${counted(images.length, 'image')}${play}`);
  if (unconfirmed > 0n) terminal.note(doubtLine(unconfirmed, { sandbox }));
  const left = lines.filter(isNotBegun).length;
  if (left > 0) terminal.note(`left   ${left} of ${counted(lines.length, 'prompt')} not begun`);
  const paid = bill ? format(bill.amount) : '$0.00';
  terminal.summarise(
    `**pixtab generate**: ${counted(images.length, 'image')} of ${counted(lines.length, 'prompt')}, ${paid} paid${play}`,
  );
  if (failure?.kind === 'pending') terminal.note(`note   ${failure.message} ${failure.hint ?? ''}`);
  else if (failure) {
    tellFailure(failure, terminal);
    terminal.note(
      lines.some(({ isHeld }) => isHeld)
        ? 'note   What is held stays held: pixtab batch fetch tries again, pixtab batch cancel lets go.'
        : `note   ${resumeHint(run.runId)}`,
    );
  }
}

function totalOf(lines: readonly LineResult[]) {
  return {
    bill: totalBill(lines.flatMap(({ bill }) => bill ?? [])),
    unconfirmed: sum(lines.map(({ unconfirmed }) => unconfirmed)),
    images: lines.flatMap(({ images }): readonly SavedImage[] => images),
  };
}

export const print = (made: object, terminal: Terminal): void => terminal.out(JSON.stringify(made, null, 2));

/** As of one order; `lines` has what became of each. */
export function linesDocument(
  { run, sandbox, price, notices }: Known,
  ended: RunOutcome,
  lines: readonly LineResult[],
) {
  const total = totalOf(lines);
  const models = new Set(lines.map(({ request }) => request.offer.order.model.id));
  const lanes = new Set(lines.map(({ request }) => request.offer.order.lane));
  const [model = null, lane = null] = [[...models][0], [...lanes][0]];
  return documentOf(
    SCHEMA,
    { sandbox, failure: ended.failure, exitCode: ended.exitCode, warnings: notices },
    {
      runId: run.runId,
      model: models.size === 1 ? model : null,
      lane: lanes.size === 1 ? lane : null,
      quote: {
        low: toDecimal(price.low),
        expected: toDecimal(price.expected),
        high: toDecimal(price.high),
        lines: [],
      },
      cost: costJson(
        total,
        lines.some(({ isUnknown }) => isUnknown),
      ),
      images: total.images.map(imageJson),
      ...triesJson(
        lines.flatMap(({ tries }) => tries),
        sandbox,
      ),
      jobs: [],
      fromStore: [],
      request: null,
      lines: lines.map((line) => lineJson(line, sandbox)),
    },
  );
}

function lineJson(
  { request, outcome, failure, images, bill, unconfirmed, isUnknown }: LineResult,
  sandbox: boolean,
) {
  const { model, lane, prompt } = request.offer.order;
  return {
    line: request.name ?? null,
    prompt: excerpt(prompt, 2_000),
    model: model.id,
    lane,
    outcome,
    cost: costJson({ bill, unconfirmed }, isUnknown),
    images: images.map(imageJson),
    error: failure && errorJson(failure, { sandbox }),
  };
}
