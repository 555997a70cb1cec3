import { exitCodeFor, Failure, restated, type FailureKind } from '../../core/errors.ts';
import type { Bill } from '../../core/pricing/types.ts';
import type { Range } from '../../core/manifest/price.ts';
import type { Tally } from '../../core/manifest/tally.ts';
import { format, sum, toDecimal, ZERO, type Usd } from '../../core/pricing/money.ts';
import { counted, printable } from '../../core/text/text.ts';
import type { Job, Terminal } from '../../ports/index.ts';
import { imageJson } from '../../purchase/summary.ts';
import { isUnconfirmed } from '../../purchase/tries.ts';
import type { Applied } from '../../project/types.ts';
import { jobJson } from '../batch/output.ts';
import { errorJson } from '../shared/command.ts';
import { sharesJson } from './plan-output.ts';
import { rangeJson } from './flags.ts';

/** What a run of apply comes to. */
export interface Outcome {
  readonly outcome: 'ok' | FailureKind;
  readonly exitCode: number;
  readonly failure: Failure | null;
  readonly paid: Usd;
  /** Of that, for pictures that came late, when nobody asked for them any more. */
  readonly late: Usd;
  /** Counted although nobody can know. */
  readonly unconfirmed: Usd;
}

/** `booked` is what jobs of earlier runs cost meanwhile. */
export function outcomeOf(all: readonly Applied[], booked: Iterable<Bill> = []): Outcome {
  const results = all.flatMap(({ result }) => result ?? []);
  const failures = all.flatMap(({ failure }) => failure ?? []);
  const done = all.filter(({ failure, jobId }) => failure === null && jobId === null).length;
  const bills = new Set(all.map(({ bill }) => bill).filter((bill) => bill !== null));
  const late = sum([...booked].filter((bill) => !bills.has(bill)).map(({ amount }) => amount));
  const paid = sum([late, ...[...bills].map(({ amount }) => amount)]);
  const unconfirmed = sum(results.filter(isUnconfirmed).map(({ plan }) => plan.expected));
  const money = { paid, late, unconfirmed };
  const [worst] = failures.toSorted((a, b) => rank(a.kind) - rank(b.kind));
  if (worst === undefined) {
    if (done === all.length) return { outcome: 'ok', exitCode: 0, failure: null, ...money };
    return {
      outcome: 'pending',
      exitCode: exitCodeFor('pending'),
      failure: pending(all.length - done),
      ...money,
    };
  }
  const outcome = worst.kind === 'cancelled' || done === 0 ? worst.kind : 'partial';
  const message = `${done} of ${counted(all.length, 'picture')} done. ${worst.message}`;
  const failure = restated(worst, { kind: outcome, message });
  return { outcome, exitCode: exitCodeFor(outcome), failure, ...money };
}

const pending = (count: number): Failure =>
  new Failure('pending', `${counted(count, 'picture')} under way, which takes up to a day.`, {
    hint: 'pixtab apply again puts in place what has come; pixtab batch wait waits for it.',
    charged: 'no',
  });

const PRESSING: readonly FailureKind[] = [
  ...(['cancelled', 'bug', 'disk', 'unconfirmed', 'auth', 'budget', 'unavailable-model'] as const),
  ...(['rate-limited', 'unavailable', 'usage', 'refused'] as const),
];
const rank = (kind: FailureKind): number => PRESSING.indexOf(kind) + 1 || PRESSING.length + 1;

/** One picture, for people; its path goes to stdout. */
export function appliedLine({ work, bill, image, jobId, failure }: Applied): string {
  const { key } = work.one.picture;
  if (jobId !== null && failure === null)
    return `job    ${printable(key)}  under way in job ${jobId.slice(0, 8)}`;
  if (failure !== null && image === null) return `failed ${printable(key)}: ${printable(failure.message)}`;
  const price = bill ? format(bill.amount) : '$0.00';
  const trouble = failure === null ? '' : `; ${printable(failure.message)}`;
  return `done   ${printable(key)}  ${price}  ${image?.path ?? ''}${trouble}`;
}

export function appliedJson({ work: { one, deed }, image, result, bill, jobId, failure }: Applied) {
  const { picture, hash, step } = one;
  return {
    id: picture.key,
    action: step.action,
    why: step.why,
    deed: deed.kind,
    lane: deed.kind === 'buy' ? deed.offer.order.lane : null,
    job: jobId,
    hash,
    image: image && imageJson(image),
    cost: toDecimal(bill?.amount ?? ZERO),
    charged: result !== null && isUnconfirmed(result) ? 'unknown' : (bill?.charged ?? 'no'),
    error: failure && errorJson(failure, exitCodeFor(failure.kind)),
  };
}

/** "12 of 40, $0.41, about 2 min left" */
export function progressText(done: number, all: number, spent: Usd, elapsedMs: number): string {
  const left = done === 0 ? '' : `, about ${duration((elapsedMs / done) * (all - done))} left`;
  return `${done} of ${counted(all, 'picture')}, ${format(spent)} spent${left}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Gives lines out in the order of their numbers, each as soon as those before it are there. */
export function inOrder(
  order: readonly Applied['work'][],
  tell: (applied: Applied) => void,
): (applied: Applied) => void {
  const waiting = new Map<Applied['work'], Applied>();
  let next = 0;
  return (applied) => {
    waiting.set(applied.work, applied);
    for (let work = order[next]; work !== undefined; work = order[next]) {
      const ready = waiting.get(work);
      if (ready === undefined) return;
      waiting.delete(work);
      next += 1;
      tell(ready);
    }
  };
}

export function paidLine({ paid, late, unconfirmed }: Outcome, sandbox: boolean, terminal: Terminal): void {
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  const besides = late > 0n ? `, ${format(late)} of it for pictures that nobody asks for any more` : '';
  terminal.note(`paid   ${format(paid)}${besides}${play}`);
  if (unconfirmed > 0n)
    terminal.note(
      `       ${format(unconfirmed)} more may have been charged; it is counted until you know${play}`,
    );
}

/** Whatever is known of a run by its end. */
interface Facts
  extends Pick<Outcome, 'outcome' | 'exitCode' | 'failure'>, Partial<Pick<Outcome, 'paid' | 'unconfirmed'>> {
  readonly runId?: string;
  readonly sandbox?: boolean;
  readonly price?: Range;
  readonly tally?: Tally;
  readonly all?: readonly Applied[];
  readonly jobs?: readonly Job[];
  readonly kept?: number;
  readonly pruned?: readonly string[];
}

export function document({ outcome, exitCode, failure, paid, unconfirmed, ...facts }: Facts) {
  return {
    schema: 'pixtab.apply/1',
    runId: facts.runId ?? null,
    sandbox: facts.sandbox ?? false,
    outcome,
    exitCode,
    quote: facts.price ? rangeJson(facts.price) : null,
    lanes: facts.tally ? sharesJson(facts.tally) : {},
    paid: paid === undefined ? null : toDecimal(paid),
    unconfirmed: unconfirmed === undefined ? null : toDecimal(unconfirmed),
    kept: facts.kept ?? 0,
    pictures: (facts.all ?? []).map(appliedJson),
    jobs: (facts.jobs ?? []).map(jobJson),
    pruned: facts.pruned ?? [],
    error: failure && errorJson(failure, exitCode),
  };
}
