import { MOST_JOB_BYTES } from '../../core/catalogue/account-limits.ts';
import { asFailure, Failure } from '../../core/errors.ts';
import { chunks, mostOf, tokensOf } from '../../core/policy/batch-queue.ts';
import { batchLine } from '../../ports/index.ts';
import type { BatchApi, JobInput, JobPlan, NewItem, RunStart } from '../../ports/index.ts';
import { planAttempts, type PlannedAttempt } from '../plan-attempts.ts';
import { everyPicture } from '../tries.ts';
import type { PurchaseRequest } from '../request.ts';
import type { BatchContext, BatchLane } from './types.ts';

/** The jobs that a run will create. The ledger does not know them yet. */
export interface PlannedJobs {
  readonly jobs: readonly JobPlan[];
  /** The jobs that each request is part of. */
  readonly jobIds: ReadonlyMap<PurchaseRequest, ReadonlySet<string>>;
  /** The attempts of each request, in the order of its pictures. */
  readonly attemptIds: ReadonlyMap<PurchaseRequest, readonly string[]>;
  /** Requests that cannot be part of a job, and why. */
  readonly failed: ReadonlyMap<PurchaseRequest, Failure>;
}

/** Divides the requests of lane batch into jobs of one model each. */
export async function planJobs(
  requests: readonly PurchaseRequest[],
  { runId }: Pick<RunStart, 'runId'>,
  lane: Pick<BatchLane, 'context' | 'newId' | 'tier'> | null,
): Promise<PlannedJobs> {
  const failed = new Map<PurchaseRequest, Failure>();
  if (requests.length === 0) return { jobs: [], jobIds: new Map(), attemptIds: new Map(), failed };
  if (lane === null) throw new TypeError('a request of lane batch has no lane');
  const { account } = lane.context;
  const weigh = weigher(lane.context);
  const byModel = new Map<string, Weighed[]>();
  const requestOf = new Map<string, PurchaseRequest>();
  for (const request of requests) {
    const { model, count } = request.offer.order;
    const save = await request.placeFor(model, everyPicture(count));
    const attemptId = (): string => request.attemptId(null);
    try {
      const weighed = byModel.get(model.id) ?? [];
      for (const attempt of planAttempts(request.offer, save, { runId, account, attemptId })) {
        // Composed at once, so that no more of its input images stays in memory than is needed.
        const order = (await request.complete?.(attempt.order)) ?? attempt.order;
        weighed.push(await weigh({ ...attempt, order }));
        requestOf.set(attempt.plan.attemptId, request);
      }
      byModel.set(model.id, weighed);
    } catch (error) {
      failed.set(request, asFailure(error));
    }
  }
  const jobs = Array.from(byModel.values(), (weighed) => divided(weighed, lane)).flat();
  const jobIds = new Map<PurchaseRequest, Set<string>>();
  for (const { jobId, items } of jobs) {
    for (const { attempt } of items) {
      const request = requestOf.get(attempt.attemptId);
      if (request) jobIds.set(request, (jobIds.get(request) ?? new Set()).add(jobId));
    }
  }
  const attemptIds = new Map<PurchaseRequest, string[]>();
  for (const [id, request] of requestOf) {
    const own = attemptIds.get(request);
    if (own) own.push(id);
    else attemptIds.set(request, [id]);
  }
  return { jobs, jobIds, attemptIds, failed };
}

/** A request with its size in a job. */
export interface Weighed {
  readonly item: NewItem;
  readonly bytes: number;
  /** Tokens that it may take up in the API's queue. */
  readonly tokens: number;
}

/** Composes requests one after the other. A picture that several of them show is in memory once. */
function weigher({ batches }: { readonly batches: Pick<BatchApi, 'compose'> }) {
  const known = new Map<string, JobInput>();
  return async ({ order, quote, plan }: PlannedAttempt): Promise<Weighed> => {
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

/** Who makes the jobs. */
interface Divider extends Pick<BatchLane, 'newId' | 'tier'> {
  readonly context: Pick<BatchContext, 'baseUrl' | 'account'>;
}

/** Requests of one model as jobs that the API takes. */
export function divided(
  weighed: readonly Weighed[],
  { newId, tier, context: { baseUrl, account } }: Divider,
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
      account,
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
