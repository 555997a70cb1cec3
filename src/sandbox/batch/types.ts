import type { Behaviour } from '../admission.ts';
import type { OwnFiles } from '../files/files.ts';
import type { CheckedRequest } from '../generate/check-request.ts';
import type { Composed } from '../generate/compose.ts';

/** One request of a batch: what it asks for, or why it is refused. */
export interface Item {
  /** Given back with the answer. */
  readonly metadata: unknown;
  readonly request: CheckedRequest | RefusedItem;
  /** The files that it refers to; they have to be there still when the job is worked on. */
  readonly files: readonly string[];
}

/** A numeric google.rpc code with a reason. */
export interface RefusedItem {
  readonly error: { readonly code: number; readonly message?: string };
}

export type Outcome = Composed | RefusedItem;

export interface NewBatch {
  readonly model: string;
  readonly displayName: string | undefined;
  /** null for requests that came inline. */
  readonly inputFile: string | null;
  readonly items: readonly Item[];
  /** The key that made the job, and the files of that key. */
  readonly owner: string;
  readonly files: OwnFiles;
  /** Why the input as a whole cannot be read; null where it can. */
  readonly unreadable: string | null;
}

export type BatchState =
  | 'PENDING'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'PARTIALLY_SUCCEEDED'
  | 'FAILED'
  | 'CANCELLED'
  | 'EXPIRED';

export interface Batch extends NewBatch {
  readonly id: string;
  readonly createdAt: number;
  readonly behaviour: Behaviour;
  state: BatchState;
  updatedAt: number;
  cancelledAt: number | null;
  /** Set when the job has ended: of all its requests, or of the first of them. */
  outcomes: readonly Outcome[] | null;
  /** How many lists still leave it out. */
  unlisted: number;
  /** How often it is still shown without its results. */
  unnamed: number;
}
