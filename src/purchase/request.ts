import type { Model } from '../core/catalogue/model.ts';
import type { Order } from '../core/order/order.ts';
import type { QuotedOrder } from '../core/order/route.ts';
import type { AllowedTries, Why } from '../core/policy/next-try.ts';
import type { Seller } from '../core/providers/sold-by.ts';
import type { AttemptPlan, Books, ImageApi, SavePlan } from '../ports/index.ts';
import type { BatchLane } from './batch/types.ts';
import type { Turns } from './conversation-turn.ts';
import type { Try } from './tries.ts';
import type { AttemptResult, PaidPicture, Saver } from './types.ts';

/** An order that somebody wants bought, where its pictures go, and what may be tried to get them. */
export interface PurchaseRequest {
  readonly offer: QuotedOrder;
  /** What it is for, where several are told apart: the key of a picture, or a line. */
  readonly name?: string | undefined;
  /** `fallback` where the model that was named is no more. */
  readonly why: Extract<Why, 'first' | 'fallback'>;
  readonly tries: AllowedTries;
  /** Who is asked for the same model where the one before certainly charged nothing, in this order. */
  readonly further?: readonly Seller[] | undefined;
  /** Repeats of a refusal must fit into the price that was said, because the user allowed no more. */
  readonly keepsToPrice: boolean;
  /** The same order of another model, for these of its pictures; Failure says why it cannot be. */
  readonly offerOf: (model: string, pictures: readonly number[]) => QuotedOrder;
  /** Where these of its pictures go, proven writable. */
  readonly placeFor: (model: Model, pictures: readonly number[]) => Promise<SavePlan>;
  /** The id of the attempt that follows another; of the first after null. */
  readonly attemptId: (before: string | null) => string;
  /** Adds what is only read when it is sent, so that few input images are in memory. What it throws is sent nowhere. */
  readonly complete?: ((order: Order) => Promise<Order>) | undefined;
  readonly turns?: Turns | undefined;
  /** Is shown each paid picture as it came, before anything is made of it. */
  readonly onPicture?: ((picture: PaidPicture) => Promise<void>) | undefined;
  /** Is told of an attempt that brought pictures, once they are on disk. What it throws becomes the attempt's failure. */
  readonly onSaved?: ((result: AttemptResult) => Promise<void>) | undefined;
}

/** What the engine buys with, shared by all requests of a run. */
export interface PurchaseContext {
  readonly books: Books;
  /** Whoever sells a model, ready to send; by the name of the provider. */
  readonly apiOf: (provider: string) => Promise<ImageApi>;
  /** Whose key pays there. */
  readonly accountOf: (provider: string) => Promise<string>;
  readonly saver: () => Promise<Saver>;
  /** Attempts that were sent and are not finished. */
  readonly underWay: Set<string>;
  /** Aborts at the first Ctrl-C: nothing more is sent, and what is under way is finished. */
  readonly stop: AbortSignal;
  /** Aborts at the second: everything is left at once. */
  readonly leave: AbortSignal;
  readonly concurrency: number;
  /** For one request. */
  readonly timeoutMs: number;
  /** Sends of one request after the first, for failures that were certainly not charged. */
  readonly retries: number;
  /** Brings what is bought in lane batch; null where nothing is. */
  readonly batch: BatchLane | null;
  /** Runs when everything is held, before anything is sent. */
  readonly onHeld?: () => Promise<void>;
  /** Pictures are held, and are asked for next. */
  readonly onTry?: (offer: QuotedOrder) => void;
  /** What is tried next and why, or why it is not: a sentence. */
  readonly onRemark?: (remark: string, request: PurchaseRequest) => void;
  /** A request to the API is written down as sent, and leaves next. */
  readonly onSent?: (plan: AttemptPlan, request: PurchaseRequest) => void;
  readonly onRetry: (failure: Error, waitMs: number, plan: AttemptPlan) => void;
  /** One request to the API is done; `pictures` are the numbers of those that it was to bring. */
  readonly onResult?: (result: AttemptResult, request: PurchaseRequest, pictures: readonly number[]) => void;
  /** All that may be tried for an order is done. */
  readonly onDone?: (tries: readonly Try[], request: PurchaseRequest) => void;
}
