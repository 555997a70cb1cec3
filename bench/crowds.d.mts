export declare const CROWDS: readonly string[];
/** Plays a scene with so many processes, of which so many are killed. */
export declare function crowded(options: {
  readonly scene: string;
  readonly processes: number;
  readonly kills: number;
  readonly seed?: number;
}): Promise<{
  readonly killed: number;
  readonly charged: number;
  readonly bills: number;
  /** Laws that are broken. */
  readonly wrong: readonly string[];
}>;
