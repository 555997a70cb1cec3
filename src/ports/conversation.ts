import type { Usd } from '../core/pricing/money.ts';
import type { InputImage, Turn } from '../core/order/order.ts';

/** Conversations on disk, so that each turn can go on from the one before, in this process or another. */
export interface Sessions {
  /** Oldest turn first; null when there is none of that name. */
  load(name: string): Promise<readonly SessionTurn[] | null>;
  /** All sessions, the one that was last added to first; also what is damaged of them. */
  list(): Promise<readonly SessionFacts[]>;
  /** The name of the session that was last added to. */
  latest(): Promise<string | null>;
  /** The name of the session that a turn is in; of several, the one that was last added to. */
  sessionOf(id: string): Promise<string | null>;
  /** Writes down what a turn is about to be, before it is paid for. */
  begin(turn: TurnPlan): Promise<void>;
  /** Writes down the answer to a turn; null when it was not begun, or when it or a newer one is in its place. */
  finish(id: string, outcome: TurnOutcome): Promise<TurnPlace | null>;
  /** Forgets a turn that was begun and brought nothing. */
  drop(id: string): Promise<void>;
  /** Takes the last turn of a session back; false where this turn is not the last one. */
  undo(name: string, id: string): Promise<boolean>;
  /** Lets go of a session, whatever state it is in; false where there is none of that name. */
  remove(name: string): Promise<boolean>;
  /** Sessions that nobody went on with since a moment: how many. They are removed unless they are only looked for. */
  forget(before: number, options: { readonly look: boolean }): Promise<number>;
}

export interface TurnPlan {
  /** The id of its request. */
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

/** The session whose last turn this is now: a new one where the session that it was begun in went on meanwhile. */
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

/** A session, without what its turns carry. */
export interface SessionFacts {
  readonly name: string;
  readonly turns: number;
  /** Of the last turn; null where that cannot be read. */
  readonly model: string | null;
  /** Of the last turn; null where that cannot be read. */
  readonly prompt: string | null;
  readonly cost: Usd;
  /** What it takes on disk. */
  readonly bytes: number;
  /** When its last turn was begun. */
  readonly usedAt: number;
  /** Why it cannot be gone on with, as a clause; null where it can. */
  readonly damage: string | null;
}

/** Lines that the user types or pipes in. */
export interface Dialogue {
  /** null at the end of the input. */
  ask(question: string): Promise<string | null>;
  close(): void;
}

/** Prompts with a name, to be used again. */
export interface PromptBook {
  /** Replaces a prompt of the same name. */
  save(name: string, text: string): Promise<void>;
  find(name: string): Promise<string | null>;
  names(): Promise<readonly string[]>;
  /** Resolves to whether there was a prompt of that name. */
  remove(name: string): Promise<boolean>;
}
