import type { Day } from '../catalogue/model.ts';

/** What completion knows without asking anybody; the build writes it down, so that a shell waits for little. */
export interface CompletionTable {
  readonly version: string;
  readonly commands: readonly CommandRow[];
  readonly models: readonly ModelRow[];
  /** The first day on which a price or the life of a model is another one; null where none is known. */
  readonly modelsUntil: Day | null;
}

export interface CommandRow {
  readonly name: string;
  readonly about: string;
  /** Words that its first argument takes. */
  readonly verbs: readonly string[];
  readonly flags: readonly FlagRow[];
}

export interface FlagRow {
  /** "--model", "-m" */
  readonly names: readonly string[];
  readonly about: string;
  readonly value: 'none' | 'optional' | 'required';
  readonly choices: readonly string[];
}

export interface ModelRow {
  /** All names, the short one first. */
  readonly names: readonly string[];
  readonly title: string;
  readonly isLive: boolean;
  readonly aspects: readonly string[];
  /** What a picture alone costs, as it is printed: by lane, and then by size. */
  readonly prices: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** One way to go on. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}
