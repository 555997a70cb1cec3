import type { Failure } from '../core/errors.ts';
import { ANSWER_LOST, asFailure, restated } from '../core/errors.ts';
import type { Order } from '../core/order/order.ts';
import { refusalOf, type Reply } from '../core/order/reply.ts';
import { bill } from '../core/pricing/bill.ts';
import type { Bill } from '../core/pricing/types.ts';
import { sellerOf } from '../core/providers/sold-by.ts';
import type { Answer, AttemptPlan, ImageApi } from '../ports/index.ts';
import type { PlannedAttempt } from './plan-attempts.ts';
import { readWhole } from './whole-answer.ts';
import { handOver, releaseAnswer, saveReply, type SavedReply } from './save-reply.ts';
import type { PurchaseContext, PurchaseRequest } from './request.ts';
import { nothingFrom, type AttemptResult, type Saver } from './types.ts';

/** The longest that all waiting between the sends of one request may take together. */
const RETRY_BUDGET_MS = 5 * 60_000;

/** Takes one attempt that is held the whole way: send → journal → reply → bill → settle → save. Never throws. */
export async function sendRequest(
  attempt: PlannedAttempt,
  request: PurchaseRequest,
  context: PurchaseContext,
): Promise<AttemptResult> {
  const { attemptId } = attempt.plan;
  try {
    return await carriedOut(attempt, request, context);
  } finally {
    context.underWay.delete(attemptId);
  }
}

async function carriedOut(
  { order: planned, quote, plan }: PlannedAttempt,
  request: PurchaseRequest,
  context: PurchaseContext,
): Promise<AttemptResult> {
  const { books } = context;
  const { attemptId } = plan;
  let api: ImageApi;
  let order: Order;
  let answer: Answer;
  try {
    api = await beforeSending(() => context.apiOf(sellerOf(planned.model)));
    order = await beforeSending(async () => request.complete?.(planned) ?? planned);
    answer = await sent(order, plan, request, { ...context, api });
  } catch (error) {
    return nothingFrom(plan, await unanswered(asFailure(error, 'unconfirmed'), plan, request, context));
  }
  // From here on it is paid for: whatever else breaks, the pictures still go to disk.
  const records = recordkeeper();
  // That it came is not written into the ledger as well: the journal says so, and the bill follows at once.
  const keep = async (body: Uint8Array): Promise<void> => {
    const { remark } = await books.journal.keep(plan, body);
    if (remark) (await context.saver()).remark(remark);
  };
  const isKept = await records.keep(() => keep(answer.body));
  const { model, lane, size } = order;
  let reply: Reply;
  let remarks: readonly string[];
  let price: Bill;
  try {
    ({ reply, remarks } = await readWhole(answer.body, plan, {
      api,
      leave: context.leave,
      keep: (body) => records.keep(() => keep(body)),
    }));
    price = bill({ model, lane, size, day: quote.day, quote, reply });
  } catch (error) {
    return nothingFrom(plan, await unanswered(asFailure(error, 'unconfirmed'), plan, request, context));
  }
  await records.keep(() => books.ledger.settle(attemptId, price, refusalOf(reply)));
  const saver = async (): Promise<Saver> => ({ ...(await context.saver()), onPicture: request.onPicture });
  for (const remark of remarks) (await saver()).remark(remark);
  await records.keep(async () => {
    const remark = await request.turns?.finish(plan, reply, price);
    if (remark) (await saver()).remark(remark);
  });
  const {
    complete,
    saved: isSaved,
    differences,
    ...saved
  } = await saveReply(reply, { plan, bill: price }, saver);
  if (isSaved) {
    const pictures = [...saved.images, ...saved.extras];
    await records.keep(() => books.ledger.saved(attemptId, pictures, differences));
  }
  let raw: string | null = null;
  if (complete && !records.trouble()) {
    await records.keep(async () => void (raw = await releaseAnswer(plan, books.journal)));
  }
  // A server goes on for days, and says that anybody can finish it now.
  else await handOver(plan, books);
  const failure = ending(saved, records.trouble(), isKept);
  const result = { plan, bill: price, text: reply.text, raw, ...saved, failure };
  const untold = await told(result, request);
  return { ...result, failure: failure ?? untold };
}

function sent(
  order: Order,
  plan: AttemptPlan,
  request: PurchaseRequest,
  {
    api,
    books,
    underWay,
    leave,
    stop,
    timeoutMs,
    retries,
    onRetry,
    onSent,
  }: PurchaseContext & { readonly api: ImageApi },
): Promise<Answer> {
  return api.send(order, {
    signal: leave,
    stop,
    timeoutMs,
    retries,
    retryBudgetMs: RETRY_BUDGET_MS,
    cost: plan.expected,
    beforeSend: async () => {
      await beforeSending(async () => {
        await request.turns?.begin(plan, order);
        await books.ledger.sending(plan.attemptId);
      });
      underWay.add(plan.attemptId);
      onSent?.(plan, request);
    },
    onRetry: async (failure, waitMs) => {
      underWay.delete(plan.attemptId);
      await books.ledger.unsent(plan.attemptId);
      onRetry(failure, waitMs, plan);
    },
  });
}

/** What cannot be read or written down is not sent. */
async function beforeSending<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw restated(asFailure(error), { charged: 'no', repeat: false });
  }
}

/** No reply that makes sense: the hold is given back only when it is certain that nothing was charged. */
async function unanswered(
  failure: Failure,
  plan: AttemptPlan,
  { turns }: PurchaseRequest,
  { books: { ledger } }: PurchaseContext,
): Promise<Failure> {
  try {
    if (failure.charged !== 'no') {
      await ledger.unconfirm(plan.attemptId, failure.message);
      return failure;
    }
    await ledger.release(plan.attemptId, failure.message, failure.kind);
    await turns?.drop(plan);
    return failure;
  } catch (error) {
    // The hold stands until this process ends, and the next one reclaims it: careful, and so no reason to stop.
    return restated(failure, { message: `${failure.message} ${asFailure(error, 'disk').message}` });
  }
}

/** It is paid for and on disk, whatever becomes of those who want to know. */
async function told(result: AttemptResult, { onSaved }: PurchaseRequest): Promise<Failure | null> {
  if (result.images.length === 0) return null;
  try {
    await onSaved?.(result);
    return null;
  } catch (error) {
    return asFailure(error);
  }
}

/** Runs the steps that write things down, and remembers the first that failed instead of stopping there. */
function recordkeeper() {
  let trouble: Failure | null = null;
  return {
    trouble: () => trouble,
    async keep(step: () => Promise<unknown>): Promise<boolean> {
      try {
        await step();
        return true;
      } catch (error) {
        trouble ??= asFailure(error, 'disk');
        return false;
      }
    },
  };
}

/** What is said in the end: where the picture is, what is missing, and what is to be done about it. */
function ending(
  { failure, images }: Omit<SavedReply, 'complete' | 'differences' | 'saved'>,
  trouble: Failure | null,
  isKept: boolean,
): Failure | null {
  const hintOf = ({ hint }: Failure, more: string): string => [hint, more].filter(Boolean).join(' ');
  if (failure !== null) {
    if (failure.kind === 'disk' && isKept) {
      return restated(failure, { hint: hintOf(failure, 'Then finish it: pixtab recover') });
    }
    // Said as well: a raw answer that could not be kept is not kept, whatever else went wrong.
    return trouble === null
      ? failure
      : restated(failure, {
          message: `${failure.message} ${trouble.message}`,
          ...(failure.kind === 'disk' && { code: ANSWER_LOST }),
        });
  }
  if (trouble === null) return null;
  const places = images.map(({ path }) => (path === '-' ? 'standard output' : path)).join(', ');
  return restated(trouble, {
    kind: trouble.kind === 'bug' ? 'bug' : 'disk',
    charged: 'yes',
    message: `The picture is saved (${places}); only the record of it is not complete. ${trouble.message}`,
    hint: hintOf(
      trouble,
      isKept ? 'Then complete the record: pixtab recover' : 'The picture itself needs nothing more.',
    ),
  });
}
