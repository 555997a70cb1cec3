import { Failure, mostPressing, type FailureKind } from '../../core/errors.ts';
import { outcomeOf, type Delivery, type RunOutcome } from '../../core/policy/outcome.ts';
import { counted } from '../../core/text/text.ts';
import type { Job, Ledger } from '../../ports/index.ts';
import type { Advanced } from './types.ts';

/** What jobs come to. Exit code 0 means that every picture of them is on disk; 12, that there is more to come. */
export function outcomeOfJobs(advanced: readonly Advanced[], jobs: readonly Job[]): RunOutcome {
  const stuck = mostPressing(advanced.flatMap(({ failure }) => failure ?? []));
  const open = advanced.filter(({ status }) => status !== 'done').length;
  const failure = stuck ?? (open > 0 ? pending(open) : null);
  // What is still to come is no failure of what is there.
  if (failure !== null) return outcomeOf([failure], { asked: 0, delivered: 0 });
  const total = (count: (job: Job) => number): number => jobs.reduce((sum, job) => sum + count(job), 0);
  const asked = total(({ requests }) => requests);
  const delivered = total(({ items }) => items.saved);
  return outcomeOf(missing(jobs, { asked, delivered }), { asked, delivered });
}

const pending = (count: number): Failure =>
  new Failure('pending', `${counted(count, 'job')} not finished yet.`, {
    hint: 'pixtab batch wait takes them up again, from anywhere.',
    charged: 'no',
  });

/** Why requests of jobs that are done brought no picture. */
function missing(jobs: readonly Job[], { asked, delivered }: Delivery): readonly Failure[] {
  if (delivered === asked) return [];
  const why = jobs.find((job) => job.why !== null)?.why;
  const says = (kind: FailureKind, charged: Failure['charged']): Failure =>
    new Failure(kind, why ?? 'Not every request brought a picture.', {
      hint: 'pixtab batch show says why; pixtab batch resubmit asks again for what was not charged.',
      charged,
    });
  const count = (of: (items: Job['items']) => number): number =>
    jobs.reduce((sum, { items }) => sum + of(items), 0);
  // What is booked and not saved is kept in the journal: its picture does not decode.
  const isPaid = count(({ refused, open }) => refused + open) > 0;
  return [
    ...(count(({ unconfirmed }) => unconfirmed) > 0 ? [says('unconfirmed', 'unknown')] : []),
    ...(isPaid ? [says('refused', 'yes')] : []),
    ...(count(({ failed }) => failed) > 0 ? [says('unavailable', 'no')] : []),
  ];
}

/** A run has come to its end when all of its jobs have. */
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
