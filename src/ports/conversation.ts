import type { Usd } from '../core/pricing/money.ts';
import type { InputImage, Turn } from '../core/order/order.ts';

/** Conversations on disk, so that each turn can go on from the one before, in this process or another. */
export interface Sessions {
  /** Oldest turn first; null when there is none of that name. */
  load(name: string): Promise<readonly SessionTurn[] | null>;
  /** Name of the one that was last added to. */
  latest(): Promise<string | null>;
  /** Writes down what a turn is about to be, before it is paid for. */
  begin(turn: TurnPlan): Promise<void>;
  /** A turn that was begun is paid for; null when none was, when it is in its place already, or when a newer one took that. */
  finish(id: string, outcome: TurnOutcome): Promise<TurnPlace | null>;
  /** It came to nothing. */
  drop(id: string): Promise<void>;
  /** Takes a turn back, to what was there before it; false where it is not the last one, or no more. */
  undo(name: string, id: string): Promise<boolean>;
}

export interface TurnPlan {
  /** That of the request. */
  readonly id: string;
  readonly session: string;
  /** The turn that it goes on from; null begins anew. */
  readonly after: string | null;
  /** The last turn of the session as it was found; undefined replaces whatever is there in the end. */
  readonly seen: string | null | undefined;
  readonly model: string;
  readonly prompt: string;
  readonly inputs: readonly InputImage[];
  readonly at: number;
}

export interface TurnOutcome extends Pick<Turn, 'answer' | 'pictures' | 'words'> {
  readonly cost: Usd;
}

/** Where a turn is the last one now: in a session of its own where the one it was begun in went on meanwhile. */
export interface TurnPlace {
  readonly begunIn: string;
  readonly name: string;
}

export interface SessionTurn extends Turn {
  readonly id: string;
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
