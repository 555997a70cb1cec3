import { exitCodeFor, Failure } from '../../core/errors.ts';
import { added, NOTHING, type Range } from '../../core/manifest/price.ts';
import { outcomeOf, type RunOutcome } from '../../core/policy/outcome.ts';
import { atMost, format, sum, toDecimal, ZERO } from '../../core/pricing/money.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import {
  originalOf,
  type Books,
  type Deps,
  type JobItem,
  type RunStart,
  type SavedImage,
  type Settings,
  type Terminal,
} from '../../ports/index.ts';
import { batchContext } from '../../purchase/batch/context.ts';
import { endOfItems } from '../../purchase/batch/outcome.ts';
import type { Advanced, BatchLane } from '../../purchase/batch/types.ts';
import type { PurchaseResult } from '../../purchase/buy.ts';
import { livesHere } from '../../purchase/connection.ts';
import { costJson, imageJson } from '../../purchase/json.ts';
import type { Recovered } from '../../purchase/recover.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { withSession, type Session } from '../../purchase/session.ts';
import { summarise, totalBill, type Summary } from '../../purchase/summary.ts';
import { anyUnknown, type Try } from '../../purchase/tries.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { errorJson, tellFailure } from '../shared/command.ts';
import { refuseAbove } from '../shared/cost-limit.ts';
import { documentOf } from '../shared/envelope.ts';
import { inOrder, progressText } from '../shared/progress.ts';
import type { BuyFlags } from './flags.ts';

const SCHEMA = 'pixtab.generate/1';

/** Several orders that are bought together. */
export interface Lines {
  /** Each has a name of its own. */
  readonly requests: readonly PurchaseRequest[];
  readonly run: RunStart;
  readonly settings: Settings;
  /** What is worth knowing before: sentences. */
  readonly notices: readonly string[];
}

/** Buys them under one hold, and tells of all in one document. Returns the exit code. */
export async function buyLines(
  { requests, run, settings, notices }: Lines,
  flags: BuyFlags,
  deps: Deps,
  terminal: Terminal,
): Promise<number> {
  const price = requests.reduce<Range>((sum, { offer }) => added(sum, offer.quote), NOTHING);
  const count = requests.reduce((sum, { offer }) => sum + offer.order.count, 0);
  announce(requests, { price, count, notices }, terminal);
  const known: Known = { run, sandbox: settings.sandbox, price, notices };
  const isJson = flags.json === true;
  try {
    refuseAbove(flags.maxCost, price, 'ask for fewer or smaller pictures');
    if (flags.dryRun) {
      terminal.note('note   dry run: nothing is sent');
      const ended: RunOutcome = { outcome: 'ok', exitCode: 0, failure: null };
      if (isJson)
        print(
          {
            ...document(
              known,
              ended,
              requests.map((request) => triedLine(request, [])),
            ),
            outcome: 'dry-run',
          },
          terminal,
        );
      return 0;
    }
    return await withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
      await mentionUnfinished(session.books, terminal, deps.clock);
      const lines = await bought({ requests, run, settings, notices }, count, flags, session);
      const ended = endOf(lines, count);
      if (isJson) print(document(known, ended, lines), terminal);
      tell(lines, ended, known, terminal);
      return ended.exitCode;
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const ended = { outcome: error.kind, exitCode: exitCodeFor(error.kind), failure: error };
    if (isJson) print(document(known, ended, []), terminal);
    tellFailure(error, terminal);
    return ended.exitCode;
  }
}

function announce(
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
interface LineResult extends Summary {
  readonly request: PurchaseRequest;
  readonly isUnknown: boolean;
  /** A job that is not done yet may still bring it. */
  readonly isHeld: boolean;
}

async function bought(
  { requests, run, settings }: Lines,
  count: number,
  flags: BuyFlags,
  session: Session,
): Promise<readonly LineResult[]> {
  const { deps, terminal } = session;
  const progress = terminal.progress(progressText(0, count, ZERO, 0));
  const began = deps.clock.now();
  let [done, spent] = [0, ZERO];
  const told = inOrder<PurchaseRequest, LineResult>(requests, (line) => tellLine(line, flags, terminal));
  const answers: Answers = new Map();
  const isBatch = requests.some(({ offer }) => offer.order.lane === 'batch');
  try {
    const { results, advanced } = await session.buy(requests, run, flags, {
      saver: () => session.saver(),
      batch: isBatch ? await laneOf(answers, settings, flags, session) : null,
      onRemark: (remark, { name }) => terminal.note(`step   ${name}: ${printable(remark)}`),
      onResult({ images, bill }) {
        done += images.length;
        spent = sum([spent, bill?.amount ?? ZERO]);
        progress.update(progressText(done, count, spent, deps.clock.now() - began));
      },
      onDone: (tries, request) => told(request, triedLine(request, tries)),
    });
    const items = await itemsIn(advanced, session.books);
    return results.map((result) => {
      const { request, tries } = result;
      if (request.offer.order.lane !== 'batch') return triedLine(request, tries);
      const line = jobLine(result, answers, items);
      told(request, line);
      return line;
    });
  } finally {
    progress.stop();
  }
}

async function laneOf(
  answers: Answers,
  settings: Settings,
  { tier = 1 }: BuyFlags,
  session: Session,
): Promise<BatchLane> {
  const context = await batchContext(session, {
    planFor: ({ save }) => save,
    onAnswer(answer) {
      const id = originalOf(answer.entry.attemptId);
      answers.set(id, [...(answers.get(id) ?? []), answer]);
    },
  });
  const until = livesHere(settings) ? Infinity : null;
  return { context, newId: session.deps.newId, tier, until, awaited: [], onLook: async () => {} };
}

/** What jobs brought, by the attempt that it was asked for with. */
type Answers = Map<string, readonly Recovered[]>;

/** The requests of the jobs that are done, by their attempts. */
async function itemsIn(
  advanced: readonly Advanced[],
  { ledger }: Books,
): Promise<ReadonlyMap<string, JobItem>> {
  const items = new Map<string, JobItem>();
  for (const { jobId, status } of advanced) {
    if (status !== 'done') continue;
    for (const item of await ledger.jobs.items(jobId)) items.set(item.attempt.attemptId, item);
  }
  return items;
}

const triedLine = (request: PurchaseRequest, tries: readonly Try[]): LineResult => ({
  ...summarise(tries),
  request,
  isUnknown: anyUnknown(tries.flatMap(({ results }) => results)),
  isHeld: false,
});

/** Of lane batch, as its answers came and as the ledger has the rest. */
function jobLine(
  { request, jobs, attemptIds, failure }: PurchaseResult,
  answers: Answers,
  items: ReadonlyMap<string, JobItem>,
): LineResult {
  const own = attemptIds.flatMap((id) => answers.get(id) ?? []);
  const images = own.flatMap((answer) => answer.images);
  const { failures, unconfirmed } = endOfItems(attemptIds.flatMap((id) => items.get(id) ?? []));
  const all = [
    ...(failure ? [failure] : []),
    ...jobs.flatMap((job) => job.failure ?? (job.status === 'done' ? [] : UNDER_WAY)),
    ...own.flatMap((answer) => answer.failure ?? []),
    ...failures,
  ];
  return {
    ...outcomeOf(all, { asked: request.offer.order.count, delivered: images.length }),
    bill: totalBill(own.flatMap((answer) => answer.bill ?? [])),
    unconfirmed,
    images,
    request,
    isUnknown: unconfirmed > 0n,
    isHeld: jobs.some(({ status }) => status !== 'done'),
  };
}

const UNDER_WAY = new Failure('pending', 'Its job is under way, which takes up to a day.', {
  hint: 'pixtab batch wait brings the pictures.',
  charged: 'no',
});

function endOf(lines: readonly LineResult[], asked: number): RunOutcome {
  const failures = lines.flatMap(({ failure }) => failure ?? []);
  const isFinal = failures.some(({ kind }) => kind !== 'pending');
  const delivered = lines.reduce((sum, { images }) => sum + images.length, 0);
  return outcomeOf(failures, isFinal ? { asked, delivered } : { asked: 0, delivered: 0 });
}

const isNotBegun = ({ failure, bill, images, isUnknown }: LineResult): boolean =>
  failure?.kind === 'cancelled' && bill === null && images.length === 0 && !isUnknown;

/** Its paths, and why there are not more. */
function tellLine(line: LineResult, { json, out }: BuyFlags, terminal: Terminal): void {
  const { failure, images, request } = line;
  if (!json && out !== '-') for (const { path } of images) terminal.out(path);
  if (failure === null || failure.kind === 'pending' || isNotBegun(line)) return;
  terminal.note(`failed ${request.name}: ${printable(failure.message)}`);
  terminal.annotate('warning', `${request.name}: ${printable(failure.message)}`);
}

interface Known {
  readonly run: RunStart;
  readonly sandbox: boolean;
  readonly price: Range;
  readonly notices: readonly string[];
}

function tell(
  lines: readonly LineResult[],
  { failure }: RunOutcome,
  { run, sandbox }: Known,
  terminal: Terminal,
): void {
  const { bill, unconfirmed, images } = totalOf(lines);
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  if (bill) terminal.note(`paid   ${format(bill.amount)} for ${counted(images.length, 'image')}${play}`);
  if (unconfirmed > 0n)
    terminal.note(
      `       ${format(unconfirmed)} more may have been charged; it is counted until you know${play}`,
    );
  const left = lines.filter(isNotBegun).length;
  if (left > 0) terminal.note(`left   ${left} of ${counted(lines.length, 'prompt')} not begun`);
  const paid = bill ? format(bill.amount) : '$0.00';
  terminal.summarise(
    `**pixtab generate**: ${images.length} images of ${lines.length} prompts, ${paid} paid${play}`,
  );
  if (failure?.kind === 'pending') terminal.note(`note   ${failure.message} ${failure.hint ?? ''}`);
  else if (failure) {
    tellFailure(failure, terminal);
    terminal.note(
      lines.some(({ isHeld }) => isHeld)
        ? 'note   What is held stays held: pixtab batch fetch tries again, pixtab batch cancel lets go.'
        : `note   pixtab generate --resume ${run.runId.slice(0, 8)} buys what is missing`,
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

const print = (made: object, terminal: Terminal): void => terminal.out(JSON.stringify(made, null, 2));

/** As of one order; `lines` has what became of each. */
function document({ run, sandbox, price, notices }: Known, ended: RunOutcome, lines: readonly LineResult[]) {
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
