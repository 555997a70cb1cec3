import { Failure, mostPressing, type FailureKind } from '../../core/errors.ts';
import { outcomeOf, type Delivery, type RunOutcome } from '../../core/policy/outcome.ts';
import { counted } from '../../core/text/text.ts';
import type { Job, Ledger } from '../../ports/index.ts';
import type { Advanced } from './types.ts';

/** How jobs ended. Exit code 0 means that every picture of them is on disk, 12 that more is to come. */
export function outcomeOfJobs(advanced: readonly Advanced[], jobs: readonly Job[]): RunOutcome {
  const stuck = mostPressing(advanced.flatMap(({ failure }) => failure ?? []));
  const open = advanced.filter(({ status }) => status !== 'done').map(({ jobId }) => jobId);
  const failure = stuck ?? (open.length > 0 ? pending(open, jobs) : null);
  // A job that still runs is no failure of the pictures that are there.
  if (failure !== null) return outcomeOf([failure], { asked: 0, delivered: 0 });
  const total = (count: (job: Job) => number): number => jobs.reduce((sum, job) => sum + count(job), 0);
  const asked = total(({ requests }) => requests);
  const delivered = total(({ items }) => items.saved);
  return outcomeOf(missing(jobs, { asked, delivered }), { asked, delivered });
}

/** Work that remains, with what it waits for where that is not the API alone. */
function pending(open: readonly string[], jobs: readonly Job[]): Failure {
  const why = jobs.flatMap(({ jobId, why }) => (open.includes(jobId) && why !== null ? why : []));
  const message = [`${counted(open.length, 'job')} not finished yet.`, ...new Set(why)].join(' ');
  return new Failure('pending', message, {
    hint: 'pixtab batch wait takes them up again, from anywhere.',
    charged: 'no',
  });
}

/** Why requests of finished jobs brought no picture. */
function missing(jobs: readonly Job[], { asked, delivered }: Delivery): readonly Failure[] {
  if (delivered === asked) return [];
  const why = jobs.find((job) => job.why !== null)?.why;
  const says = (kind: FailureKind, charged: Failure['charged'], hint = AGAIN): Failure =>
    new Failure(kind, why ?? 'Not every request brought a picture.', { hint, charged });
  const count = (of: (items: Job['items']) => number): number =>
    jobs.reduce((sum, { items }) => sum + of(items), 0);
  return [
    ...(count(({ unconfirmed }) => unconfirmed) > 0 ? [says('unconfirmed', 'unknown')] : []),
    // What is booked and not saved is kept in the journal: nobody understood it.
    ...(count(({ open }) => open) > 0 ? [says('unread', 'yes', 'pixtab recover tries again.')] : []),
    ...(count(({ refused }) => refused) > 0 ? [says('refused', 'yes')] : []),
    ...(count(({ failed }) => failed) > 0 ? [says('unavailable', 'no')] : []),
  ];
}

const AGAIN = 'pixtab batch show says why; pixtab batch resubmit asks again for what was not charged.';

/** Ends the runs of these jobs: a run ends when all of its jobs are done. */
export async function endRuns(jobIds: readonly string[], ledger: Ledger): Promise<void> {
  if (jobIds.length === 0) return;
  const all = await ledger.jobs.list('all');
  const runs = new Set(all.flatMap(({ jobId, runId }) => (jobIds.includes(jobId) ? [runId] : [])));
  for (const runId of runs) {
    const own = all.filter((job) => job.runId === runId);
    if (own.some(({ stage }) => stage !== 'done')) continue;
    await ledger.end(runId, outcomeOfJobs([], own).outcome);
  }
}
