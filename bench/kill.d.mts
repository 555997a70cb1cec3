export declare function killing(size: { readonly kills: number; readonly seed?: number }): Promise<{
  readonly life: number;
  readonly runs: number;
  readonly waiting: number;
  readonly recovered: number;
  /** What a second recover found to do. */
  readonly again: number;
  readonly pictures: number;
  readonly picturesAfterAgain: number;
  readonly charged: number;
  readonly metered: bigint;
  readonly charges: readonly bigint[];
  readonly bills: readonly bigint[];
  readonly states: Readonly<Record<string, number>>;
  readonly holds: number;
  readonly verified: number;
}>;
export declare function without(
  amounts: readonly bigint[],
  others: readonly bigint[],
): readonly bigint[] | null;
