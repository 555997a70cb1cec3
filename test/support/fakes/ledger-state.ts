import type { FailureKind } from '../../../src/core/errors.ts';
import type { AttemptState } from '../../../src/core/policy/attempt-state.ts';
import type { Budget } from '../../../src/core/policy/budget.ts';
import type { QueueState } from '../../../src/core/policy/queue.ts';
import type { Usd } from '../../../src/core/pricing/money.ts';
import type { Bill } from '../../../src/core/pricing/types.ts';
import type {
  AttemptPlan,
  Decision,
  Job,
  JobInput,
  QueueItem,
  RunStart,
  StoredImage,
} from '../../../src/ports/index.ts';

export interface FakeAttempt {
  plan: AttemptPlan;
  readonly heldAt: number;
  owner: string;
  state: AttemptState;
  why: string | null;
  refusal: string | null;
  releasedAs: FailureKind | null;
  decision: Decision | null;
  sends: number;
  bill: (Bill & { readonly settledAt: number }) | null;
  images: readonly StoredImage[];
  differences: readonly string[];
}

export interface FakeRun extends RunStart {
  outcome: 'ok' | FailureKind | null;
}

/** What several fake ledgers share, as processes share a file; tests look inside. */
export interface FakeStore {
  readonly runs: Map<string, FakeRun>;
  readonly attempts: Map<string, FakeAttempt>;
  readonly jobs: Map<string, FakeJob>;
  budgets: readonly Budget[];
  quoteSecret: string | null;
  readonly queue: FakeQueueState;
}

export interface FakeQueueState {
  isPaused: boolean;
  readonly items: Map<string, FakeQueued>;
  /** Bytes of input pictures, by their hash. */
  readonly inputs: Map<string, Uint8Array>;
}

export interface FakeQueued {
  readonly item: QueueItem;
  readonly run: RunStart;
  state: QueueState;
  worker: string | null;
  amount: Usd;
  why: string | null;
  takenAt: number | null;
  endedAt: number | null;
}

/** Whether it is up to the workers of a queue. */
export const isQueued = (attemptId: string, { queue }: FakeStore): boolean =>
  ['waiting', 'working'].includes(queue.items.get(attemptId)?.state ?? '');

export const fakeStore = (): FakeStore => ({
  runs: new Map(),
  attempts: new Map(),
  jobs: new Map(),
  budgets: [],
  quoteSecret: null,
  queue: { isPaused: false, items: new Map(), inputs: new Map() },
});

export type FakeJobFacts = { -readonly [Key in keyof Omit<Job, 'busy' | 'items'>]: Job[Key] };

export interface FakeJob {
  readonly facts: FakeJobFacts;
  readonly items: FakeItem[];
  owner: string | null;
  /** When the job was over; null while it is not. */
  doneAt: number | null;
}

export interface FakeItem {
  readonly attemptId: string;
  request: string | null;
  resubmittedAs: string | null;
  inputs: readonly JobInput[];
}
