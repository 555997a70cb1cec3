import type { BatchApi, Clock, FileStore, OnUpload } from '../../ports/index.ts';
import type { Recovered, RecoverWorld } from '../recover.ts';

/** What it takes to bring jobs forward. */
export interface BatchWorld extends RecoverWorld {
  readonly batches: BatchApi;
  readonly files: FileStore;
  readonly clock: Clock;
  /** Where the requests go: a job is only known to the API that made it. */
  readonly baseUrl: string;
  /** What is there was never money. */
  readonly sandbox: boolean;
  /** Take up nothing more. */
  readonly stop: AbortSignal;
  /** Leave at once. */
  readonly leave: AbortSignal;
  readonly onUpload: OnUpload;
  /** An answer was finished: its pictures are on disk, or why they are not. */
  readonly onAnswer: (answer: Recovered) => void;
}
