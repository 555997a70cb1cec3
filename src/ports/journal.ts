import type { AttemptPlan } from './attempt.ts';
import type { Ledger } from './ledger.ts';

/** Raw answers on disk, and in a bucket where the user wants that, from their arrival until their images are saved. */
export interface Journal {
  /** Proves that so many bytes of answers could be kept. Failure `usage`. */
  prove(bytes: number): Promise<void>;
  /** Durable when it resolves. */
  keep(attempt: AttemptPlan, body: Uint8Array): Promise<JournalEntry>;
  /**
   * Makes this process the one that finishes an answer, where other machines see it too; false while another one has it.
   * Asked about answers that the ledger here never heard of: otherwise the ledger says whose they are.
   */
  claim(attemptId: string): Promise<boolean>;
  /** Nothing happens when it is gone already. */
  remove(attemptId: string): Promise<void>;
  /** Moves an answer to those that are kept for good; resolves to its path. */
  setAside(attemptId: string): Promise<string>;
  /** The answers that are kept for good. */
  aside(): Promise<readonly JournalEntry[]>;
  /** Answers that were kept for good before a moment: how many, and their bytes. They are removed unless they are only looked for. */
  forget(before: number, options: { readonly look: boolean }): Promise<KeptSize>;
  /** Removes drafts older than a moment, which processes that died have left. */
  tidy(before: number): Promise<void>;
  /** The ids of the attempts whose answers are kept, without reading the answers. */
  ids(): Promise<readonly string[]>;
  list(): Promise<readonly JournalEntry[]>;
  read(attemptId: string): Promise<KeptAnswer>;
}

export interface KeptSize {
  readonly answers: number;
  readonly bytes: number;
}

export interface JournalEntry {
  readonly attemptId: string;
  readonly path: string;
  readonly status: 'ok' | 'truncated' | 'corrupt';
  /** What is wrong with the file at `path`, as the end of a sentence; null when it is whole. */
  readonly problem: string | null;
  /** null when the file does not tell. */
  readonly attempt: AttemptPlan | null;
  /** What did not go as it should when it was kept, though it is safe: a sentence. */
  readonly remark?: string;
}

export interface KeptAnswer {
  readonly entry: JournalEntry;
  /** null unless the entry is ok. */
  readonly body: Uint8Array | null;
}

/** Ledger and journal of one kind of money: real and sandbox books never meet. */
export interface Books {
  readonly ledger: Ledger;
  readonly journal: Journal;
}
