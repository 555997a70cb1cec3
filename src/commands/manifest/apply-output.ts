import { Failure } from '../../core/errors.ts';
import type { Bill } from '../../core/pricing/types.ts';
import type { Range } from '../../core/manifest/price.ts';
import type { Tally } from '../../core/manifest/tally.ts';
import { format, sum, toDecimal, ZERO, type Usd } from '../../core/pricing/money.ts';
import { markdownTable } from '../../core/text/table.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import type { Job, Terminal } from '../../ports/index.ts';
import { outcomeOf, type RunOutcome } from '../../core/policy/outcome.ts';
import { costJson, imageJson } from '../../purchase/json.ts';
import { spendingOf } from '../../purchase/summary.ts';
import { anyUnknown } from '../../purchase/tries.ts';
import type { PictureResult } from '../../project/types.ts';
import { jobJson } from '../batch/output.ts';
import { errorJson, tellFailure } from '../shared/command.ts';
import { sharesJson } from './plan-output.ts';
import { rangeJson } from './flags.ts';
import { doubtLine } from '../shared/doubt-line.ts';
import { documentOf } from '../shared/envelope.ts';

/** What a run of apply comes to. */
export interface ApplyOutcome extends RunOutcome {
  readonly paid: Usd;
  /** Of that, for pictures that came late, when the manifest asked for them no more. */
  readonly late: Usd;
  /** Counted although nobody can know. */
  readonly unconfirmed: Usd;
}

/** `booked` is what jobs of earlier runs cost while this one ran; `waits` is what else keeps pictures from being here. */
export function outcomeOfApply(
  all: readonly PictureResult[],
  booked: Iterable<Bill> = [],
  waits: readonly Failure[] = [],
): ApplyOutcome {
  const delivered = all.filter(({ failure, jobId }) => failure === null && jobId === null).length;
  const bills = new Set(all.flatMap(({ bill }) => bill ?? []));
  const late = sum([...booked].filter((bill) => !bills.has(bill)).map(({ amount }) => amount));
  const paid = sum([late, ...[...bills].map(({ amount }) => amount)]);
  const { unconfirmed } = spendingOf(all.flatMap(({ attempts }) => attempts));
  const failures = all.flatMap(({ failure }) => failure ?? []);
  const isFinal = failures.some(({ kind }) => kind !== 'pending');
  const jobs = all.filter(({ failure, jobId }) => failure === null && jobId !== null).length;
  const standing = isFinal ? failures : [...underWay(jobs), ...failures, ...waits];
  const asked = isFinal ? { asked: all.length, delivered } : { asked: 0, delivered: 0 };
  return { ...outcomeOf(standing, asked), paid, late, unconfirmed };
}

const underWay = (count: number): readonly Failure[] => (count === 0 ? [] : [pending(count)]);

const pending = (count: number): Failure =>
  new Failure('pending', `${counted(count, 'picture')} under way, which takes up to a day.`, {
    hint: 'pixtab apply again puts in place what has come; pixtab batch wait waits for it.',
    charged: 'no',
  });

/** Nothing of it was sent when everything was interrupted; the end says how many there were. */
export const isNotBegun = ({ failure, attempts, image, jobId }: PictureResult): boolean =>
  failure?.kind === 'cancelled' &&
  image === null &&
  jobId === null &&
  attempts.every(({ bill, failure: end }) => bill === null && end?.charged === 'no');

/** It is not here, and not coming. */
export const isFailed = ({
  failure,
  image,
  jobId,
}: Pick<PictureResult, 'failure' | 'image' | 'jobId'>): boolean =>
  failure !== null && image === null && jobId === null;

/** One picture, for people; its path goes to stdout. */
/** `isTold`: its path stands in the next line of the same terminal. */
export function resultLine({ task, bill, image, jobId, failure }: PictureResult, isTold = false): string {
  const { key } = task.planned.picture;
  if (jobId !== null && image === null) {
    const why = failure === null || failure.kind === 'cancelled' ? '' : `; ${printable(failure.message)}`;
    return `job    ${printable(key)}  under way in job ${jobId.slice(0, 8)}${why}`;
  }
  if (failure !== null && isFailed({ failure, image, jobId }))
    return `failed ${printable(key)}: ${printable(failure.message)}`;
  const price = bill ? format(bill.amount) : '$0.00';
  const trouble = failure === null ? '' : `; ${printable(failure.message)}`;
  const path = image === null || isTold ? '' : `  ${image.path}`;
  return `done   ${printable(key)}  ${price}${path}${trouble}`;
}

function resultJson(
  { task: { planned, action }, image, attempts, bill, jobId, failure }: PictureResult,
  sandbox: boolean,
) {
  const { picture, hash, change } = planned;
  return {
    id: picture.key,
    action: change.action,
    why: change.why,
    deed: action.kind,
    lane: action.kind === 'buy' ? action.offer.order.lane : null,
    job: jobId,
    hash,
    image: image && imageJson(image),
    cost: costJson({ bill, unconfirmed: spendingOf(attempts).unconfirmed }, anyUnknown(attempts)),
    charged: anyUnknown(attempts) ? 'unknown' : (bill?.charged ?? 'no'),
    error: failure && errorJson(failure, { sandbox }),
  };
}

function paidLine(
  { paid, late, unconfirmed }: Pick<ApplyOutcome, 'paid' | 'late' | 'unconfirmed'>,
  sandbox: boolean,
  terminal: Terminal,
): void {
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  const besides = late > 0n ? `, ${format(late)} of it for pictures that nobody asks for any more` : '';
  terminal.note(`paid   ${format(paid)}${besides}${play}`);
  if (unconfirmed > 0n) terminal.note(doubtLine(unconfirmed, { sandbox }));
}

/** Paths are told already; the document on stdout, what it cost and what went wrong on stderr. Returns the exit code. */
export function tell(facts: Facts & ApplyOutcome, json: boolean, terminal: Terminal): number {
  const { failure, exitCode, all = [], sandbox = false } = facts;
  terminal.summarise(summaryOf(facts));
  if (json) terminal.out(JSON.stringify(document(facts), null, 2));
  else if (facts.paid > 0n || all.some(({ attempts }) => attempts.length > 0))
    paidLine(facts, sandbox, terminal);
  const left = all.filter(isNotBegun).length;
  if (left > 0) terminal.note(`left   ${left} of ${counted(all.length, 'picture')} not begun`);
  if (failure?.kind === 'pending') terminal.note(`note   ${failure.message} ${failure.hint ?? ''}`);
  else if (failure !== null) tellFailure(failure, terminal);
  return exitCode;
}

/** The page of a workflow: how it ended, and a row for each picture that something was done for. */
function summaryOf({ outcome, paid, all = [], kept = 0, sandbox }: Facts & ApplyOutcome): string {
  const play = sandbox ? ' in the sandbox' : '';
  const rows = all.map(({ task, image, bill, failure }) => [
    code(task.planned.picture.key),
    format(bill?.amount ?? ZERO),
    image ? code(image.path) : printable(failure?.message ?? 'under way'),
  ]);
  const columns = [{ title: 'picture' }, { title: 'paid', right: true }, { title: 'file, or why not' }];
  const head = `**pixtab apply**: ${outcome}; ${format(paid)} paid${play}, ${kept} as wanted`;
  return [head, ...(rows.length > 0 ? ['', ...markdownTable(columns, rows)] : [])].join('\n');
}

const code = (text: string): string => `\`${excerpt(text, 80)}\``;

/** Whatever is known of a run by its end. */
interface Facts
  extends
    Pick<ApplyOutcome, 'outcome' | 'exitCode' | 'failure'>,
    Partial<Pick<ApplyOutcome, 'paid' | 'unconfirmed'>> {
  readonly runId?: string;
  readonly sandbox?: boolean;
  readonly price?: Range;
  readonly tally?: Tally;
  readonly all?: readonly PictureResult[];
  readonly jobs?: readonly Job[];
  readonly kept?: number;
  readonly pruned?: readonly string[];
}

export function document({ outcome, exitCode, failure, paid, unconfirmed, ...facts }: Facts) {
  const { sandbox = false } = facts;
  const ending = { sandbox, outcome, exitCode, failure };
  return documentOf('pixtab.apply/1', ending, {
    runId: facts.runId ?? null,
    quote: facts.price ? rangeJson(facts.price) : null,
    lanes: facts.tally ? sharesJson(facts.tally) : {},
    settled: paid === undefined ? null : toDecimal(paid),
    unconfirmed: unconfirmed === undefined ? null : toDecimal(unconfirmed),
    kept: facts.kept ?? 0,
    pictures: (facts.all ?? []).map((result) => resultJson(result, sandbox)),
    jobs: (facts.jobs ?? []).map((job) => jobJson(job)),
    pruned: facts.pruned ?? [],
  });
}
