import type { AttemptState } from '../core/policy/attempt-state.ts';
import type { Doubt, Written } from '../core/manifest/problem.ts';
import type { Found } from '../core/manifest/change.ts';
import type { Filings, Records } from './ledger.ts';

/** Files of a project, on the disk or as they were at a git revision. Paths start at its folder, with slashes. */
export interface Tree {
  /** null: there is none. Failure `usage` when it cannot be read. */
  text(path: string): Promise<string | null>;
  /** In pieces, as they are read; Failure `usage` when there is none. */
  lines(path: string): AsyncIterable<readonly string[]>;
  kindOf(path: string): Promise<Found['kind']>;
  /** The kind of what is there, and the hash of a file. */
  find(path: string): Promise<Found>;
}

/**
 * Finds bought pictures again, wherever a checkout has them: in files that somebody moved, in other branches and older
 * commits. It reaches for no network.
 */
export interface Attic {
  /** A file of this content anywhere in the folder; null where there is none. */
  find(content: { readonly sha256: string; readonly bytes: number }): Promise<string | null>;
  /** What a file said in commits of all branches, the latest first; few, and each text once. */
  versions(path: string): Promise<readonly Version[]>;
  /** What stood at a path in a commit. */
  at(revision: string, path: string): Promise<Found>;
  /** The bytes of a file in a commit; null where git has none here. */
  read(revision: string, path: string): Promise<Uint8Array | null>;
}

/** A text and a commit that has it. */
export interface Version {
  readonly revision: string;
  readonly lines: readonly string[];
}

/** A manifest as it is written: YAML, JSON, JSON Lines or CSV. */
export interface ManifestFile {
  /** What stands at the top: its `images` are there where the file lists any, if only an empty list. */
  readonly head: Written;
  /** What may be meant otherwise than it is read. */
  readonly doubts?: readonly Doubt[];
  /** In pieces, as they are read. */
  readonly images: () => AsyncIterable<readonly Written[]>;
}

/** A bought picture as it came, and what is known of it. */
export interface Original {
  readonly bytes: Uint8Array;
  /** The model that made it. */
  readonly model: string;
  /** Decimal dollars. */
  readonly cost: string;
  /** The day on which it was bought. */
  readonly date: string;
}

/**
 * Bought pictures by the hash of what determines them. A cache: it may be shared, it may be deleted, and it drops what
 * was not used for longest.
 */
export interface Store {
  has(hash: string): Promise<boolean>;
  /** null: there is none, or what there was is damaged and now gone. */
  get(hash: string): Promise<Original | null>;
  /** Proves that a picture could be put there, and leaves nothing. Failure, not charged, when it could not. */
  prove(): Promise<void>;
  /** Replaces what there is. Failure `disk` when it cannot be kept. */
  put(hash: string, original: Original): Promise<void>;
}

/** What the ledger last heard of pictures, by hash. Looking changes and creates nothing. */
export interface LedgerReader {
  /** null when the ledger does not know this picture. */
  last(hash: string): Promise<LastAttempt | null>;
  /** As the ledger says it; null where there is none yet. */
  priceHistory: Records['priceHistory'];
  /** What a command line may name, the newest first; null where there is no ledger yet. */
  names(): Promise<KnownNames | null>;
  close(): Promise<void>;
}

export interface KnownNames extends Filings {
  readonly jobs: readonly { readonly id: string; readonly about: string }[];
  readonly requests: readonly { readonly id: string; readonly runId: string; readonly prompt: string }[];
}

export interface LastAttempt {
  readonly state: AttemptState;
  /** The job of the batch lane that it is in, while that is not done. */
  readonly jobId: string | null;
  /** The absolute path that it was saved at, and what was there then. */
  readonly image: { readonly path: string; readonly sha256: string } | null;
}
