import type { Lane } from '../core/catalogue/model.ts';
import type { QueueState } from '../core/policy/queue.ts';
import type { Usd } from '../core/pricing/money.ts';
import type { QueueStatus } from './queue.ts';

/** Figures of a worker, for programs that watch it. */
export interface WorkMetrics {
  /** Where they are served: an address of HTTP. */
  readonly url: string;
  took(picture: { readonly lane: Lane }): void;
  returned(picture: { readonly lane: Lane }): void;
  ended(picture: {
    readonly state: QueueState;
    readonly model: string;
    readonly lane: Lane;
    readonly cost: Usd;
    readonly tookMs: number;
  }): void;
  close(): Promise<void>;
}

export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

/** Serves them there. `status` is asked whenever somebody looks. Failure `usage` where it cannot. */
export type ServeMetrics = (place: MetricsPlace, status: () => Promise<QueueStatus>) => Promise<WorkMetrics>;
