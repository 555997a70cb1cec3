import { usageFailure } from '../core/errors.ts';
import { excerpt } from '../core/text/text.ts';
import type { Books, JournalEntry } from '../ports/index.ts';

/** Sets an answer aside that is of no use or not wanted. What it cost stays counted. */
export async function discard(attemptId: string, { ledger, journal }: Books): Promise<JournalEntry> {
  const ids = await journal.ids();
  if (!ids.includes(attemptId)) {
    throw usageFailure(
      `No paid answer waits under "${excerpt(attemptId)}".`,
      'pixtab recover --list shows those that do.',
      'pixtab recover --list',
    );
  }
  const { entry } = await journal.read(attemptId);
  const [receipt] = await ledger.receipts({ by: 'attempt', value: attemptId });
  const plan = entry.attempt ?? receipt?.attempt;
  const state = plan && (await ledger.claim(plan));
  if (state === null) throw usageFailure(`Another process works on ${attemptId}.`, 'Wait for it to finish.');
  if (state === 'replied') await ledger.unconfirm(attemptId, 'its answer was set aside unread');
  return { ...entry, path: await journal.setAside(attemptId) };
}
