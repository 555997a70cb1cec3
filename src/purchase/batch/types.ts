import type { Tier } from '../../core/catalogue/account-limits.ts';
import type { BatchApi, Clock, FileStore, OnUpload } from '../../ports/index.ts';
import type { Recovered, RecoverContext } from '../recover.ts';
import type { Failure } from '../../core/errors.ts';

/** What work on jobs needs. */
export interface BatchContext extends RecoverContext {
  readonly batches: BatchApi;
  readonly files: FileStore;
  readonly clock: Clock;
  /** Where the requests go: a job is only known to the API that made it. */
  readonly baseUrl: string;
  /** Whose jobs are made: an API and a key. */
  readonly account: string;
  /** Whether its answers are placeholders, which never cost money. */
  readonly sandbox: boolean;
  /** Aborts at the first Ctrl-C: no further job is taken up. */
  readonly stop: AbortSignal;
  readonly onUpload: OnUpload;
  /** Whether jobs may be made at the API now; without it they may. */
  readonly maySubmit?: (() => Promise<boolean>) | undefined;
  /** Is told of each finished answer: its pictures are on disk, or it says why they are not. */
  readonly onAnswer: (answer: Recovered) => void;
}

/** Where a job is after everything was done for it that can be done now. */
export interface Advanced {
  readonly jobId: string;
  /**
   * `done`: every request is accounted for. `running`: at the API. `ended`: over there, and its results are not all there
   * yet. `queued`: here, until the API has room for it or it is clear whether it was made. `busy`: another process works
   * on it.
   */
  readonly status: 'done' | 'running' | 'ended' | 'queued' | 'busy';
  /** What went wrong. The job is as it was, and may be advanced again. */
  readonly failure: Failure | null;
}

/** How a run buys in lane batch. */
export interface BatchLane {
  readonly context: BatchContext;
  readonly newId: () => string;
  readonly tier: Tier;
  /** How long to wait for the pictures, in milliseconds since 1970; null does not wait at all. */
  readonly until: number | null;
  /** Jobs of earlier runs that are waited for too. */
  readonly awaited: readonly string[];
  /** Runs after every look at all jobs that are waited for. */
  readonly onLook: (advanced: readonly Advanced[]) => Promise<void>;
}
