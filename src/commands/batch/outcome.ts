import { exitCodeFor, Failure, type FailureKind } from '../../core/errors.ts';
import { counted } from '../../core/text/text.ts';
import type { Job, Ledger } from '../../ports/index.ts';
import type { Tended } from '../../purchase/batch/advance.ts';

export interface BatchOutcome {
  readonly outcome: 'ok' | FailureKind;
  readonly exitCode: number;
  readonly failure: Failure | null;
}

/** What jobs come to. Exit code 0 means that every picture of them is on disk; 12, that there is more to come. */
export function outcomeOf(tended: readonly Tended[], jobs: readonly Job[]): BatchOutcome {
  const failure = failureOf(tended, jobs);
  if (failure === null) return { outcome: 'ok', exitCode: 0, failure };
  return { outcome: failure.kind, exitCode: exitCodeFor(failure.kind), failure };
}

function failureOf(tended: readonly Tended[], jobs: readonly Job[]): Failure | null {
  const [failed] = tended.flatMap(({ failure }) => failure ?? []);
  if (failed) return failed;
  const open = tended.filter(({ status }) => status !== 'done').length;
  if (open > 0) {
    return new Failure('pending', `${counted(open, 'job')} not finished yet.`, {
      hint: 'pixtab batch wait takes them up again, from anywhere.',
      charged: 'no',
    });
  }
  const sum = (count: (job: Job) => number): number => jobs.reduce((sum, job) => sum + count(job), 0);
  const saved = sum(({ items }) => items.saved);
  const asked = sum(({ requests }) => requests);
  if (saved === asked) return null;
  const refused = sum(({ items }) => items.refused);
  const unconfirmed = sum(({ items }) => items.unconfirmed);
  const kind =
    saved > 0 ? 'partial' : unconfirmed > 0 ? 'unconfirmed' : refused > 0 ? 'refused' : 'unavailable';
  const why = jobs.find(({ why }) => why !== null)?.why;
  return new Failure(kind, `${saved} of ${counted(asked, 'image')} on disk.${why ? ` ${why}` : ''}`, {
    hint: `pixtab batch show says why; pixtab batch resubmit asks again for what was not charged.`,
    charged: unconfirmed > 0 ? 'unknown' : saved + refused > 0 ? 'yes' : 'no',
  });
}

/** A run has come to its end when all of its jobs have. */
export async function endRuns(jobs: readonly Job[], ledger: Ledger): Promise<void> {
  const all = await ledger.jobs.list('all');
  for (const runId of new Set(jobs.map((job) => job.runId))) {
    const own = all.filter((job) => job.runId === runId);
    if (own.some(({ stage }) => stage !== 'done')) continue;
    const tended = own.map(({ jobId }) => ({ jobId, status: 'done', failure: null }) as const);
    await ledger.end(runId, outcomeOf(tended, own).outcome);
  }
}
