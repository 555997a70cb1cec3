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

/** What is known of a provider whatever its address is. */
export interface Profile {
  /** As rates, settings and JSON call it. */
  readonly name: string;
  /** As messages call it: "Google refused the API key". */
  readonly title: string;
  readonly wire: Wire;
  readonly can: Capabilities;
  /** Answers are drawn placeholders; nothing is spent. */
  readonly sandbox: boolean;
}
