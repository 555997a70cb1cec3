export declare function buyers(size: {
  readonly processes: number;
  readonly machines?: number;
  readonly dollars?: string;
  /** The address of a schema. */
  readonly ledger: string;
  /** Whether each machine has a network of its own. */
  readonly isApart?: boolean;
}): Promise<{
  readonly fits: number;
  readonly bought: number;
  readonly otherwise: readonly string[];
  readonly overBudget: boolean;
  readonly held: bigint;
  readonly metered: bigint;
  readonly settled: bigint;
  readonly charged: number;
  readonly pictures: number;
  readonly waiting: number;
  readonly verified: number;
}>;
