import { wordsIn } from '../../core/drafts/prompt.ts';
import { format, sum, toDecimal, ZERO } from '../../core/pricing/money.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import type { Books, JournalEntry, Receipt, Settings, Terminal } from '../../ports/index.ts';
import type { Recovered } from '../../purchase/recover.ts';
import { costJson, imageJson } from '../../purchase/json.ts';
import { errorJson } from '../shared/command.ts';
import { documentOf, type Ending } from '../shared/envelope.ts';
import { printTable } from '../shared/layout.ts';
import { purchaseJson, shortId } from './purchases.ts';

interface Flags {
  readonly json?: boolean;
}

const untouched =
  (status: 'kept' | 'aside') =>
  (entry: JournalEntry): Recovered => ({
    entry,
    status,
    images: [],
    bill: null,
    failure: null,
  });

/** Prints answers that are kept for good; returns the exit code. */
export function listing(flags: Flags, settings: Settings, terminal: Terminal) {
  return (entries: readonly JournalEntry[]): number => {
    if (flags.json) {
      terminal.out(JSON.stringify(answersJson(entries.map(untouched('aside')), settings), null, 2));
      return 0;
    }
    for (const entry of entries) terminal.out(`${printable(entry.path)}  ${described(entry)}`);
    if (entries.length === 0) terminal.note('No raw answer is kept.');
    return 0;
  };
}

const described = ({ attempt }: JournalEntry): string =>
  attempt
    ? `${counted(attempt.images, 'image')} of "${excerpt(wordsIn(attempt.prompt), 50)}"`
    : 'nobody knows';

/** Names what waits, and why: answers that are not finished, and requests of which nobody knows whether they cost. */
export async function listWaiting(
  { ledger, journal }: Books,
  settings: Settings,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const entries = await journal.list();
  const idle = new Set(await ledger.abandoned(entries.map(({ attemptId }) => attemptId)));
  const whyOf = ({ attemptId, problem }: JournalEntry): string => {
    if (problem !== null) return `damaged: ${problem}`;
    return idle.has(attemptId) ? 'its pictures are not all on disk' : 'another process is at it';
  };
  const unknown = await ledger.history({ ...EVER, only: ['unconfirmed'] });
  if (flags.json) {
    const answers = entries.map((entry) => ({ ...untouched('kept')(entry), why: whyOf(entry) }));
    terminal.out(JSON.stringify(answersJson(answers, settings, unknown), null, 2));
    return 0;
  }
  if (entries.length + unknown.length === 0) {
    terminal.note('There is nothing to recover.');
    return 0;
  }
  const rows = [
    ...entries.map((entry) => [
      entry.attemptId.slice(0, 8),
      described(entry),
      whyOf(entry),
      terminal.reworded('pixtab recover'),
    ]),
    ...unknown.map((receipt) => [
      shortId(receipt),
      `${format(receipt.attempt.expected)} for "${excerpt(wordsIn(receipt.attempt.prompt), 50)}"`,
      `unconfirmed: ${printable(receipt.why ?? 'no answer came')}`,
      terminal.reworded(`pixtab settle ${shortId(receipt)}`),
    ]),
  ];
  printTable('text', WAITING, rows, terminal);
  return 0;
}

const EVER = { since: null, until: null, limit: 1000 };

const WAITING = [
  { title: 'id' },
  { title: 'what waits', cut: 'end' },
  { title: 'why', cut: 'end' },
  { title: 'what to do', spare: 1 },
] as const;

/** Paid answers, as `recover` tells of them in JSON. */
export function answersJson(
  results: readonly (Recovered & { readonly why?: string })[],
  { sandbox, failure = null }: Ending,
  unknown: readonly Receipt[] = [],
) {
  const bills = results.flatMap(({ bill }) => bill ?? []);
  const body = {
    settled: toDecimal(sum(bills.map(({ amount }) => amount))),
    answers: results.map(({ entry, status, images, bill, failure, why = null }) => ({
      attemptId: entry.attemptId,
      path: entry.path,
      status,
      why,
      problem: entry.problem,
      model: entry.attempt?.model ?? null,
      prompt: entry.attempt?.prompt ?? null,
      images: images.map(imageJson),
      cost: bill === null ? null : costJson({ bill, unconfirmed: ZERO }, bill.charged === 'unknown'),
      error: failure ? errorJson(failure, { sandbox }) : null,
    })),
    requests: unknown.map(purchaseJson),
  };
  return documentOf('pixtab.recover/1', { sandbox, failure }, body);
}
