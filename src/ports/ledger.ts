import type { AttemptState } from '../core/policy/attempt-state.ts';
import type { Budget, BudgetScope, Standing } from '../core/policy/budget.ts';
import type { Lane, Size } from '../core/catalogue/model.ts';
import type { Charged, FailureKind } from '../core/errors.ts';
import type { PriceHistory } from '../core/pricing/price-history.ts';
import type { Bill } from '../core/pricing/types.ts';
import type { Usd } from '../core/pricing/money.ts';
import type { SpendAxis, SpendSlice } from '../core/pricing/spend.ts';
import type { AttemptPlan, RunStart } from './attempt.ts';
import type { Jobs } from './jobs.ts';
import type { SavedFile, SavedImage } from './pictures.ts';

/** The durable record. Every call is one transaction, on disk when it resolves. */
export interface Ledger extends Records {
  readonly jobs: Jobs;
  /** The run is written down with the first change of its attempts. */
  begin(run: RunStart): Promise<void>;
  /**
   * Holds all of the attempts or none; Failure `budget` names the narrowest budget, or says that an agent has no
   * allowance. Failure `usage` where the run's key stands for another order, `unavailable` where another run has it.
   */
  hold(attempts: readonly AttemptPlan[]): Promise<void>;
  /** Called before the first byte of the request leaves. */
  sending(attemptId: string): Promise<void>;
  /** A send was certainly not charged; the hold stands and another send may follow. */
  unsent(attemptId: string): Promise<void>;
  /** The answer is in the journal. */
  replied(attemptId: string): Promise<void>;
  /** `refusal` is the API's own word for why there is no picture. */
  settle(attemptId: string, bill: Bill, refusal?: string | null): Promise<void>;
  /** The pictures of a settled attempt are on disk. `differences` say in what they differ from what was asked for. */
  saved(attemptId: string, images: readonly SavedImage[], differences?: readonly string[]): Promise<void>;
  /** Nothing was charged: the hold is given back. */
  release(attemptId: string, why: string, as: FailureKind): Promise<void>;
  /** The outcome is unknown: the attempt is counted at the expected price. */
  unconfirm(attemptId: string, why: string): Promise<void>;
  /** What somebody knows of an attempt whose outcome was unknown: its bill, or null where nothing was charged. */
  decide(attemptId: string, bill: Bill | null, who: string): Promise<void>;
  end(runId: string, outcome: 'ok' | FailureKind): Promise<void>;
  /**
   * Takes over an attempt whose process ended, to finish it; one that the ledger lost is entered again. Its state, or
   * null while a live process works on it.
   */
  claim(attempt: AttemptPlan): Promise<AttemptState | null>;
  /** What is left to do of an attempt of this process that is settled, whoever comes next may claim, though this one lives on. */
  handOver(attemptId: string): Promise<void>;
  /**
   * Takes every process of another machine for dead, now: what it held and did not send is released, what it sent is
   * unconfirmed, and its jobs are anybody's.
   */
  letGo(host: string): Promise<LetGo>;
  /** What the quotes of this ledger are signed with, for good: `fresh` where there is nothing yet. */
  quoteSecret(fresh: string): Promise<string>;
  /** Replaces the budget of the same scope. */
  setBudget(budget: Budget): Promise<void>;
  /** Resolves to whether there was such a budget. */
  removeBudget(scope: BudgetScope): Promise<boolean>;
  /**
   * Overwrites what finished requests from before a moment asked for, words and pictures; what they cost, and where their
   * pictures are, stays. They cannot be asked for again.
   */
  forget(before: number): Promise<Forgotten>;
  close(): Promise<void>;
}

/** What another machine held, as far as it was let go of. */
export interface LetGo {
  readonly released: number;
  readonly unconfirmed: number;
}

/** Another machine that holds something in this ledger. */
export interface Holder {
  /** Its name. */
  readonly host: string;
  readonly requests: number;
  readonly held: Usd;
  /** Its last sign of life, by its own clock, in milliseconds since 1970. */
  readonly heardAt: number;
}

/** What is forgotten, or would be. */
export interface Forgotten {
  readonly prompts: number;
  /** Input pictures of jobs, and their bytes. */
  readonly pictures: number;
  readonly bytes: number;
}

/** What the ledger tells. None of these calls changes anything. */
export interface Records {
  standings(): Promise<readonly Standing[]>;
  spending(query: SpendQuery): Promise<readonly SpendSlice[]>;
  /** Quotes against bills, a row a model, for attempts that brought a picture. */
  accuracy(filter: Filter): Promise<readonly Accuracy[]>;
  /** What the latest bills of a model and size came to; null while there are too few to tell. */
  priceHistory(model: string, size: Size): Promise<PriceHistory | null>;
  /** Oldest first; empty when the ledger knows nothing of the kind. */
  receipts(query: ReceiptQuery): Promise<readonly Receipt[]>;
  /** The run that has an agent's key: the one that bought something where there is one. null where nothing was held. */
  runOfKey(agent: string, key: string): Promise<KeyedRun | null>;
  /** Newest first. */
  history(query: HistoryQuery): Promise<readonly Receipt[]>;
  /** How many requests a filter leaves. */
  count(filter: Filter): Promise<number>;
  /** Projects and labels that requests were ever filed under. */
  filings(): Promise<Filings>;
  /** The newest picture of every path, drafts of sheets among them. */
  savedImages(): Promise<readonly StoredFile[]>;
  /** Of these attempts, those that no living process works on. */
  abandoned(attemptIds: readonly string[]): Promise<readonly string[]>;
  /** Other machines that hold something for requests outside of jobs. */
  holders(): Promise<readonly Holder[]>;
  /** What `forget` would forget. */
  forgettable(before: number): Promise<Forgotten>;
  /** Everything in the ledger that contradicts itself, a sentence each. */
  contradictions(): Promise<readonly string[]>;
}

/** A run that an idempotency key stands for. */
export interface KeyedRun {
  readonly runId: string;
  /** The hash of what was asked for. */
  readonly order: string;
  /** Something of it was charged, may have been, or is under way: nothing more is bought under its key. */
  readonly isSpent: boolean;
}

/** The ledger of another machine, or a copy of one: what was bought is read, and nothing changes. */
export interface OtherLedger extends Pick<Records, 'history'> {
  close(): Promise<void>;
}

/** What a ledger adds up to. */
export interface LedgerTotals {
  readonly settled: Usd;
  readonly unconfirmed: Usd;
  readonly held: Usd;
  /** How many rows each table has. */
  readonly rows: Readonly<Record<string, number>>;
}

/** A ledger that was copied; addresses are without their passwords. */
export interface LedgerCopied extends LedgerTotals {
  readonly from: string;
  readonly to: string;
}

/** Ledgers as a whole, which nobody buys from meanwhile. */
export interface Ledgers {
  /** The one in use; null where there is none, or none that can be read. */
  look(which: { readonly sandbox: boolean }): Promise<LedgerStock | null>;
  /**
   * Copies the one in use, or another, to an empty place, all of it or nothing. Failure `usage` where there is none, where
   * somebody buys from it, or where the place is not empty.
   */
  copy(which: { readonly sandbox: boolean }, way: LedgerWay): Promise<LedgerCopied>;
}

export interface LedgerStock {
  readonly place: string;
  /** Steps of its schema; a file and a server count their own. */
  readonly version: number;
  readonly requests: number;
}

export interface LedgerWay {
  /** A folder, a file that ends in .db, or the address of a server. */
  readonly from: string | undefined;
  /** A folder, or the address of a server. */
  readonly to: string;
  readonly onRows: (rows: number) => void;
}

/** Milliseconds since 1970; null leaves an end open. `since` is inside, `until` is not. */
export interface TimeRange {
  readonly since: number | null;
  readonly until: number | null;
}

/** Which requests are looked at; what is left out narrows nothing. */
export interface Filter extends TimeRange {
  readonly model?: string | undefined;
  readonly project?: string | undefined;
  readonly lane?: Lane | undefined;
  readonly label?: string | undefined;
  readonly run?: string | undefined;
  /** Only where each of these is in the prompt; small and capital letters are alike. */
  readonly words?: readonly string[] | undefined;
  readonly agent?: string | undefined;
  /** Only what ended in one of these ways. */
  readonly only?: readonly ('refused' | 'unconfirmed')[] | undefined;
}

export interface SpendQuery extends Filter {
  readonly by: SpendAxis;
}

export interface HistoryQuery extends Filter {
  readonly limit: number;
  /** So many are left out first. */
  readonly skip?: number | undefined;
  /** The attempt that the ones before it follow. */
  readonly after?: string | undefined;
}

export interface Filings {
  readonly projects: readonly string[];
  readonly labels: readonly string[];
  readonly agents: readonly string[];
}

export interface Accuracy {
  readonly model: string;
  readonly bills: number;
  readonly quoted: Usd;
  readonly billed: Usd;
  /** Bills from the quote's low to its high. */
  readonly inside: number;
  /** The bill that is farthest from its quote. */
  readonly worst: { readonly attemptId: string; readonly quoted: Usd; readonly billed: Usd };
}

export interface ReceiptQuery {
  readonly by: 'path' | 'sha256' | 'run' | 'attempt' | 'start of an id';
  /** Paths are absolute; the start of an id is that of a run or an attempt. */
  readonly value: string;
}

export interface StoredFile extends SavedFile {
  readonly attemptId: string;
  readonly absolutePath: string;
  readonly savedAt: number;
}

export interface StoredImage extends StoredFile {
  readonly cells?: readonly StoredCell[] | undefined;
}

/** A draft that was cut out of a sheet. */
export interface StoredCell extends StoredFile {
  /** From 1, row by row. */
  readonly cell: number;
}

export interface Receipt {
  readonly run: RunStart & { readonly outcome: string | null };
  readonly attempt: AttemptPlan;
  readonly state: AttemptState;
  /** The other machine that it was asked for from; null for this one. */
  readonly elsewhere: string | null;
  /** Why it was released or is unconfirmed. */
  readonly why: string | null;
  /** The API's own word for why there is no picture. */
  readonly refusal: string | null;
  readonly releasedAs: FailureKind | null;
  /** Who said later what was known of it, and when. */
  readonly decision: Decision | null;
  /** Times that it was sent. */
  readonly sends: number;
  readonly heldAt: number;
  readonly bill: (Bill & { readonly settledAt: number }) | null;
  readonly images: readonly StoredImage[];
  /** In what the answer differed from what was asked for: sentences. */
  readonly differences: readonly string[];
}

export interface Decision {
  readonly charged: Exclude<Charged, 'unknown'>;
  readonly who: string;
  readonly at: number;
}
