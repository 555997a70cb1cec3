import { counted } from '../core/text.ts';
import type { Books, Terminal } from '../ports.ts';

/** One line about what a crash or a full disk left behind; cheap when there is nothing, which is nearly always. */
export async function mentionUnfinished(
  { ledger, journal }: Books,
  terminal: Pick<Terminal, 'note'>,
): Promise<void> {
  const ids = await journal.ids();
  if (ids.length === 0) return;
  const waiting = (await ledger.abandoned(ids)).length;
  if (waiting === 0) return;
  terminal.note(`note   ${counted(waiting, 'paid answer')} not finished: pixtab recover`);
}
