import type { Usd } from '../core/money.ts';
import type { Turn } from '../core/order.ts';

/** Conversations on disk, so that each turn can go on from the one before, in this process or another. */
export interface Sessions {
  /** Oldest turn first; null when there is none of that name. */
  load(name: string): Promise<readonly SessionTurn[] | null>;
  /** Name of the one that was last added to. */
  latest(): Promise<string | null>;
  /** On disk when it resolves. A turn of its own `root` begins the session anew. */
  append(name: string, turn: SessionTurn): Promise<void>;
  /** Takes the last turn back; false when there is none. */
  undo(name: string): Promise<boolean>;
}

export interface SessionTurn extends Turn {
  /** The same for all turns that go on from each other. */
  readonly root: string;
  readonly model: string;
  readonly cost: Usd;
  readonly at: number;
}

/** Someone to talk to: lines that are typed, or piped. */
export interface Dialogue {
  /** null when there is nobody any more. */
  ask(question: string): Promise<string | null>;
  close(): void;
}

/** Prompts with a name, to be used again. */
export interface PromptBook {
  /** Replaces one of the same name. */
  save(name: string, text: string): Promise<void>;
  find(name: string): Promise<string | null>;
  names(): Promise<readonly string[]>;
  /** Whether there was one. */
  remove(name: string): Promise<boolean>;
}
