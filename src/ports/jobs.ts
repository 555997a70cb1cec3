import type { AttemptState } from '../core/policy/attempt-state.ts';
import type { AttemptPlan } from './attempt.ts';
import type { BatchState, JobInput, RemoteBatch } from './batch.ts';

/**
 * How far a job has come, from before its first byte: its requests are written down; they are at the API; the job is
 * being made, or was, and nobody heard; it is made; it ended; everything in it is accounted for.
 */
export const JOB_STAGES = ['planned', 'uploaded', 'creating', 'running', 'ended', 'done'] as const;
export type JobStage = (typeof JOB_STAGES)[number];

/** Requests that go to the API together. */
export interface Job {
  readonly jobId: string;
  readonly runId: string;
  readonly model: string;
  /** The address of the API that has this job: no other one knows it. */
  readonly baseUrl: string;
  /** Who made it: an API and a key, as `Account` has it; null in what an earlier release wrote down. */
  readonly account: string | null;
  readonly stage: JobStage;
  readonly requests: number;
  /** The size of the file with the requests. */
  readonly bytes: number;
  /** Tokens that the account's queue may count it with. */
  readonly tokens: number;
  readonly file: string | null;
  readonly batch: string | null;
  readonly state: BatchState | null;
  readonly succeeded: number | null;
  readonly resultsFile: string | null;
  readonly why: string | null;
  /** The job whose requests this one repeats. */
  readonly repeats: string | null;
  readonly plannedAt: number;
  /** When it was last about to be made. */
  readonly sentAt: number | null;
  /** When it was noticed that the answer to its making is lost: it may have been made. */
  readonly lostAt: number | null;
  readonly endedAt: number | null;
  /** Another process, which is alive, works on it. */
  readonly busy: boolean;
  readonly items: JobTally;
}

const TWIN = '-twin-';
const tailOf = (batch: string): string => batch.replaceAll(/^.*\/|[^\w-]/g, '').slice(-8);

/** The id of a twin: another job at the API with the same requests. People call a job by how its id begins. */
export const twinJobId = (jobId: string, batch: string): string => `${tailOf(batch)}${TWIN}${jobId}`;

export const isTwin = ({ jobId }: Pick<Job, 'jobId'>): boolean => jobId.includes(TWIN);

/** The id of an attempt that was sent once more with a twin. */
export const twinAttemptId = (attemptId: string, batch: string): string =>
  `${attemptId}${TWIN}${tailOf(batch)}`;

/** The id that a request has at the API: the one it was first sent under. */
export const originalOf = (attemptId: string): string => attemptId.split(TWIN, 1)[0] ?? attemptId;

/** Requests of a job by what became of them. */
export interface JobTally {
  readonly open: number;
  /** With a picture on disk. */
  readonly saved: number;
  /** An answer without a picture. */
  readonly refused: number;
  /** Not charged, and no picture. */
  readonly failed: number;
  readonly unconfirmed: number;
}

export interface JobPlan {
  readonly jobId: string;
  readonly model: string;
  readonly baseUrl: string;
  readonly account: string | null;
  readonly tokens: number;
  readonly repeats?: string | undefined;
  readonly items: readonly NewItem[];
}

export interface NewItem {
  readonly attempt: AttemptPlan;
  /** The request in JSON, as it goes into the file. */
  readonly request: string;
  /** Pictures that the request refers to; those of what it repeats are known. */
  readonly inputs?: readonly JobInput[] | undefined;
  /** The attempt that it repeats. */
  readonly instead?: string | undefined;
}

export interface JobItem {
  readonly attempt: AttemptPlan;
  /** null where it was forgotten, or its pictures were: it cannot be asked for again. */
  readonly request: string | null;
  readonly state: AttemptState;
  readonly why: string | null;
  readonly images: number;
  /** The attempt that repeated it. */
  readonly resubmittedAs: string | null;
}

/** A request of a job that is not done yet, without what it asks. */
export interface UnderWay {
  readonly attemptId: string;
  readonly jobId: string;
  readonly state: AttemptState;
  /** Labels of its run, and the folder that it was asked for from. */
  readonly labels: readonly string[];
  readonly cwd: string;
}

/** A picture of a job, without its bytes. */
export interface KeptInput extends Omit<JobInput, 'bytes'> {
  readonly bytes: number;
}

/** The durable record of jobs, shared like the rest of the ledger. */
export interface Jobs {
  /**
   * Writes jobs of one run down and holds all of their attempts, and those `besides` that are bought at once, or nothing.
   * Failure `budget`, or `usage` when an attempt was repeated already: it is repeated once.
   */
  plan(jobs: readonly JobPlan[], besides?: readonly AttemptPlan[]): Promise<void>;
  /** The requests of all jobs that are not done. */
  underWay(): Promise<readonly UnderWay[]>;
  /** Oldest first; `open` leaves out those with nothing more to do. */
  list(which: 'all' | 'open'): Promise<readonly Job[]>;
  items(jobId: string): Promise<readonly JobItem[]>;
  /** Pictures that its requests refer to, each once. They are kept as long as anything may be asked of them again, and for a month at most. */
  inputs(jobId: string): Promise<readonly KeptInput[]>;
  /** The bytes of a picture that is kept. */
  input(sha256: string): Promise<Uint8Array>;
  /** Makes this process the one that works on the job; null while another process that lives does. */
  take(jobId: string): Promise<Job | null>;
  /** Lets other processes work on the job. */
  leave(jobId: string): Promise<void>;
  uploaded(jobId: string, file: string): Promise<void>;
  /** Called before the first byte of the request that makes the job: from here on it may cost. */
  creating(jobId: string): Promise<void>;
  /** The answer to its making is lost, since now or as long as that is known: it is to be looked for. */
  lost(jobId: string, why: string, since?: number): Promise<void>;
  /** The job was certainly not made, or is not to be found: its holds stand, and it may be made later. */
  notCreated(jobId: string, why: string): Promise<void>;
  created(jobId: string, batch: string): Promise<void>;
  /** Writes down what the API says of the job now. */
  seen(jobId: string, remote: RemoteBatch): Promise<void>;
  /** The job ended, and its results are not all there: they are to be looked for again. */
  incomplete(jobId: string, why: string): Promise<void>;
  /**
   * Writes down that the API has the same job once more: all of its requests are sent, each under an id of its own.
   * Resolves to the id of that job; null where it is known already.
   */
  twin(jobId: string, batch: string): Promise<string | null>;
  /** The job is over: it will not be made, or has nothing more to give, and every request is accounted for. */
  done(jobId: string, why?: string | null): Promise<void>;
}
