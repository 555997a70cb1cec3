import type { Failure } from '../../core/errors.ts';
import type { QueueState } from '../../core/policy/queue.ts';
import type { Usd } from '../../core/pricing/money.ts';
import type { JobPlan, Queue, QueueJob } from '../../ports/index.ts';
import type { PlannedAttempt } from '../plan-attempts.ts';
import type { PurchaseRequest } from '../request.ts';

/** What a worker tells of its work. */
export type WorkEvent =
  | { readonly event: 'taken'; readonly job: QueueJob }
  | {
      readonly event: 'ended';
      readonly job: QueueJob;
      readonly state: QueueState;
      readonly cost: Usd;
      readonly tookMs: number;
      readonly failure: Failure | null;
    }
  /** It was certainly not charged, and whoever is next may have it. */
  | { readonly event: 'returned'; readonly job: QueueJob; readonly failure: Failure }
  /** Pictures of lane batch became a job. */
  | { readonly event: 'gathered'; readonly job: JobPlan }
  /** A job could not go on, and is as it was. */
  | { readonly event: 'stuck'; readonly jobId: string; readonly failure: Failure };

/** What all work on a queue needs. */
export interface WorkContext {
  readonly queue: Queue;
  readonly requestOf: (job: QueueJob) => {
    readonly request: PurchaseRequest;
    readonly attempt: PlannedAttempt;
  };
  /** Proves that pictures which were just taken have a place; where it throws, they go back. */
  readonly prepare: (taken: readonly QueueJob[]) => Promise<void>;
  readonly onEvent: (event: WorkEvent) => void;
}
