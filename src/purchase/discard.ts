import { usageFailure } from '../core/errors.ts';
import { excerpt } from '../core/text/text.ts';
import type { Books, JournalEntry } from '../ports/index.ts';

/** Sets an answer aside that is of no use or not wanted, named as far as it takes. What it cost stays counted. */
export async function discard(name: string, { ledger, journal }: Books): Promise<JournalEntry> {
  const attemptId = theOne(name, await journal.ids());
  const { entry } = await journal.read(attemptId);
  const [receipt] = await ledger.receipts({ by: 'attempt', value: attemptId });
  const plan = entry.attempt ?? receipt?.attempt;
  const state = plan && (await ledger.claim(plan));
  if (state === null) throw usageFailure(`Another process works on ${attemptId}.`, 'Wait for it to finish.');
  if (state === 'replied') await ledger.unconfirm(attemptId, 'its answer was set aside unread');
  return { ...entry, path: await journal.setAside(attemptId) };
}

const LISTED = ['pixtab recover --list shows those that do.', 'pixtab recover --list'] as const;

/** Lists show the beginning of an id alone. */
function theOne(name: string, ids: readonly string[]): string {
  const [id, ...more] = ids.includes(name)
    ? [name]
    : ids.filter((each) => name !== '' && each.startsWith(name));
  if (id === undefined) throw usageFailure(`No paid answer waits under "${excerpt(name)}".`, ...LISTED);
  if (more.length > 0) throw usageFailure(`Several paid answers wait under "${excerpt(name)}".`, ...LISTED);
  return id;
}
