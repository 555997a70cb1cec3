import { exitCodeFor, Failure } from '../../core/errors.ts';
import { added, NOTHING, type Range } from '../../core/manifest/price.ts';
import { outcomeOf, type RunOutcome } from '../../core/policy/outcome.ts';
import { sum, ZERO } from '../../core/pricing/money.ts';
import { printable } from '../../core/text/text.ts';
import {
  originalOf,
  type Books,
  type Deps,
  type JobItem,
  type RunStart,
  type Settings,
  type Terminal,
} from '../../ports/index.ts';
import { batchContext } from '../../purchase/batch/context.ts';
import { endOfItems } from '../../purchase/batch/outcome.ts';
import type { Advanced, BatchLane } from '../../purchase/batch/types.ts';
import type { PurchaseResult } from '../../purchase/buy.ts';
import { livesHere } from '../../purchase/connection.ts';
import type { Recovered } from '../../purchase/recover.ts';
import type { PurchaseRequest } from '../../purchase/request.ts';
import { withSession, type Session } from '../../purchase/session.ts';
import { summarise, totalBill } from '../../purchase/summary.ts';
import { anyUnknown, type Try } from '../../purchase/tries.ts';
import { mentionUnfinished } from '../../purchase/unfinished.ts';
import { watchJobs } from '../batch/watch.ts';
import { tellFailure } from '../shared/command.ts';
import { refuseAbove } from '../shared/cost-limit.ts';
import { inOrder, leftAfter, progressText } from '../shared/progress.ts';
import { preview } from './dry-run.ts';
import type { BuyFlags } from './flags.ts';
import {
  announceLines,
  linesDocument,
  print,
  tellLine,
  tellLines,
  type Known,
  type LineResult,
} from './lines-output.ts';
import { requestText } from './output.ts';

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
  announceLines(requests, { price, count, notices }, terminal);
  const known: Known = { run, sandbox: settings.sandbox, price, notices };
  const isJson = flags.json === true;
  try {
    refuseAbove(flags.maxCost, price, 'ask for fewer or smaller pictures');
    if (flags.dryRun) {
      const [first] = requests;
      const which = first === undefined ? '' : `; this would be the request of ${first.name ?? 'the first'}`;
      terminal.note(`note   dry run: nothing is sent${which}`);
      const request = first === undefined ? null : await preview(first.offer, settings, deps);
      const ended: RunOutcome = { outcome: 'ok', exitCode: 0, failure: null };
      const lines = requests.map((each) => triedLine(each, []));
      if (isJson) print({ ...linesDocument(known, ended, lines), request, outcome: 'dry-run' }, terminal);
      else if (request) terminal.out(requestText(request));
      return 0;
    }
    return await withSession({ settings, deps, terminal, connectsFirst: true }, async (session) => {
      await mentionUnfinished(session.books, terminal, deps.clock);
      const lines = await bought({ requests, run, settings, notices }, count, flags, session);
      const ended = endOf(lines, count);
      if (isJson) print(linesDocument(known, ended, lines), terminal);
      tellLines(lines, ended, known, terminal);
      return ended.exitCode;
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const ended = { outcome: error.kind, exitCode: exitCodeFor(error.kind), failure: error };
    if (isJson) print(linesDocument(known, ended, []), terminal);
    tellFailure(error, terminal);
    return ended.exitCode;
  }
}

async function bought(
  { requests, run, settings }: Lines,
  count: number,
  flags: BuyFlags,
  session: Session,
): Promise<readonly LineResult[]> {
  const { deps, terminal } = session;
  const began = deps.clock.now();
  let [done, spent] = [0, ZERO];
  const far = (): string =>
    progressText({
      done,
      all: count,
      noun: 'image',
      spent,
      leftMs: leftAfter(done, count, deps.clock.now() - began),
    });
  const progress = terminal.progress(far());
  const told = inOrder<PurchaseRequest, LineResult>(requests, (line) => tellLine(line, flags, terminal));
  const answers: Answers = new Map();
  const isBatch = requests.some(({ offer }) => offer.order.lane === 'batch');
  const watch = isBatch ? watchJobs(session.books.ledger, deps.clock, terminal) : null;
  try {
    const { results, advanced } = await session.buy(requests, run, flags, {
      saver: () => session.saver(),
      batch: watch && (await laneOf({ answers, watch }, settings, flags, session)),
      onRemark: (remark, { name }) => terminal.note(`step   ${name}: ${printable(remark)}`),
      onResult({ images, bill }) {
        done += images.length;
        spent = sum([spent, bill?.amount ?? ZERO]);
        progress.update(far());
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
    watch?.stop();
    progress.stop();
  }
}

async function laneOf(
  { answers, watch }: { readonly answers: Answers; readonly watch: ReturnType<typeof watchJobs> },
  settings: Settings,
  { tier = 1 }: BuyFlags,
  session: Session,
): Promise<BatchLane> {
  const context = await batchContext(session, {
    planFor: ({ save }) => save,
    onAnswer(answer) {
      const id = originalOf(answer.entry.attemptId);
      answers.set(id, [...(answers.get(id) ?? []), answer]);
      watch.onAnswer(answer);
    },
  });
  const until = livesHere(settings) ? Infinity : null;
  return { context, newId: session.deps.newId, tier, until, awaited: [], onLook: watch.onLook };
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
  tries,
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
  const { failures, unconfirmed, unsure } = endOfItems(attemptIds.flatMap((id) => items.get(id) ?? []));
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
    tries: [],
    isUnknown: unsure.length > 0,
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
