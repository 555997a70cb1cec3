import { MOST_JOB_BYTES, type Tier } from '../../core/catalogue/account-limits.ts';
import { chunks, mostOf, tokensOf } from '../../core/policy/batch-queue.ts';
import { Failure } from '../../core/errors.ts';
import { batchLine, type BatchApi, type JobInput, type JobPlan, type NewItem } from '../../ports/index.ts';
import type { PlannedRequest } from '../send-all.ts';

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
  /** That it may count with in the queue. */
  readonly tokens: number;
}

/** Requests of one model as jobs that the API takes. */
export async function jobsFor(
  requests: readonly PlannedRequest[],
  world: JobsWorld,
): Promise<readonly JobPlan[]> {
  const weigh = weigher(world);
  const weighed: Weighed[] = [];
  for (const request of requests) weighed.push(await weigh(request));
  return divided(weighed, world);
}

/** Composes requests one after the other. A picture that several of them show is in memory once. */
export function weigher({ batches }: Pick<JobsWorld, 'batches'>) {
  const known = new Map<string, JobInput>();
  return async ({ order, quote, plan }: PlannedRequest): Promise<Weighed> => {
    const { request, inputs } = await batches.compose(order);
    for (const input of inputs) if (!known.has(input.sha256)) known.set(input.sha256, input);
    const item = {
      attempt: plan,
      request,
      inputs: inputs.map((input) => known.get(input.sha256) ?? input),
    };
    return { item, bytes: sizeOf(item), tokens: tokensOf(quote) };
  };
}

export function divided(
  weighed: readonly Weighed[],
  { newId, baseUrl, tier }: Omit<JobsWorld, 'batches'>,
): readonly JobPlan[] {
  const [first] = weighed;
  if (first === undefined) return [];
  const { model } = first.item.attempt;
  return chunks(weighed, mostOf(model, tier)).map((job) => {
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

const tooLarge = (): Failure =>
  new Failure('usage', 'One request is larger than a job may be.', {
    hint: 'Use fewer or smaller input images.',
  });
