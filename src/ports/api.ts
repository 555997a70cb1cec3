import type { MetLimit } from '../core/errors.ts';
import type { LimitWishes, Wait, Weight } from '../core/policy/rate-limits.ts';
import type { Usd } from '../core/pricing/money.ts';
import type { Order } from '../core/order/order.ts';
import type { Reply } from '../core/order/reply.ts';

export interface RequestPreview {
  readonly method: 'POST';
  readonly url: string;
  /** Inline image data is cut short; the key is never part of it. */
  readonly body: unknown;
}

export interface SendOptions {
  /** Aborting it leaves at once, whatever was paid. */
  readonly signal: AbortSignal;
  /** Aborting it ends every wait before a send, and sends nothing more; what is under way goes on. */
  readonly stop: AbortSignal;
  /** The longest silence of one request; an answer that is arriving is not cut. */
  readonly timeoutMs: number;
  /** Sends after the first, for failures that were certainly not charged. */
  readonly retries: number;
  /** Time that all waiting between sends may take together, in milliseconds. */
  readonly retryBudgetMs: number;
  /** What the request is expected to cost, for limits on how fast money is spent. */
  readonly cost: Usd;
  /** Runs to its end before every send: what it writes is on disk before the first byte leaves. */
  readonly beforeSend: () => Promise<void>;
  /** Runs after a send that was certainly not charged, before the wait. */
  readonly onRetry: (failure: Error, waitMs: number) => Promise<void>;
}

/** A paid answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** The image models of a provider, one request at a time. */
export interface ImageApi {
  /** What `send` would send. It reaches no network. */
  preview(order: Order): Promise<RequestPreview>;
  /** Sends one request (`order.count` ≤ the model's maximum). Throws a Failure that says what was charged. */
  send(order: Order, options: SendOptions): Promise<Answer>;
  /** Reads an answer that just came, or one out of the journal, of whichever gateway. Throws Failure `unconfirmed` when it makes no sense. */
  read(body: Uint8Array, wire: Order['model']['wire'], gateway?: string): Reply;
  /** Fetches pictures that an answer only points to, from where they may be fetched. Never throws. */
  fetchLinked(links: readonly string[], body: Uint8Array, signal: AbortSignal): Promise<LinkedAnswer>;
}

/** What became of the addresses in an answer. */
export interface LinkedAnswer {
  /** The answer with the pictures that came, to be read and kept in its place; null where none came. */
  readonly body: Uint8Array | null;
  /** What became of each address: sentences. */
  readonly remarks: readonly string[];
}

/** Whose limits and jobs: an API and a key. */
export interface Account {
  /** The API's host and a hash that only the owner of the key can make: nobody finds the key by it. */
  readonly id: string;
  /** As messages call the provider. */
  readonly title: string;
}

/** Slots of an account in which a request may leave, shared by all processes of this machine. */
export interface Slots {
  /** Takes a slot for a request that leaves now, or says how long to wait for one. It is one transaction. */
  take(weight: Weight, wishes: LimitWishes): Promise<Slot | Wait>;
  /** Says within how much time from now the request of a slot reaches the server; 0 once it is answered. */
  arrives(slot: Slot, withinMs: number): Promise<void>;
  /** Keeps in mind the limit that the request of this slot met: the provider refused it. */
  refused(slot: Slot, met: MetLimit): Promise<void>;
  close(): Promise<void>;
}

export interface Slot {
  readonly slot: number;
}

/** How fast requests may leave. */
export interface Pace {
  readonly slots: Slots;
  readonly wishes: LimitWishes;
  /** Whether a request waits for a slot; otherwise it fails when there is none. */
  readonly wait: boolean;
  readonly onWait: (why: string, waitMs: number) => void;
}

/** A picture that is too large to travel inside a request. */
export interface Upload {
  readonly name: string;
  readonly bytes: number;
  /** It is uploaded now; otherwise it was at the Files API already. */
  readonly isNew: boolean;
  /** It takes a while, and so many bytes of it arrived; all of them while the Files API takes them in. */
  readonly arrived?: number;
}

export type OnUpload = (upload: Upload) => void;
