import { Failure, mostPressing, type FailureKind } from '../../core/errors.ts';
import { outcomeOf, type RunOutcome } from '../../core/policy/outcome.ts';
import { counted } from '../../core/text/text.ts';
import { sum, type Usd } from '../../core/pricing/money.ts';
import type { Job, JobItem, JobTally, Ledger } from '../../ports/index.ts';
import type { Recovered } from '../recover.ts';
import type { Advanced } from './types.ts';

/**
 * How jobs ended, and what came of them just now. Exit code 0 means that every picture of them is on disk and nothing of
 * an answer is left, 12 that more is to come.
 */
export function outcomeOfJobs(
  advanced: readonly Advanced[],
  jobs: readonly Job[],
  answers: readonly Pick<Recovered, 'images' | 'failure'>[] = [],
): RunOutcome {
  const stuck = mostPressing(advanced.flatMap(({ failure }) => failure ?? []));
  const open = advanced.filter(({ status }) => status !== 'done').map(({ jobId }) => jobId);
  const failure = stuck ?? (open.length > 0 ? pending(open, jobs) : null);
  // A job that still runs is no failure of the pictures that are there.
  if (failure !== null) return outcomeOf([failure], { asked: 0, delivered: 0 });
  const total = (count: (items: JobTally) => number): number =>
    jobs.reduce((sum, { items }) => sum + count(items), 0);
  const tally: JobTally = {
    open: total(({ open }) => open),
    saved: total(({ saved }) => saved),
    refused: total(({ refused }) => refused),
    failed: total(({ failed }) => failed),
    unconfirmed: total(({ unconfirmed }) => unconfirmed),
  };
  const asked = jobs.reduce((count, { requests }) => count + requests, 0);
  const why = jobs.find((job) => job.why !== null)?.why ?? null;
  // Answers that brought nothing are in the tally; those that brought a picture may hold more, or be a sheet that is not cut.
  const beside = answers.flatMap(({ images, failure }) => (images.length > 0 && failure ? [failure] : []));
  return outcomeOf([...missing(tally, why), ...beside], { asked, delivered: tally.saved });
}

/** What jobs that are done made of some of their requests: why those brought no picture, and what may be charged for them. */
export function endOfItems(items: readonly JobItem[]): {
  readonly failures: readonly Failure[];
  readonly unconfirmed: Usd;
  /** Attempts of which nobody knows whether they were charged. */
  readonly unsure: readonly string[];
} {
  const inState = (...states: readonly JobItem['state'][]): readonly JobItem[] =>
    items.filter(({ state }) => states.includes(state));
  const unconfirmed = inState('unconfirmed');
  const tally = {
    open: inState('held', 'sent', 'replied', 'settled').length,
    refused: inState('saved').filter(({ images }) => images === 0).length,
    failed: inState('released').length,
    unconfirmed: unconfirmed.length,
  };
  const why = items.find((item) => item.why !== null)?.why ?? null;
  return {
    failures: missing(tally, why),
    unconfirmed: sum(unconfirmed.map(({ attempt }) => attempt.expected)),
    unsure: unconfirmed.map(({ attempt }) => attempt.attemptId),
  };
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
function missing(
  { open, refused, failed, unconfirmed }: Omit<JobTally, 'saved'>,
  why: string | null,
): readonly Failure[] {
  const says = (kind: FailureKind, charged: Failure['charged'], hint = AGAIN): Failure =>
    new Failure(kind, why ?? 'Not every request brought a picture.', { hint, charged });
  return [
    ...(unconfirmed > 0 ? [says('unconfirmed', 'unknown')] : []),
    // What is booked and not saved is kept in the journal: nobody understood it.
    ...(open > 0 ? [says('unread', 'yes', 'pixtab recover tries again.')] : []),
    ...(refused > 0 ? [says('refused', 'yes')] : []),
    ...(failed > 0 ? [says('unavailable', 'no')] : []),
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
