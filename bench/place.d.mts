import type { ChildProcess } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ran: Promise<Ended>;
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
}

export interface Place {
  readonly dir: string;
  readonly home: string;
  readonly url: string;
  readonly gate: {
    readonly url: string;
    /** Requests that wait for it to open. */
    waiting(): number;
    shut(): void;
    open(): void;
  };
  start(args: readonly string[], options?: Options): Started;
  run(args: readonly string[], options?: Options): Promise<Ended>;
  /** The document of a run with --json; throws unless it ends with 0. */
  json<T>(args: readonly string[]): Promise<T>;
  meter(): Promise<{ readonly total: string; readonly charged: number }>;
  faults(schedule: string): Promise<unknown>;
  pictures(): Promise<readonly string[]>;
  ledger(sql: string): readonly Readonly<Record<string, string | bigint | null>>[];
}

export declare function at<T>(
  options: { readonly flags?: readonly string[] },
  work: (here: Place) => Promise<T>,
): Promise<T>;
export declare function until(condition: () => boolean | Promise<boolean>): Promise<void>;
export declare function nano(dollars: string): bigint;
