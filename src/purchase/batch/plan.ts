import { MOST_JOB_BYTES, MOST_JOB_REQUESTS, queueLimit } from '../../core/catalogue/limits.ts';
import type { Tier } from '../../core/catalogue/limits.ts';
import { chunks } from '../../core/chunks.ts';
import { Failure } from '../../core/errors.ts';
import type { Quote } from '../../core/line.ts';
import { batchLine } from '../../ports.ts';
import type { BatchApi, JobPlan, NewItem } from '../../ports.ts';
import type { PlannedRequest } from '../purchase.ts';

export interface JobsWorld {
  readonly batches: Pick<BatchApi, 'compose'>;
  readonly newId: () => string;
  readonly baseUrl: string;
  readonly tier: Tier;
}

/** A request with what it weighs in a job. */
export interface Weighed {
  readonly item: NewItem;
  readonly bytes: number;
  /** Google does not say whether its queue counts what will come out, so it is counted. */
  readonly tokens: number;
}

/** Requests of one model as jobs that the API takes. */
export async function jobsFor(
  requests: readonly PlannedRequest[],
  world: JobsWorld,
): Promise<readonly JobPlan[]> {
  const weighed: Weighed[] = [];
  for (const { order, quote, plan } of requests) {
    const item = { attempt: plan, ...(await world.batches.compose(order)) };
    weighed.push({ item, bytes: sizeOf(item), tokens: tokensOf(quote) });
  }
  return divided(weighed, world);
}

export function divided(
  weighed: readonly Weighed[],
  { newId, baseUrl, tier }: Omit<JobsWorld, 'batches'>,
): readonly JobPlan[] {
  const [first] = weighed;
  if (first === undefined) return [];
  const { model } = first.item.attempt;
  const most = {
    requests: MOST_JOB_REQUESTS,
    bytes: MOST_JOB_BYTES,
    tokens: queueLimit(model, tier),
  };
  return chunks(weighed, most).map((job) => {
    if (job.some(({ bytes }) => bytes > MOST_JOB_BYTES)) throw tooLarge();
    return {
      jobId: newId(),
      model,
      baseUrl,
      tokens: job.reduce((sum, { tokens }) => sum + tokens, 0),
      items: job.map(({ item }) => item),
    };
  });
}

export const sizeOf = ({ attempt, request }: NewItem): number =>
  new TextEncoder().encode(batchLine(attempt.attemptId, request)).byteLength;

const tokensOf = ({ lines }: Quote): number =>
  lines.reduce((sum, { unit, quantity }) => (unit === 'token' ? sum + quantity : sum), 0);

const tooLarge = (): Failure =>
  new Failure('usage', 'One request is larger than a job may be.', {
    hint: 'Use fewer or smaller input images.',
  });
