export declare function race(size: { readonly processes: number; readonly dollars?: string }): Promise<{
  readonly high: bigint;
  /** What went wrong for those that were not refused for the budget. */
  readonly otherwise: readonly string[];
  readonly first: number;
  readonly second: number;
  readonly last: number;
  readonly heldByThen: bigint;
  readonly budget: bigint;
  readonly used: bigint;
  readonly held: bigint;
  readonly left: bigint;
  readonly metered: bigint;
  readonly charged: number;
  readonly spent: { readonly settled: string; readonly unconfirmed: string };
  readonly pictures: number;
  readonly waiting: number;
  readonly verified: number;
}>;
