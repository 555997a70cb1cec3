import type { Aspect, Lane, Size, ThinkingLevel } from '../core/catalogue/model.ts';
import type { Usd } from '../core/pricing/money.ts';
import type { QuotedTerms } from '../core/pricing/quoted-terms.ts';
import type { SavePlan } from './pictures.ts';

export interface RunStart {
  readonly runId: string;
  readonly command: string;
  readonly at: number;
  readonly project: string | null;
  readonly labels: readonly string[];
  /** What all holds and bills of the run together may come to. */
  readonly maxCost?: Usd | null | undefined;
  /** The name under which an agent buys, which it may do within its allowance alone; left out where people do. */
  readonly agent?: string | null | undefined;
  /** What is bought once under this name, whoever asks how often. */
  readonly once?: Once | null | undefined;
}

/** An idempotency key of an agent, and a hash of all that it asks for under it. */
export interface Once {
  readonly key: string;
  readonly order: string;
}

/** One request's worth of an order, before it is sent. */
export interface AttemptPlan {
  readonly attemptId: string;
  readonly runId: string;
  readonly model: string;
  /** Who is asked; left out in attempts that an earlier release wrote down. */
  readonly gateway?: string | undefined;
  /** Whose key pays: an API and a hash that only the owner of the key can make. Left out in earlier attempts too. */
  readonly account?: string | undefined;
  readonly wire: 'generateContent' | 'predict';
  readonly lane: Lane;
  readonly size: Size;
  readonly aspect: Aspect | null;
  readonly images: number;
  /** Empty where it was forgotten. */
  readonly prompt: string;
  /** The quote's low, kept to compare quotes with bills. */
  readonly low: Usd;
  /** The quote's expected price: what is counted if nobody can know. */
  readonly expected: Usd;
  /** The quote's high: what is held. */
  readonly high: Usd;
  readonly save: SavePlan;
  /** Left out in attempts that an earlier release wrote down, which kept no terms. */
  readonly terms?: QuotedTerms | undefined;
  /** Left out in attempts that an earlier release wrote down. */
  readonly asked?: Asked | undefined;
}

/** What else was asked for: with it, the same can be bought again. */
export interface Asked {
  readonly inputs: readonly AskedInput[];
  readonly thinking: ThinkingLevel | null;
  /** Earlier turns of a conversation that were sent along. */
  readonly turns: number;
}

/** An input picture as the user named it. The hash is that of the file, null where it was none. */
export interface AskedInput {
  readonly path: string;
  readonly sha256: string | null;
}
