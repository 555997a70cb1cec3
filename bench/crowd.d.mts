export declare function crowd(size: { readonly processes: number }): Promise<{
  readonly bought: number;
  /** Exit code, charge and message of each that failed. */
  readonly failed: readonly string[];
  /** Milliseconds. */
  readonly slowest: number;
  readonly charged: number;
  readonly pictures: number;
  readonly metered: bigint;
  readonly settled: bigint;
  readonly requests: number;
  readonly unconfirmedRequests: number;
  readonly waiting: number;
}>;
