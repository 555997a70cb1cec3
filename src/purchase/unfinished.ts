import { dueSentence } from '../core/policy/batch-queue.ts';
import { asFailure } from '../core/errors.ts';
import { counted, printable } from '../core/text/text.ts';
import type { Books, Clock, Terminal } from '../ports/index.ts';

/** A line about what was paid for and is not on disk yet; cheap when there is nothing, which is nearly always. */
export async function mentionUnfinished(
  books: Books,
  terminal: Pick<Terminal, 'note'>,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  const ids = await books.journal.ids().catch((error: unknown) => {
    // Answers are in a bucket too, and what was asked for is not about them.
    terminal.note(`note   Whether paid answers wait is not known: ${printable(asFailure(error).message)}`);
    return [];
  });
  const waiting = ids.length === 0 ? 0 : (await books.ledger.abandoned(ids)).length;
  if (waiting > 0) terminal.note(`note   ${counted(waiting, 'paid answer')} not finished: pixtab recover`);
  await mentionDue(books, terminal, clock);
}

/** A line about jobs whose results wait to be fetched, and do not wait for ever. */
export async function mentionDue(
  { ledger }: Pick<Books, 'ledger'>,
  terminal: Pick<Terminal, 'note'>,
  { now }: Pick<Clock, 'now'>,
): Promise<void> {
  const idle = (await ledger.jobs.list('open')).filter(({ busy }) => !busy);
  const jobs = idle.map(({ stage, plannedAt, sentAt, endedAt }) => ({
    ended: stage === 'ended',
    since: endedAt ?? sentAt ?? plannedAt,
  }));
  const sentence = dueSentence(jobs, now());
  if (sentence !== null) terminal.note(`note   ${sentence}: pixtab batch fetch`);
}
