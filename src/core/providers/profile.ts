import type { Cited } from '../catalogue/model.ts';
import type { OverlayPrice } from '../catalogue/overlay.ts';

/**
 * In which language requests and answers are written: Google's own (generateContent and predict), or chat completions
 * with pictures in them.
 */
export const WIRES = ['google', 'chat'] as const;
export type Wire = (typeof WIRES)[number];

/** What a provider can do beside single requests for pictures. What it cannot is refused before anything is sent. */
export interface Capabilities {
  /** The Files API: pictures that are too large for a request go ahead of it. */
  readonly files: boolean;
  /** The Batch API. */
  readonly batch: boolean;
  /** The models that answer to `:predict`. */
  readonly predict: boolean;
  /** The lanes flex and priority. */
  readonly tiers: boolean;
  /** Google Search beside the picture. */
  readonly search: boolean;
}

/** What a provider charges for beside pictures. */
export interface ChargeRules {
  /** Whether an answer without a picture is charged, or only where it does not say that it is free. */
  readonly refusals: 'as-said' | 'charged';
}

/** How long calls may take. */
export interface Timeouts {
  /** For one call that costs nothing, head and body. */
  readonly callMs: number;
  /** For one page of a list that somebody waits for. */
  readonly listMs: number;
  /** The longest silence in a file of any length. */
  readonly idleMs: number;
  /** What it advises to wait for a picture, in seconds; null leaves it to the usual `--timeout`. */
  readonly purchaseSeconds: number | null;
}

/** What to do, in one sentence each, where only this provider can say it. */
export interface Advice {
  readonly key: string;
  /** Where there is none. */
  readonly noKey: string;
  readonly billing: string;
  /** Before asking again after an unknown outcome. */
  readonly spending: string;
  readonly spendingCap: string;
  /** Where it is said how many requests are allowed. */
  readonly limits: string;
  readonly region: string;
}

/** How the key goes into a request; `none` sends none. */
export const KEY_HEADERS = ['x-goog-api-key', 'bearer', 'none'] as const;
export type KeyHeader = (typeof KEY_HEADERS)[number];

/** The key of a provider, and where a user has it. */
export interface KeyRule {
  readonly header: KeyHeader;
  /** The variables that may hold it; the first that is set counts. */
  readonly variables: readonly string[];
  /** Requests may go without it, where one of the further headers is there. */
  readonly optional: boolean;
}

/** A further header of every request. */
export interface HeaderRule {
  readonly name: string;
  /** `${NAME}` stands for a variable of the environment. */
  readonly value: string;
  /** Left out where its variable is not set; otherwise that is a mistake. */
  readonly optional: boolean;
}

/** Prices of a provider that come with pixtab. */
export interface OwnPrices {
  readonly cited: Cited;
  readonly prices: readonly OverlayPrice[];
}

/** What is known of a provider whatever its address is. */
export interface Profile {
  /** As rates, settings and JSON call it. */
  readonly name: string;
  /** As messages call it: "Google refused the API key". */
  readonly title: string;
  /** The usual address, without a slash at the end; null where everybody has another one. */
  readonly address: string | null;
  readonly wire: Wire;
  /** What stands before the id of a model: "google/". */
  readonly modelPrefix: string;
  readonly key: KeyRule;
  readonly headers: readonly HeaderRule[];
  readonly can: Capabilities;
  /** Errors in Google's own form are Google's word, and so is what they promise: that nothing was charged. */
  readonly speaksForGoogle: boolean;
  /** The key is Google's, and so is the bill. */
  readonly billedByGoogle: boolean;
  readonly charges: ChargeRules;
  /** A file of prices, whose path the user's settings name. */
  readonly priceFile: string | null;
  readonly prices: OwnPrices | null;
  readonly timeouts: Timeouts;
  readonly advice: Advice;
  /** Answers are drawn placeholders; nothing is spent. */
  readonly sandbox: boolean;
}
