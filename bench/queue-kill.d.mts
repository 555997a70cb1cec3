import type { QueueFigures } from './queue-cuts.mjs';

export declare function queueKilled(size: {
  readonly pictures: number;
  readonly kills: number;
  readonly seed?: number;
  /** The address of a schema. */
  readonly ledger: string;
}): Promise<
  QueueFigures & { readonly killed: number; readonly askedAgain: number; readonly overBudget: bigint }
>;
