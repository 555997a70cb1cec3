import { usageFailure } from '../../core/errors.ts';
import type { Job } from '../../ports/index.ts';
import type { BatchContext } from './types.ts';

/** Whether a job was made with the key of this run, as far as that is known. */
export const isOf = ({ account }: Pick<Job, 'account'>, context: Pick<BatchContext, 'account'>): boolean =>
  account === null || account === context.account;

/** Whether a job is at this API, and this key's. */
export const isHere = (
  job: Pick<Job, 'account' | 'baseUrl'>,
  context: Pick<BatchContext, 'account' | 'baseUrl'>,
): boolean => job.baseUrl === context.baseUrl && isOf(job, context);

/** A job is only known to the API that made it. */
export function mustBeHere({ jobId, baseUrl }: Job, context: Pick<BatchContext, 'baseUrl'>): void {
  if (baseUrl === context.baseUrl) return;
  throw usageFailure(
    `Job ${jobId.slice(0, 8)} is at ${baseUrl}, and this is ${context.baseUrl}.`,
    'Name the same API with --base-url. A sandbox that was started for one command is gone with it.',
  );
}
