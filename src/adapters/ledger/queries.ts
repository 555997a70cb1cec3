import type { Charged } from '../../core/errors.ts';

export type Value = string | number | bigint | boolean | Date | Uint8Array | null;

/** Integers come back as bigint, all of them: 64 bits of nano-dollars do not fit a number. */
export type Row = Readonly<Record<string, unknown>>;

/** At once, or later: SQLite answers within this process, a server does not. */
export type Awaitable<T> = T | Promise<T>;

/**
 * What is asked of a ledger's database, within one transaction or snapshot. Statements are written for SQLite, in words
 * that PostgreSQL has too; `postgres/translate.ts` names what it translates.
 */
export interface Queries {
  /** Rows changed. */
  run(sql: string, ...values: readonly Value[]): Awaitable<number>;
  all(sql: string, ...values: readonly Value[]): Awaitable<readonly Row[]>;
  get(sql: string, ...values: readonly Value[]): Awaitable<Row | undefined>;
  /** Changes rows, and nobody waits for it: where it fails, so does the transaction. */
  tell(sql: string, ...values: readonly Value[]): void;
  /** Gives the room of what was deleted back to the disk, where that does not happen by itself. */
  shrink(): Awaitable<void>;
  /** What the database itself finds wrong with its files. */
  damage(): Awaitable<readonly string[]>;
  /** How many steps of its schema the ledger has. Each kind of database counts its own. */
  version(): Awaitable<number>;
  /** Columns of a table that are written, and not made of others. */
  columns(table: string): Awaitable<readonly string[]>;
  /** Whether everybody who writes here goes by one clock: that of the server. */
  readonly hasOneClock: boolean;
}

/** What is done within one transaction, at a moment by the clock of the ledger. */
export type Work<T> = (database: Queries, now: number) => Awaitable<T>;

/**
 * The same, begun before it is its turn: what it asks at first travels with the request for the turn. It changes nothing
 * before it has waited for the moment.
 */
export type EarlyWork<T> = (database: Queries, now: Awaitable<number>) => Awaitable<T>;

export interface TransactionOptions {
  /** How long it waits for its turn. Asked again and again, and may change. */
  readonly patience?: () => number;
  /** What is deleted is overwritten, as far as the database can. */
  readonly erases?: boolean;
}

/** A connection to a database that is up to date. */
export interface Connection {
  /**
   * All of the work is durable or, when this rejects, none of it. Others of the same moment may be in the same transaction.
   * The work may be done again where the connection broke before it could be kept.
   */
  transaction<T>(work: Work<T>, options?: TransactionOptions): Promise<T>;
  earlyTransaction<T>(work: EarlyWork<T>, options?: TransactionOptions): Promise<T>;
  /** Several reads of one and the same moment; writers are not kept waiting. */
  snapshot<T>(work: EarlyWork<T>): Promise<T>;
  /** What was begun is done before. */
  close(): Promise<void>;
}

/** What of a ledger is written; whoever writes one part does not wait for those who write another. */
export type Part = 'ledger' | 'slots' | 'sessions';

/** Where a ledger is kept. */
export interface Backend {
  /** A path or an address, for people. */
  readonly shown: string;
  /** Opens it, makes a new one where there is none, and brings an older one up to date. */
  open(): Promise<Connection>;
  /** Opens it to read in it as it is; null where there is none, or none that this release can read. */
  look(): Promise<Connection | null>;
  /** What the database said, as a Failure that names it; a bug stays what it is. */
  trouble(error: unknown, charged: Charged): unknown;
}
