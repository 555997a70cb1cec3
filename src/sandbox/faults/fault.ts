import type { Answer, Delivery } from '../http/response.ts';
import type { WireBody } from '../generate/wire.ts';

/** A picture as it goes into an answer. */
export interface Sent {
  readonly mimeType: string;
  readonly data: string;
}

/** An answer without a picture. */
export interface Refusal {
  /** Blocks the prompt itself: no candidate at all. */
  readonly blockReason?: string;
  readonly finishReason?: string;
  readonly finishMessage?: string;
  /** What stands where the content should be; nothing if undefined. */
  readonly content?: unknown;
  /** Without it the answer reports no usage, and nothing is charged. */
  readonly usage: boolean;
}

/** What a fault may say in its answer. */
export interface Scene {
  readonly model: string;
  readonly method: string;
  /** The number after `=` in the schedule. */
  readonly value: number | null;
  readonly origin: string;
}

/** How work is done when it is not done well; all of it is charged. */
export interface Twist {
  /** Image parts in the answer, each counted. */
  readonly pictures?: (value: number | null) => number;
  /** An interim picture among the thoughts. */
  readonly interim?: boolean;
  readonly textOnly?: boolean;
  readonly picture?: (sent: Sent) => Sent;
  readonly body?: (body: WireBody) => WireBody;
}

interface About {
  /** For the help: one line. */
  readonly about: string;
}

/** One way in which a request can go wrong. */
export type Fault = About &
  (
    | { readonly does: 'answer'; readonly answer: (scene: Scene) => Answer }
    | { readonly does: 'refuse'; readonly refusal: Refusal }
    | { readonly does: 'twist'; readonly twist: Twist }
    | {
        readonly does: 'deliver';
        readonly delivery: (value: number | null) => Delivery;
        readonly works: boolean;
      }
    | { readonly does: 'batch'; readonly fate: BatchFate }
  );

export type BatchFate = 'failed' | 'expired' | 'stuck' | 'item-errors';
export type Faults = Readonly<Record<string, Fault>>;
