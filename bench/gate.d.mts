import type { Output } from './process.mjs';

export interface Gate {
  readonly url: string;
  /** Requests that wait for it to open. */
  waiting(): number;
  /** Resolves when so many wait; fails when one of the processes ends before. */
  holds(count: number, ...processes: readonly { readonly ran: Promise<Output> }[]): Promise<void>;
  shut(): void;
  open(): void;
  close(): void;
}

export declare function gateBefore(sandbox: string): Promise<Gate>;
