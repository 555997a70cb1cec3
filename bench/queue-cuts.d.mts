export interface QueueFigures {
  /** Every law that does not hold, in a sentence each. */
  readonly wrong: readonly string[];
  readonly charged: number;
  readonly bills: number;
  readonly holds: number;
  readonly done: number;
  readonly unconfirmed: number;
}

export declare function queueCut(size: {
  readonly pictures: number;
  /** Every session is ended in each of them. */
  readonly seconds: number;
  readonly restarts: number;
  readonly seed?: number;
  readonly server: { readonly address: string; stop(): Promise<unknown>; start(): Promise<unknown> };
}): Promise<
  QueueFigures & {
    /** Sessions that were ended. */
    readonly ended: number;
    readonly codes: readonly (number | null)[];
  }
>;
