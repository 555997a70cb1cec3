import type { Lines } from '../files/content.ts';
import type { HttpResponse, Delivery } from '../http/response.ts';
import type { SheetOddity } from '../paint/sheet.ts';
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
  readonly pictures?: number;
  /** An interim picture among the thoughts. */
  readonly interim?: boolean;
  readonly textOnly?: boolean;
  readonly picture?: (picture: InlinePicture) => InlinePicture;
  readonly body?: (body: WireBody) => WireBody;
  /** A picture of half the size that was asked for. */
  readonly halves?: boolean;
  /** In what a sheet of drafts differs from what was asked for. */
  readonly sheet?: SheetOddity;
  /** Comes as a stream, in this form, although nobody asked for one. */
  readonly streams?: 'events' | 'array';
}

/** What becomes of a batch job, and what is said of it; all of it is charged as far as it was worked on. */
export interface JobFault {
  /** How it ends, in place of success; `stuck` waits until it expires. */
  readonly ends?: 'FAILED' | 'EXPIRED' | 'CANCELLED' | 'PARTIALLY_SUCCEEDED' | 'stuck';
  /** How many of so many requests are worked on, where the job does not succeed. */
  readonly worked?: (requests: number) => number;
  /** Whether the request in this place fails. */
  readonly failsItem?: (index: number) => boolean;
  /** Two jobs are made in place of one. */
  readonly twin?: boolean;
  /** How many lists leave the job out. */
  readonly unlisted?: number;
  /** How often the job is shown as done before it says where its results are. */
  readonly unnamed?: number;
  readonly withoutStats?: boolean;
  /** Results stand in the job itself although a file was asked for, with their key in either place. */
  readonly inlined?: 'key-in-metadata' | 'key-beside';
  /** Where the job says its results; in both places otherwise. */
  readonly outputIn?: 'metadata' | 'response';
  /** What is done to the lines of the results, for good. */
  readonly file?: (lines: Lines) => Lines;
  /** What the first downloads of the results get. */
  readonly early?: { readonly times: number; readonly file: (lines: Lines) => Lines };
}

interface About {
  /** For the help: one line. */
  readonly about: string;
}

/** One way in which a request can go wrong. */
export type Fault = About &
  (
    | {
        readonly does: 'respond';
        readonly respond: (context: FaultContext) => HttpResponse;
        /** Whose words these are: a gateway passes on Google's in its own way. */
        readonly by: 'google' | 'gateway';
        /** Whether the work is done, and charged, before this is said in place of its answer. */
        readonly works: boolean;
      }
    | { readonly does: 'refuse'; readonly refusal: Refusal }
    | { readonly does: 'distort'; readonly distortion: (value: number | null) => Distortion }
    | {
        readonly does: 'deliver';
        readonly delivery: (value: number | null) => Delivery;
        /** Whether the work is done, and charged, before the delivery goes wrong. */
        readonly works: boolean;
      }
    | { readonly does: 'batch'; readonly job: (value: number | null) => JobFault }
  );

/** A fault in whose place a response comes, before any work. */
export const responds = (about: string, respond: (context: FaultContext) => HttpResponse): Fault => ({
  does: 'respond',
  about,
  respond,
  by: 'google',
  works: false,
});

export type Faults = Readonly<Record<string, Fault>>;
