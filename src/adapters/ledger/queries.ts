export type Value = string | number | bigint | boolean | Date | Uint8Array | null;

/** Integers come back as bigint, all of them: 64 bits of nano-dollars do not fit a number. */
export type Row = Readonly<Record<string, unknown>>;

/** At once, or later: SQLite answers within this process, a server does not. */
export type Awaitable<T> = T | Promise<T>;

/** What is asked of a ledger's database, within one transaction or snapshot. */
export interface Queries {
  /** Rows changed. */
  run(sql: string, ...values: readonly Value[]): Awaitable<number>;
  all(sql: string, ...values: readonly Value[]): Awaitable<readonly Row[]>;
  get(sql: string, ...values: readonly Value[]): Awaitable<Row | undefined>;
}

/** What is done within one transaction, at a moment by the clock of the ledger. */
export type Work<T> = (database: Queries, now: number) => Awaitable<T>;
