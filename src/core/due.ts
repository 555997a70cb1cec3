import { FILE_KEPT_MS } from './catalogue/keeping.ts';
import { counted } from './text/text.ts';

const HOUR_MS = 3_600_000;
/** Google means to be done with a job within a day: https://ai.google.dev/gemini-api/docs/batch-api, checked 2026-11-22. */
const AIM_MS = 24 * HOUR_MS;

/** A job that is not done, as far as it matters whether it waits to be fetched. */
export interface Waiting {
  /** It ended, as far as anybody here heard. */
  readonly ended: boolean;
  /** When that was, or else when it was sent, or planned. */
  readonly since: number;
}

/** Which jobs wait to be fetched, and how long their results last, as a sentence without its full stop; null: none. */
export function dueSentence(jobs: readonly Waiting[], now: number): string | null {
  const due = jobs.filter(({ ended, since }) => ended || now - since >= AIM_MS);
  if (due.length === 0) return null;
  const left = Math.min(...due.map(({ since }) => since)) + FILE_KEPT_MS - now;
  const many = due.length > 1;
  const end =
    left <= 0
      ? `${many ? 'some of whose' : 'whose'} results may be gone already`
      : `${many ? 'the first results of which' : 'whose results'} may be gone in ${counted(Math.ceil(left / HOUR_MS), 'hour')}`;
  return `${counted(due.length, 'batch job')} to fetch, ${end}`;
}
