import { counted } from '../core/text.ts';
import type { Books, Clock, Job, Terminal } from '../ports.ts';

/** Google means to be done with a job within a day, and keeps its results for two. */
const DUE_MS = 24 * 3_600_000;

/** A line about what was paid for and is not on disk yet; cheap when there is nothing, which is nearly always. */
export async function mentionUnfinished(
  { ledger, journal }: Books,
  terminal: Pick<Terminal, 'note'>,
  { now }: Pick<Clock, 'now'>,
): Promise<void> {
  const ids = await journal.ids();
  const waiting = ids.length === 0 ? 0 : (await ledger.abandoned(ids)).length;
  if (waiting > 0) terminal.note(`note   ${counted(waiting, 'paid answer')} not finished: pixtab recover`);
  const isDue = ({ stage, sentAt, plannedAt, busy }: Job): boolean =>
    !busy && (stage === 'ended' || now() - (sentAt ?? plannedAt) >= DUE_MS);
  const due = (await ledger.jobs.list('open')).filter(isDue).length;
  if (due > 0)
    terminal.note(
      `note   ${counted(due, 'batch job')} to fetch before the results expire: pixtab batch fetch`,
    );
}
