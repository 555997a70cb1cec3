/** In which language requests and answers are written. Google's own is generateContent and predict. */
export type Wire = 'google';

/** What a provider can do beside single generateContent requests. What it cannot is refused before anything is sent. */
export interface Capabilities {
  /** The Files API: pictures that are too large for a request go ahead of it. */
  readonly files: boolean;
  /** The Batch API. */
  readonly batch: boolean;
  /** The models that answer to `:predict`. */
  readonly predict: boolean;
}

/** What a provider charges for beside pictures. */
export interface ChargeRules {
  /** Whether an answer without a picture is charged, or only where it does not say that it is free. */
  readonly refusals: 'as-said' | 'charged';
}

/** How long calls that cost nothing may take. The user sets the limit for a purchase (`--timeout`). */
export interface Timeouts {
  /** For one call, head and body. */
  readonly callMs: number;
  /** For one page of a list that somebody waits for. */
  readonly listMs: number;
  /** The longest silence in a file of any length. */
  readonly idleMs: number;
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

/** What is known of a provider whatever its address is. */
export interface Profile {
  /** As rates, settings and JSON call it. */
  readonly name: string;
  /** As messages call it: "Google refused the API key". */
  readonly title: string;
  /** The usual address, without a slash at the end; null where there is none. */
  readonly address: string | null;
  readonly wire: Wire;
  readonly can: Capabilities;
  /** Errors in Google's own form are Google's word, and so is what they promise: that nothing was charged. */
  readonly speaksForGoogle: boolean;
  readonly charges: ChargeRules;
  readonly timeouts: Timeouts;
  readonly advice: Advice;
  /** Answers are drawn placeholders; nothing is spent. */
  readonly sandbox: boolean;
}
