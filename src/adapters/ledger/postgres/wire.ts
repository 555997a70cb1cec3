import type { Row, Value } from '../queries.ts';
import { withoutNul } from '../texts.ts';

/** What a statement brought: rows, and how many it found or changed. */
export interface Answer {
  readonly rows: readonly Row[];
  readonly count: number;
}

/** One session at a server. Statements are answered in the order in which they are sent, without waiting in between. */
export interface Wire {
  query(sql: string, values: readonly Value[]): Promise<Answer>;
  /** Several statements without values, in one journey: the rows of the last, and its name, such as COMMIT. */
  script(sql: string): Promise<{ readonly rows: readonly Row[]; readonly command: string }>;
  /** Whether the session is over. */
  isLost(): boolean;
  close(): void;
}

/** Connects; rejects with what the server or the network said. */
export type Connect = () => Promise<Wire>;

/** Numbers of types: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat */
const WHOLE = [20, 21, 23, 1700] as const;
const BOOLEAN = 16;
const JSON_TEXT = 114;

/** Values as the ledger has them. A sum of whole numbers is a numeric, and whole too. */
export const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  ...Object.fromEntries(WHOLE.map((type) => [type, wholeNumber])),
  [BOOLEAN]: (text: string) => (text === 't' ? 1n : 0n),
  [JSON_TEXT]: (text: string) => text,
};

function wholeNumber(text: string): unknown {
  return /^-?\d+$/.test(text) ? BigInt(text) : text;
}

/** A value as it is sent: the server takes its type from where it stands. */
export function sendable(value: Value): string | Uint8Array | null {
  if (value === null || value instanceof Uint8Array) return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Date) return value.toISOString();
  return withoutNul(String(value));
}
