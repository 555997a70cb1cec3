import { counted } from '../../core/text/text.ts';
import { toDecimal, type Usd } from '../../core/pricing/money.ts';
import type { Job, SavedImage } from '../../ports/index.ts';
import { imageJson } from '../../purchase/json.ts';
import { documentOf, type Ending } from '../shared/envelope.ts';

export const shortId = ({ jobId }: Pick<Job, 'jobId'>): string => jobId.slice(0, 8);

/** Where a job is, in a word. */
export function standOf({ stage, state, busy }: Job): string {
  if (busy) return 'being worked on';
  if (stage === 'planned' || stage === 'uploaded') return 'queued';
  if (stage === 'creating') return 'interrupted';
  if (stage === 'running') return state ?? 'pending';
  if (stage === 'ended') return `${state}, not all fetched`;
  // Done without an end at the API: it is not there any more.
  return state === 'pending' || state === 'running' ? 'gone' : (state ?? 'cancelled');
}

const HOUR_MS = 3_600_000;

/** Where a job is, and for how long where that is long: "pending for 3 days". */
export function standFor(job: Job, now: number): string {
  const hours = Math.floor((now - (job.endedAt ?? job.sentAt ?? job.plannedAt)) / HOUR_MS);
  if (job.stage === 'done' || hours < 1) return standOf(job);
  const age = hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day');
  return `${standOf(job)} for ${age}`;
}

/** The document of every verb; `settled` is what it booked while it ran. */
export const batchDocument = (
  ending: Ending,
  {
    settled = null,
    jobs = [],
    images = [],
  }: {
    readonly settled?: Usd | null;
    readonly jobs?: readonly object[];
    readonly images?: readonly SavedImage[];
  } = {},
) =>
  documentOf('pixtab.batch/1', ending, {
    settled: settled === null ? null : toDecimal(settled),
    jobs,
    images: images.map(imageJson),
  });

/** `items` are its requests, where they are shown. */
export function jobJson(job: Job, requested: readonly object[] | null = null) {
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
    open: items.open,
    saved: items.saved,
    refused: items.refused,
    failed: items.failed,
    unconfirmedRequests: items.unconfirmed,
    items: requested,
    plannedAt: date(job.plannedAt),
    sentAt: date(job.sentAt),
    endedAt: date(job.endedAt),
    why,
    repeats,
  };
}
