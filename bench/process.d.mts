import type { ChildProcessWithoutNullStreams } from 'node:child_process';

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Ended extends Output {
  readonly signal: string | null;
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when it is gone. */
  readonly ran: Promise<Ended>;
  /** Its stderr so far. */
  said(): string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Standard input to its end; null leaves it open. */
  readonly input?: string | Uint8Array | null;
  /** Another binary than the built one. */
  readonly bin?: string;
  /** A command that runs it. */
  readonly within?: readonly string[];
}

export declare const BIN: string;
/** Arguments of node that end a process with the one that started it, by way of file descriptor 3. */
export declare const TIE: readonly string[];
export declare function start(args: readonly string[], options: StartOptions): Started;
export declare function startNode(args: readonly string[], options: StartOptions): Started;
export declare function startInTerminal(
  command: readonly string[],
  options: Omit<StartOptions, 'input' | 'bin'>,
): Started;
export declare function startScript(name: string, args: readonly string[]): Started;
export declare function killAll(): void;
export declare function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ...processes: readonly { readonly ran: Promise<Output> }[]
): Promise<void>;
