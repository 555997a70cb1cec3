import type { Failure } from '../core/errors.ts';
import { sellerOf } from '../core/providers/sold-by.ts';
import type { RunStart } from '../ports/index.ts';
import type { Advanced } from './batch/types.ts';
import { planJobs } from './batch/plan.ts';
import { advanceJobs } from './batch/wait.ts';
import { proveAndHold } from './hold.ts';
import { planAttempts, type PlannedAttempt } from './plan-attempts.ts';
import { trySender } from './send-try.ts';
import { everyPicture } from './tries.ts';
import { tryUntilDone, type Tries } from './try-again.ts';
import type { PurchaseContext, PurchaseRequest } from './request.ts';

/** What became of one request of a run. */
export interface PurchaseResult extends Tries {
  readonly request: PurchaseRequest;
  /** The jobs of lane batch that bring its pictures, as far as they went. */
  readonly jobs: readonly Advanced[];
  /** Its attempts in those jobs, in the order of its pictures. */
  readonly attemptIds: readonly string[];
  /** Why it could not be asked for at all. */
  readonly failure: Failure | null;
}

/** What became of a run. */
export interface Purchase {
  /** One for each request, in their order. */
  readonly results: readonly PurchaseResult[];
  /** All jobs that were looked at, also those of earlier runs. */
  readonly advanced: readonly Advanced[];
}

/**
 * The one way to buy: proves that answers can be kept and pictures be written, holds all of it or nothing, sends, and
 * tries again as far as the user allows. Throws only before anything was sent.
 */
export async function buy(
  requests: readonly PurchaseRequest[],
  run: RunStart,
  context: PurchaseContext,
): Promise<Purchase> {
  // What saving needs is loaded before anything is paid for: pixtab itself may be replaced on disk meanwhile.
  const loading = context.saver();
  loading.catch(() => {});
  const first = new Map<PurchaseRequest, readonly PlannedAttempt[]>();
  for (const request of requests) {
    if (!isBatch(request)) first.set(request, await firstAttempts(request, run, context));
  }
  const { jobs, jobIds, attemptIds, failed } = await planJobs(requests.filter(isBatch), run, context.batch);
  await loading;
  const attempts = [...first.values()].flat();
  if (attempts.length + jobs.length > 0) await context.books.ledger.begin(run);
  const batched = requests.filter(isBatch).map(({ offer }) => offer.order);
  await proveAndHold({ attempts, jobs, batched }, context.concurrency, context.books);
  await context.onHeld?.();

  const made = jobs.map(({ jobId }) => jobId);
  const send = trySender(context);
  const trying = Array.from(first, async ([request, held]) => {
    const tries = await tryUntilDone(request, held, run, send, context);
    return [request, tries] as const;
  });
  const work = [Promise.all(trying), advanceJobs(made, context.batch)] as const;
  // Even if one of them breaks down, what the other has sent must still be written down.
  await Promise.allSettled(work);
  const [tried, advanced] = await Promise.all(work);
  const triesOf = new Map(tried);
  const results = requests.map((request) => ({
    request,
    ...(triesOf.get(request) ?? { tries: [], remarks: [] }),
    jobs: advanced.filter(({ jobId }) => jobIds.get(request)?.has(jobId)),
    attemptIds: attemptIds.get(request) ?? [],
    failure: failed.get(request) ?? null,
  }));
  return { results, advanced };
}

const isBatch = ({ offer }: PurchaseRequest): boolean => offer.order.lane === 'batch';

async function firstAttempts(
  request: PurchaseRequest,
  { runId }: RunStart,
  { accountOf }: Pick<PurchaseContext, 'accountOf'>,
): Promise<readonly PlannedAttempt[]> {
  const { offer, placeFor } = request;
  const { model, count } = offer.order;
  const save = await placeFor(model, everyPicture(count));
  const account = await accountOf(sellerOf(model));
  return planAttempts(offer, save, { runId, account, attemptId: () => request.attemptId(null) });
}
