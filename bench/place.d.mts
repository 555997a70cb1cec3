import type { Gate } from './gate.mjs';
import type { Ended, Started } from './process.mjs';

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
}

export interface Place {
  readonly dir: string;
  readonly home: string;
  readonly url: string;
  readonly sandboxPid: number | undefined;
  readonly gate: Gate;
  start(args: readonly string[], options?: Options): Started;
  run(args: readonly string[], options?: Options): Promise<Ended>;
  /** The document of a run with --json; throws unless it ends with 0. */
  json<T>(args: readonly string[]): Promise<T>;
  meter(): Promise<{ readonly total: string; readonly charged: number }>;
  pictures(): Promise<readonly string[]>;
  ledger(sql: string): Rows;
}

export type Rows = readonly Readonly<Record<string, string | bigint | null>>[];

export declare function at<T>(
  options: { readonly flags?: readonly string[] },
  work: (here: Place) => Promise<T>,
): Promise<T>;
export declare function picturesBelow(folder: string): Promise<readonly string[]>;
export declare function rowsOf(home: string, sql: string): Rows;
export declare function ledgerSeized(state: string): () => void;
export declare function nano(dollars: string): bigint;
