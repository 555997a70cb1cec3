import { FILE_KEPT_MS } from '../catalogue/input-limits.ts';
import { isCertainlyFree, type RpcError } from './rpc.ts';

/** What a look at a job that ended has shown. */
export interface JobEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'expired';
  /** Requests that the API counts; null where it does not count. */
  readonly counts: { readonly succeeded: number; readonly failed: number } | null;
  /** Requests that an answer came to, now or before. */
  readonly answers: number;
  /** Requests that have an error in the place of an answer. */
  readonly errors: number;
  /** Where results were found, whether they came to their end; null where there were none. */
  readonly isWhole: boolean | null;
}

/**
 * Whether nothing more is to be expected of a job. One look does not close it: the state may be final before the results
 * are named, and before they can be read.
 */
export function isComplete(end: JobEnd): boolean {
  const { counts, answers, errors, isWhole } = end;
  if (isWhole === null) return madeNothing(end);
  if (counts === null) return isWhole;
  const all = counts.succeeded + counts.failed;
  return answers >= counts.succeeded && (isWhole || answers + errors >= all);
}

/** A job that did not succeed and has no results, of which the API counts no success, has made nothing. */
export const madeNothing = ({ state, counts, answers, isWhole }: JobEnd): boolean =>
  isWhole === null && state !== 'succeeded' && counts !== null && counts.succeeded === 0 && answers === 0;

/** Whether a request was certainly not charged: the results ended, its own error says so, and no count contradicts. */
export function isFree(error: RpcError | null, end: JobEnd): boolean {
  if (error === null) return madeNothing(end);
  const { counts, answers, errors, isWhole } = end;
  const isContradicted = counts !== null && answers < counts.succeeded && errors > counts.failed;
  return isCertainlyFree(error) && (isWhole === true || isComplete(end)) && !isContradicted;
}

/** When the results of a job must be gone, so that nothing more will come: the API keeps files for two days. */
export const goneAt = (endedAt: number): number => endedAt + FILE_KEPT_MS;

/** What is missing, as sentences without a date. */
export function whatIsMissing({ state, counts, answers, errors, isWhole }: JobEnd): string {
  if (isWhole === null)
    return `The API says that the job ended as ${state}, and there are no results of it yet.`;
  const came = answers + errors;
  const all = counts && counts.succeeded + counts.failed;
  return all === null || came >= all
    ? 'The results do not come to their end.'
    : `The API counts ${all} results, and ${came} of them came.`;
}
