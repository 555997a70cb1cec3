import type { QUEUE_SHORT, QueueEnd, QueueState } from '../core/policy/queue.ts';
import type { Usd } from '../core/pricing/money.ts';
import type { AttemptPlan, RunStart } from './attempt.ts';
import type { JobPlan } from './jobs.ts';

/** An input picture as it is sent. */
export interface QueueInput {
  readonly sha256: string;
  readonly name: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}

/** A picture that is to be bought by whoever works on the queue. */
export interface QueueItem {
  /** Its id has the picture's hash; the queue numbers it. */
  readonly plan: AttemptPlan;
  readonly name: string;
  /** It goes before those that are not. */
  readonly urgent: boolean;
  /** With their bytes, but for those that the queue has already. */
  readonly inputs: readonly (QueueInput & { readonly bytes: Uint8Array | null })[];
  /** Whatever the ledger says of it, unless it is under way. */
  readonly again: boolean;
  /** The first attempt of an item that did not bring its picture, whose place this one takes. */
  readonly instead?: string | undefined;
}

/** Why a picture is not put into the queue: it is under way, there, was refused, or may have been charged. */
export type QueueBar = 'under way' | 'bought' | 'refused' | 'unconfirmed';

/** A picture that somebody took to buy it. */
export interface QueueJob {
  readonly plan: AttemptPlan;
  readonly run: RunStart;
  readonly name: string;
  readonly urgent: boolean;
  readonly inputs: readonly QueueInput[];
  /** When it was held, in milliseconds since 1970: its price is of that day. */
  readonly heldAt: number;
}

/** A picture of the queue that came to an end without being there. */
export interface QueueShort extends QueueJob {
  readonly state: (typeof QUEUE_SHORT)[number];
  /** What it came to. */
  readonly amount: Usd;
  readonly why: string | null;
}

export interface QueueWorker {
  /** Its machine and its process. */
  readonly name: string;
  readonly working: number;
  /** Pictures a minute, of the last minute. */
  readonly perMinute: number | null;
}

export interface QueueStatus {
  readonly isPaused: boolean;
  readonly counts: Readonly<Record<QueueState, number>>;
  /** What came to an end, with the expected price of what is unconfirmed. */
  readonly spent: Usd;
  /** What is held for all that did not. */
  readonly held: Usd;
  readonly perMinute: number | null;
  readonly secondsLeft: number | null;
  readonly workers: readonly QueueWorker[];
}

/** Pictures that are paid for before anybody buys them, for the workers of all machines. Every call is one transaction. */
export interface Queue {
  /** Of these hashes, those that nothing is to be bought for, and why. */
  known(hashes: readonly string[]): Promise<ReadonlyMap<string, QueueBar>>;
  /**
   * Holds all of the items and puts them into the queue, or none: but for those that turn out to be known. Failure
   * `budget` as of the ledger's hold. Resolves to those that were put there.
   */
  add(run: RunStart, items: readonly QueueItem[]): Promise<readonly AttemptPlan[]>;
  /**
   * Takes at most so many for this process, the urgent ones first, and from now on these are worked on as long as it
   * lives. What a dead process took and did not send waits again; what it sent has come to its end.
   */
  take(most: number): Promise<readonly QueueJob[]>;
  /** The same of what is bought in lane batch: it is to be gathered into jobs. */
  takeForJobs(most: number): Promise<readonly QueueJob[]>;
  /**
   * Makes jobs of what this process took for them, which is held already; resolves to their ids. What was taken off the
   * queue meanwhile is left out. From now on any process that works on jobs may go on with them.
   */
  gather(jobs: readonly JobPlan[]): Promise<readonly string[]>;
  /** Jobs of the queue that are not done, or whose twins or pictures are not, the oldest first. */
  openJobs(): Promise<readonly string[]>;
  /** The pictures of a job that did not come to their end here. */
  inJob(jobId: string): Promise<readonly QueueJob[]>;
  inputBytes(sha256: string): Promise<Uint8Array>;
  /** What this process has and did not send waits again; what it sent, only where that was certainly not charged. */
  giveBack(attemptId: string, options?: { readonly isUncharged: boolean }): Promise<void>;
  /** Nothing more is done for it: what became of it is read in the ledger. null while something may still come of it. */
  finish(attemptId: string): Promise<QueueEnd | null>;
  /** How far it is; what dead processes took is counted as they left it. */
  status(): Promise<QueueStatus>;
  /** Whether anybody may take something. */
  pause(isPaused: boolean): Promise<void>;
  /** Takes all off the queue that waits or is about to become a job, and gives back what was held for it. */
  cancel(): Promise<{ readonly items: number; readonly released: Usd }>;
  /** Those that came to an end without their picture. */
  short(): Promise<readonly QueueShort[]>;
  close(): Promise<void>;
}
