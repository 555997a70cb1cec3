import { exitCodeFor, type Failure } from '../../core/errors.ts';
import { sum, toDecimal, ZERO } from '../../core/pricing/money.ts';
import { counted, excerpt, printable } from '../../core/text/text.ts';
import type { JournalEntry, Terminal } from '../../ports/index.ts';
import type { Recovered } from '../../purchase/recover.ts';
import { costJson, imageJson } from '../../purchase/json.ts';
import { errorJson } from '../shared/command.ts';

/** Prints answers that wait in the journal, or are kept for good; returns the exit code. */
export function listing(flags: { readonly json?: boolean }, terminal: Terminal) {
  return (status: 'kept' | 'aside', entries: readonly JournalEntry[]): number => {
    const nothing = { status, images: [], bill: null, failure: null };
    if (flags.json) {
      const results = entries.map((entry): Recovered => ({ entry, ...nothing }));
      terminal.out(JSON.stringify(answersJson(results, null, 0), null, 2));
      return 0;
    }
    for (const entry of entries) {
      terminal.out(`${status === 'aside' ? printable(entry.path) : entry.attemptId}  ${described(entry)}`);
    }
    if (entries.length === 0) {
      terminal.note(status === 'aside' ? 'No raw answer is kept.' : 'There is nothing to recover.');
    }
    return 0;
  };
}

function described({ attempt, problem }: JournalEntry): string {
  const what = attempt
    ? `${counted(attempt.images, 'image')} of "${excerpt(attempt.prompt, 50)}"`
    : 'unknown';
  return problem === null ? what : `${what}: damaged, ${problem}`;
}

/** Paid answers, as `recover` tells of them in JSON. */
export function answersJson(results: readonly Recovered[], failure: Failure | null, exitCode: number) {
  const bills = results.flatMap(({ bill }) => bill ?? []);
  return {
    schema: 'pixtab.recover/1',
    outcome: failure?.kind ?? 'ok',
    exitCode,
    booked: toDecimal(sum(bills.map(({ amount }) => amount))),
    answers: results.map(({ entry, status, images, bill, failure }) => ({
      attemptId: entry.attemptId,
      path: entry.path,
      status,
      problem: entry.problem,
      model: entry.attempt?.model ?? null,
      prompt: entry.attempt?.prompt ?? null,
      images: images.map(imageJson),
      cost: bill === null ? null : costJson({ bill, unconfirmed: ZERO }, bill.charged === 'unknown'),
      error: failure ? errorJson(failure, exitCodeFor(failure.kind)) : null,
    })),
    error: failure ? errorJson(failure, exitCode) : null,
  };
}
