import type { Order } from '../core/order/order.ts';
import type { RequestPreview } from './api.ts';

export const BATCH_STATES = [
  ...(['pending', 'running'] as const),
  ...(['succeeded', 'failed', 'cancelled', 'expired'] as const),
] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** A batch job as the API knows it. */
export interface RemoteBatch {
  /** "batches/abc" */
  readonly name: string;
  readonly displayName: string | null;
  readonly state: BatchState;
  /** null where the API does not count. */
  readonly counts: BatchCounts | null;
  /** "files/batch-abc", once there are results. */
  readonly resultsFile: string | null;
  /** Results that came inside of the answer, where the API or a gateway puts them there. */
  readonly results: readonly BatchResult[];
  /** When it ended, in milliseconds since 1970, where the API says so. */
  readonly endedAt: number | null;
  /** Why it ended without results, in the API's words. */
  readonly why: string | null;
}

export interface BatchCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface NewBatch {
  readonly model: string;
  readonly displayName: string;
  /** "files/abc": a line for every request. */
  readonly file: string;
}

/** One result of a job. Without an answer and an error it makes no sense: what it came in is not whole. */
export interface BatchResult {
  /** null when it makes no sense. */
  readonly key: string | null;
  /** The answer as `ImageApi.read` takes it; null when there is an error in its place. */
  readonly answer: Uint8Array | null;
  readonly error: { readonly code: number; readonly message: string } | null;
}

/** A request as the file of a job has it. */
export interface Composed {
  /** JSON; refers to its pictures by their hash, until they have a place at the API. */
  readonly request: string;
  readonly inputs: readonly JobInput[];
}

/** A picture that requests of jobs refer to. */
export interface JobInput {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** The Batch API, at half the price. Only `create` can cost anything. */
export interface BatchApi {
  /** What would be sent to make a job of one such request. It reaches no network. */
  preview(order: Order): Promise<RequestPreview>;
  /** An order of one request. */
  compose(order: Order): Promise<Composed>;
  /** The request with the places of its pictures in it, by hash. */
  placed(request: string, uris: ReadonlyMap<string, string>): string;
  /** Sent once. A Failure whose `charged` is unknown leaves it open whether there is a job now: `find` tells. `stop` ends it while nothing is written. */
  create(batch: NewBatch, signal: AbortSignal, stop?: AbortSignal): Promise<RemoteBatch>;
  /** null when there is none, or none of this key. */
  get(name: string, signal: AbortSignal): Promise<RemoteBatch | null>;
  /** All of that name, since a job may have been made twice. What is no list is a Failure, and never an empty one. */
  find(displayName: string, signal: AbortSignal): Promise<readonly RemoteBatch[]>;
  /** Asks the API to cancel; the job ends some time later, perhaps with results. false when the API does not know it. */
  cancel(name: string, signal: AbortSignal): Promise<boolean>;
  /** Reads a file of results of any length, one result at a time: lines, or one array. */
  results(file: AsyncIterable<Uint8Array>): AsyncIterable<BatchResult>;
}

/** A line of the file that a job is made of. */
export const batchLine = (key: string, request: string): string =>
  `{"key":${JSON.stringify(key)},"request":${request}}\n`;
