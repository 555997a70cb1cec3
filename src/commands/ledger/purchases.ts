import { isInBucket } from '../../core/files/place.ts';
import { relative } from 'node:path';
import { aliasOf } from '../../core/catalogue/catalogue.ts';
import { wordsIn } from '../../core/drafts/prompt.ts';
import type { Failure } from '../../core/errors.ts';
import type { Calendar } from '../../core/policy/calendar.ts';
import { outcomeOfAttempt } from '../../core/policy/attempt-state.ts';
import { format, ZERO } from '../../core/pricing/money.ts';
import { excerpt, printable } from '../../core/text/text.ts';
import type { Receipt, Terminal } from '../../ports/index.ts';
import { costJson } from '../../purchase/json.ts';
import { moneyTitle } from '../shared/hint.ts';
import { printTable } from '../shared/layout.ts';

// Requests as they are listed, for people and for scripts.

export const outcomeIn = ({ attempt, images, decision, ...its }: Receipt): 'ok' | Failure['kind'] =>
  outcomeOfAttempt({ ...its, isDecided: decision !== null, asked: attempt.images, came: images.length });

/** Why there is no picture: the API's own word, or our sentence. */
export const reasonIn = ({ refusal, why }: Receipt): string | null => refusal ?? why;

/** Enough of an id to find the request by. */
export const shortId = ({ attempt: { attemptId } }: Pick<Receipt, 'attempt'>): string =>
  attemptId.slice(0, 8);

interface Shown {
  readonly cwd: string;
  readonly local: Calendar;
  readonly now: number;
  readonly sandbox: boolean;
}

/** A line for each request. */
export function printPurchases(
  receipts: readonly Receipt[],
  { cwd, local, now, sandbox }: Shown,
  terminal: Terminal,
): void {
  const columns = [
    { title: 'time', spare: 4 },
    { title: 'id' },
    { title: 'for', cut: 'end' },
    { title: 'model', cut: 'middle', spare: 1 },
    { title: moneyTitle('price', { sandbox }), right: true },
    { title: 'outcome', spare: 3 },
    { title: 'path', cut: 'middle', spare: 2 },
  ] as const;
  const year = local.timeOf(now).slice(0, 5);
  const time = (at: number): string => {
    const whole = local.timeOf(at);
    return whole.startsWith(year) ? whole.slice(5) : whole;
  };
  const rows = receipts.map((receipt) => [
    time(receipt.heldAt),
    shortId(receipt),
    excerpt(wordsIn(receipt.attempt.prompt) || FORGOTTEN, 60),
    aliasOf(receipt.attempt.model),
    priceIn(receipt),
    outcomeIn(receipt),
    placesIn(receipt, cwd) || printable(reasonIn(receipt) ?? ''),
  ]);
  printTable('text', columns, rows, terminal);
}

/** In the place of a prompt that pixtab forget let go. */
export const FORGOTTEN = '(forgotten)';

function placesIn({ images, run }: Receipt, cwd: string): string {
  const [first, ...more] = images;
  if (first === undefined) return '';
  if (first.absolutePath === '-' && run.command === 'queue') return 'the store';
  return `${printable(shownPath(first.absolutePath, cwd))}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

/** Short where it is below the working directory. */
export function shownPath(path: string, cwd: string): string {
  if (path === '-') return 'standard output';
  if (isInBucket(path)) return path;
  const way = relative(cwd, path);
  return way.startsWith('..') ? path : way;
}

/** What it cost; with a question mark where nobody knows whether it did. */
function priceIn({ state, bill, attempt: { expected, high } }: Receipt): string {
  if (bill !== null) return format(bill.amount);
  if (state === 'unconfirmed') return `${format(expected)}?`;
  return state === 'released' ? format(ZERO) : `held ${format(high)}`;
}

/** The `cost` of a request; null while its price is only held. */
export function costOf({ state, bill, attempt }: Receipt) {
  if (bill === null && state !== 'unconfirmed' && state !== 'released') return null;
  const isUnknown = state === 'unconfirmed';
  const unconfirmed = isUnknown ? attempt.expected : ZERO;
  return costJson({ bill, unconfirmed }, isUnknown || bill?.charged === 'unknown');
}

/** A row of `pixtab.history/1`. */
const draftsOf = ({ images }: Receipt): readonly string[] =>
  images.flatMap(({ cells = [] }) => cells.map(({ absolutePath }) => absolutePath));

export function purchaseJson(receipt: Receipt) {
  const { attempt, run, heldAt, images } = receipt;
  const cost = costOf(receipt);
  return {
    attemptId: attempt.attemptId,
    runId: run.runId,
    at: new Date(heldAt).toISOString(),
    project: run.project,
    labels: run.labels,
    agent: run.agent ?? null,
    command: run.command,
    model: attempt.model,
    lane: attempt.lane,
    gateway: attempt.gateway ?? null,
    account: attempt.account ?? null,
    prompt: wordsIn(attempt.prompt) || null,
    outcome: outcomeIn(receipt),
    reason: reasonIn(receipt),
    charged: cost?.charged ?? null,
    cost,
    images: images.map(({ absolutePath }) => absolutePath),
    ...(attempt.save.sheet && { drafts: draftsOf(receipt) }),
  };
}
