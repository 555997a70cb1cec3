/** What is known of the terminal that a picture is shown in. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the terminal says of itself (DA1); null when it says nothing, or nobody can hear it. */
  readonly attributes: () => Promise<readonly number[] | null>;
}

/** How a picture is written for a terminal of so many columns. */
export type Way = (bytes: Uint8Array, columns: number, env: Screen['env']) => Promise<string>;
