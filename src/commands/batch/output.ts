import type { Job } from '../../ports/index.ts';

export const shortId = ({ jobId }: Pick<Job, 'jobId'>): string => jobId.slice(0, 8);

/** Where a job is, in a word. */
export function standOf({ stage, state, busy }: Job): string {
  if (busy) return 'being worked on';
  if (stage === 'planned' || stage === 'uploaded') return 'queued';
  if (stage === 'creating') return 'interrupted';
  if (stage === 'running') return state ?? 'pending';
  if (stage === 'ended') return `${state}, not fetched`;
  // Done without an end at the API: it is not there any more.
  return state === 'pending' || state === 'running' ? 'gone' : (state ?? 'cancelled');
}

export function jobJson(job: Job) {
  const { jobId, runId, model, stage, state, batch, requests, items, why, repeats } = job;
  const date = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    jobId,
    runId,
    model,
    stage,
    state,
    batch,
    requests,
    ...items,
    plannedAt: date(job.plannedAt),
    sentAt: date(job.sentAt),
    endedAt: date(job.endedAt),
    why,
    repeats,
  };
}
