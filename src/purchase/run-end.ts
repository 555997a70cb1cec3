import { asFailure } from '../core/errors.ts';
import { forgetBefore } from '../core/policy/retention.ts';
import { printable } from '../core/text/text.ts';
import type { Books, Deps, RunStart, Settings, Terminal } from '../ports/index.ts';
import { endRuns } from './batch/outcome.ts';
import type { Purchase } from './buy.ts';
import { outcomeOfRun } from './summary.ts';

/** What is forgotten with the next purchase is older than this moment; null where nothing is. Failure `usage` where the setting makes no sense. */
export function forgetBeforeNow(
  { defaults, origins }: Settings,
  { clock }: Pick<Deps, 'clock'>,
): number | null {
  const from = origins['forget-after'] ?? 'forget-after';
  return forgetBefore(defaults['forget-after'], { from, now: clock.now() });
}

/** What the user wants kept no longer goes with the next purchase; a failure of that is no failure of the purchase. */
export async function forgetOld(
  before: number | null,
  { ledger }: Books,
  terminal: Pick<Terminal, 'alarm'>,
): Promise<void> {
  if (before === null) return;
  try {
    await ledger.forget(before);
  } catch (error) {
    terminal.alarm(`pixtab: ${printable(asFailure(error).message)}`);
  }
}

/** How a run ended is written down; what was bought must be reported even when that fails. */
export async function ended(
  { results, advanced }: Purchase,
  { runId }: RunStart,
  { ledger }: Books,
  terminal: Pick<Terminal, 'alarm'>,
): Promise<void> {
  const isPending = results.some(({ jobs }) => jobs.some(({ status }) => status !== 'done'));
  const { outcome } = outcomeOfRun(results);
  try {
    await ledger.end(runId, outcome === 'ok' && isPending ? 'pending' : outcome);
    await endRuns(
      advanced.map(({ jobId }) => jobId),
      ledger,
    );
  } catch (error) {
    terminal.alarm(`pixtab: ${printable(asFailure(error).message)}`);
  }
}
