import { exitCodeFor, type Failure } from '../../core/errors.ts';
import type { Range } from '../../core/manifest/price.ts';
import { QUEUE_STATES, type QueueState } from '../../core/policy/queue.ts';
import { format, toDecimal } from '../../core/pricing/money.ts';
import { printable, thousands } from '../../core/text/text.ts';
import type { QueueStatus, Terminal } from '../../ports/index.ts';
import { tellFailure } from '../shared/command.ts';
import { documentOf, type Ending } from '../shared/envelope.ts';
import { moneyTitle } from '../shared/hint.ts';
import { printTable } from '../shared/layout.ts';
import { rangeJson } from '../manifest/flags.ts';

/** What a verb did. */
export interface QueueChange {
  readonly action: 'add' | 'status' | 'pause' | 'resume' | 'cancel' | 'retry';
  /** Pictures that were put into the queue, or taken off it. */
  readonly changed: number;
  /** Of those that were asked for, what was there, under way, or barred: nothing was put into the queue for them. */
  readonly skipped: number;
  readonly quote: Range | null;
}

export const NOTHING_CHANGED: Omit<QueueChange, 'action'> = { changed: 0, skipped: 0, quote: null };

/** The document of every verb: what it did, and how the queue stands then. */
export const queueDocument = (ending: Ending, change: QueueChange, status: QueueStatus | null) =>
  documentOf('pixtab.queue/1', ending, {
    action: change.action,
    changed: change.changed,
    skipped: change.skipped,
    quote: change.quote && rangeJson(change.quote),
    paused: status?.isPaused ?? null,
    counts: status?.counts ?? null,
    spent: status === null ? null : toDecimal(status.spent),
    held: status === null ? null : toDecimal(status.held),
    perMinute: status?.perMinute ?? null,
    secondsLeft: status?.secondsLeft ?? null,
    workers: status?.workers ?? [],
  });

/** Prints how the queue stands, and returns the exit code. */
export function tellQueue(
  change: QueueChange,
  status: QueueStatus,
  {
    sandbox,
    json,
    failure = null,
  }: { readonly sandbox: boolean; readonly json: boolean; readonly failure?: Failure | null },
  terminal: Terminal,
): number {
  if (json) terminal.out(JSON.stringify(queueDocument({ sandbox, failure }, change, status), null, 2));
  else printStatus(status, sandbox, terminal);
  if (failure === null) return 0;
  tellFailure(failure, terminal);
  return exitCodeFor(failure.kind);
}

/** States whose names are no words. */
const IN_WORDS: Partial<Record<QueueState, string>> = { inJobs: 'in jobs' };

function printStatus(status: QueueStatus, sandbox: boolean, terminal: Terminal): void {
  const { counts, spent, held, workers, isPaused } = status;
  const money: Partial<Record<QueueState, string>> = {
    waiting: `${format(held)} held`,
    done: `${format(spent)} spent`,
  };
  const rows = QUEUE_STATES.map((state) => [
    IN_WORDS[state] ?? state,
    thousands(counts[state]),
    money[state] ?? '',
  ]);
  const columns = [
    { title: 'pictures' },
    { title: '', right: true },
    { title: moneyTitle('money', { sandbox }) },
  ];
  printTable('text', columns, rows, terminal);
  if (workers.length > 0) {
    terminal.out('');
    const busy = workers.map(({ name, working, perMinute }) => [
      printable(name),
      thousands(working),
      perMinute === null ? '' : String(perMinute),
    ]);
    const titles = [
      { title: 'worker' },
      { title: 'at work', right: true },
      { title: 'a minute', right: true },
    ];
    printTable('text', titles, busy, terminal);
  }
  if (isPaused) terminal.note('The queue is paused: pixtab queue resume');
  const pace = paceOf(status);
  if (pace !== '') terminal.note(pace);
}

/** "18 a minute, about 5 min left" */
function paceOf({ perMinute, secondsLeft, counts }: QueueStatus): string {
  if (perMinute === null) return '';
  const left =
    secondsLeft === null || counts.waiting + counts.working === 0
      ? ''
      : `, about ${duration(secondsLeft)} left`;
  return `${perMinute} a minute${left}`;
}

const duration = (seconds: number): string =>
  seconds < 100
    ? `${seconds} s`
    : seconds < 6_000
      ? `${Math.ceil(seconds / 60)} min`
      : `${Math.ceil(seconds / 3_600)} h`;

/** How it stands in one line. */
export function statusLine(status: QueueStatus): string {
  const { counts, spent, isPaused } = status;
  const parts = QUEUE_STATES.flatMap((state) =>
    counts[state] > 0 || state === 'waiting'
      ? [`${thousands(counts[state])} ${IN_WORDS[state] ?? state}`]
      : [],
  );
  return [...parts, `${format(spent)} spent`, paceOf(status), isPaused ? 'paused' : '']
    .filter(Boolean)
    .join(', ');
}
