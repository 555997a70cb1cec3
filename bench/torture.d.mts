export interface Point {
  readonly door: string;
  /** Of the call, from 1. */
  readonly number: number;
  readonly kind: string;
  readonly fault: string;
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
  readonly deaf?: string;
  readonly doors?: readonly string[];
  /** Of calls; all where they are left out. */
  readonly kinds?: readonly string[];
  readonly workers?: number;
}): Promise<Tortured>;
