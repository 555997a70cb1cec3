import { EXIT, restated, type Failure, type FailureKind } from '../core/errors.ts';
import type { Range } from '../core/manifest/price.ts';
import { format, sum, toDecimal, ZERO, type Usd } from '../core/money.ts';
import { counted, printable } from '../core/text.ts';
import type { Terminal } from '../ports.ts';
import { imageJson } from '../purchase/report.ts';
import { isUnconfirmed } from '../purchase/round.ts';
import type { Applied } from '../project/world.ts';
import { errorJson } from './command.ts';
import { rangeJson } from './project.ts';

/** What a run of apply comes to. */
export interface Outcome {
  readonly outcome: 'ok' | FailureKind;
  readonly exitCode: number;
  readonly failure: Failure | null;
  readonly paid: Usd;
  /** Counted although nobody can know. */
  readonly unconfirmed: Usd;
}

export function outcomeOf(all: readonly Applied[]): Outcome {
  const results = all.flatMap(({ result }) => result ?? []);
  const failures = all.flatMap(({ failure }) => failure ?? []);
  const done = all.filter(({ failure }) => failure === null).length;
  const paid = sum(results.map(({ bill }) => bill?.amount ?? ZERO));
  const unconfirmed = sum(results.filter(isUnconfirmed).map(({ plan }) => plan.expected));
  const [worst] = failures.toSorted((a, b) => rank(a.kind) - rank(b.kind));
  if (worst === undefined) return { outcome: 'ok', exitCode: 0, failure: null, paid, unconfirmed };
  const outcome = worst.kind === 'cancelled' || done === 0 ? worst.kind : 'partial';
  const message = `${done} of ${counted(all.length, 'picture')} done. ${worst.message}`;
  const failure = restated(worst, { kind: outcome, message });
  return { outcome, exitCode: EXIT[outcome], failure, paid, unconfirmed };
}

const PRESSING: readonly FailureKind[] = [
  ...(['cancelled', 'bug', 'disk', 'unconfirmed', 'auth', 'budget', 'unavailable-model'] as const),
  ...(['rate-limited', 'unavailable', 'usage', 'refused'] as const),
];
const rank = (kind: FailureKind): number => PRESSING.indexOf(kind) + 1 || PRESSING.length + 1;

/** One picture, for people; its path goes to stdout. */
export function appliedLine({ work, result, image, failure }: Applied): string {
  const { key } = work.one.picture;
  if (failure !== null && image === null) return `failed ${printable(key)}: ${printable(failure.message)}`;
  const price = result?.bill ? format(result.bill.amount) : '$0.00';
  const trouble = failure === null ? '' : `; ${printable(failure.message)}`;
  return `done   ${printable(key)}  ${price}  ${image?.path ?? ''}${trouble}`;
}

export function appliedJson({ work: { one, deed }, image, result, failure }: Applied) {
  const { picture, hash, step } = one;
  return {
    id: picture.key,
    action: step.action,
    why: step.why,
    deed: deed.kind,
    hash,
    image: image && imageJson(image),
    cost: toDecimal(result?.bill?.amount ?? ZERO),
    charged: result === null ? 'no' : isUnconfirmed(result) ? 'unknown' : (result.bill?.charged ?? 'no'),
    error: failure && errorJson(failure, EXIT[failure.kind]),
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

export function paidLine({ paid, unconfirmed }: Outcome, sandbox: boolean, terminal: Terminal): void {
  const play = sandbox ? ' in the sandbox: nothing was spent' : '';
  terminal.note(`paid   ${format(paid)}${play}`);
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
  readonly all?: readonly Applied[];
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
    paid: paid === undefined ? null : toDecimal(paid),
    unconfirmed: unconfirmed === undefined ? null : toDecimal(unconfirmed),
    kept: facts.kept ?? 0,
    pictures: (facts.all ?? []).map(appliedJson),
    pruned: facts.pruned ?? [],
    error: failure && errorJson(failure, exitCode),
  };
}
