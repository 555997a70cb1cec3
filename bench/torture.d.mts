export interface Point {
  readonly door: string;
  /** Of the call, from 1. */
  readonly number: number;
  readonly kind: string;
  /** undefined where nothing was struck. */
  readonly fault: string | undefined;
  readonly lasts: boolean;
}

export interface Tortured {
  /** Those at which the fault was met. */
  readonly points: number;
  readonly kills: number;
  readonly broken: readonly (Point & { readonly wrong: readonly string[] })[];
  /** Why nothing was tried; null where it was. */
  readonly skipped: string | null;
}

export function torture(options: {
  /** null for all. */
  readonly points: number | null;
  readonly seed?: number;
  readonly doors?: readonly string[];
  /** Of calls; all where they are left out. */
  readonly kinds?: readonly string[];
  readonly faults?: readonly string[];
  /** The program; the build that is tested where it is left out. */
  readonly bin?: string;
  /** So many broken laws end it. */
  readonly enough?: number;
  readonly workers?: number;
  /** A moment, in milliseconds since 1970. */
  readonly until?: number;
  /** The address of a server that has the ledger: then its statements are struck, and no calls. */
  readonly server?: string;
}): Promise<Tortured>;

/** Breaks laws on purpose, and resolves to 0 where each was seen. `names`: parts of the names of what to break. */
export function prove(names?: readonly string[], say?: (line: string) => void): Promise<number>;

/** What `prove` would break and finds no place for in the source. */
export function misplaced(): Promise<readonly string[]>;
