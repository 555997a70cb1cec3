export declare function killing(size: { readonly kills: number; readonly seed?: number }): Promise<{
  /** Milliseconds from the price to the end of a run that nobody disturbs. */
  readonly life: number;
  /** Requests that a kill met: before they were sent, on their way, and with the answer kept. */
  readonly met: { readonly held: number; readonly sent: number; readonly answers: number };
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
