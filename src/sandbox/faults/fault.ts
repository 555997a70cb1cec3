import type { HttpResponse, Delivery } from '../http/response.ts';
import type { WireBody } from '../generate/wire.ts';

/** A picture as it goes into an answer. */
export interface InlinePicture {
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

/** What a fault may name in its response. */
export interface FaultContext {
  readonly model: string;
  readonly method: string;
  /** The number after `=` in the schedule. */
  readonly value: number | null;
  readonly origin: string;
}

/** How an answer that is worked for, and charged, differs from what one expects. */
export interface Distortion {
  /** How many image parts the answer has; each is counted. */
  readonly pictures?: (value: number | null) => number;
  /** An interim picture among the thoughts. */
  readonly interim?: boolean;
  readonly textOnly?: boolean;
  readonly picture?: (picture: InlinePicture) => InlinePicture;
  readonly body?: (body: WireBody) => WireBody;
}

/** What becomes of a batch job. */
export type BatchFault = 'failed' | 'expired' | 'stuck' | 'item-errors';

interface About {
  /** For the help: one line. */
  readonly about: string;
}

/** One way in which a request can go wrong. */
export type Fault = About &
  (
    | { readonly does: 'respond'; readonly respond: (context: FaultContext) => HttpResponse }
    | { readonly does: 'refuse'; readonly refusal: Refusal }
    | { readonly does: 'distort'; readonly distortion: Distortion }
    | {
        readonly does: 'deliver';
        readonly delivery: (value: number | null) => Delivery;
        /** Whether the work is done, and charged, before the delivery goes wrong. */
        readonly works: boolean;
      }
    | { readonly does: 'batch'; readonly batchFault: BatchFault }
  );

/** A fault in whose place a response comes, before any work. */
export const responds = (about: string, respond: (context: FaultContext) => HttpResponse): Fault => ({
  does: 'respond',
  about,
  respond,
});

export type Faults = Readonly<Record<string, Fault>>;
