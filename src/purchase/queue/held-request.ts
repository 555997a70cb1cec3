import { findModel } from '../../core/catalogue/catalogue.ts';
import type { Model } from '../../core/catalogue/model.ts';
import { Failure, usageFailure } from '../../core/errors.ts';
import { attemptAfter } from '../../core/manifest/fingerprint.ts';
import type { InputImage, Order } from '../../core/order/order.ts';
import { dayOf } from '../../core/policy/calendar.ts';
import { quote } from '../../core/pricing/quote.ts';
import { GOOGLE } from '../../core/providers/google.ts';
import type { Seller } from '../../core/providers/sold-by.ts';
import type { Queue, QueueInput, QueueJob } from '../../ports/index.ts';
import type { PlannedAttempt } from '../plan-attempts.ts';
import type { PurchaseRequest } from '../request.ts';

/** What turns a picture of the queue into a request. */
export interface HeldContext {
  /** Who may be asked here. */
  readonly sellers: readonly Seller[];
  readonly queue: Pick<Queue, 'inputBytes'>;
  /** Puts its original into the store. */
  readonly onPicture: NonNullable<PurchaseRequest['onPicture']>;
  /** Repeats of a refusal; null is as usual. */
  readonly refusals: number | null;
}

/** The order that was held for the queue, as it was priced then. Failure `usage` where nobody here sells it. */
export function orderOf(
  { plan, inputs, heldAt }: Pick<QueueJob, 'plan' | 'inputs' | 'heldAt'>,
  sellers: readonly Seller[],
): PlannedAttempt {
  const { prompt, images: count, size, aspect, lane, asked, low, expected, high } = plan;
  const order: Order = {
    model: modelOf(plan, sellers),
    prompt,
    inputs: inputs.map((input) => unread(input)),
    count,
    size,
    aspect,
    lane,
    thinking: asked?.thinking ?? null,
  };
  return { order, quote: { ...quote(order, dayOf(heldAt)), low, expected, high }, plan };
}

/** Its bytes are read when it is sent. */
const unread = ({ sha256, name, ...input }: QueueInput): InputImage => ({
  ...input,
  name,
  bytes: new Uint8Array(),
  file: { path: name, sha256 },
});

function modelOf(
  { gateway = GOOGLE.name, model, terms }: QueueJob['plan'],
  sellers: readonly Seller[],
): Model {
  // The sandbox plays whoever it is asked to.
  const seller = sellers.find(({ profile }) => profile.name === gateway || profile.sandbox);
  if (seller === undefined)
    throw usageFailure(
      `The queue has pictures that ${gateway} sells, and this worker asks ${sellers.map(({ profile }) => profile.name).join(', ')}.`,
      `Let it ask there: --gateway ${gateway}`,
    );
  const sold = findModel(model, seller.models);
  return terms?.rates ? { ...sold, rates: terms.rates } : sold;
}

/** Asks for a picture that is held already; its original goes into the store, and counts as saved once it is there. */
export function heldRequest(
  job: QueueJob,
  { sellers, queue, onPicture, refusals }: HeldContext,
): { readonly request: PurchaseRequest; readonly attempt: PlannedAttempt } {
  const attempt = orderOf(job, sellers);
  const { plan } = job;
  const { order } = attempt;
  const request: PurchaseRequest = {
    offer: attempt,
    name: job.name,
    why: 'first',
    tries: { refusals, unconfirmed: 0, fallback: [] },
    keepsToPrice: refusals === null,
    offerOf: () => {
      throw new Failure('usage', 'A queue asks the model that was priced.');
    },
    placeFor: async () => plan.save,
    attemptId: (before) => (before && attemptAfter(before)) ?? plan.attemptId,
    async complete(planned) {
      const inputs = await Promise.all(
        order.inputs.map(async (input) => ({
          ...input,
          bytes: await queue.inputBytes(input.file?.sha256 ?? ''),
        })),
      );
      return { ...planned, inputs };
    },
    onPicture,
  };
  return { request, attempt };
}
