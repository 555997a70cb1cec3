import type { Listing } from '../core/doctor-models.ts';
import type { Profile } from '../core/providers/profile.ts';
import type { ImageApi, OnUpload, Pace } from './api.ts';
import type { BatchApi } from './batch.ts';
import type { FileStore } from './files.ts';

/** Secrets that nobody reads: they go into the headers of a request, and out of every text. */
export interface Credentials {
  /** Where they were found, for messages: "GEMINI_API_KEY". */
  readonly from: string;
  /** The last letters of the key, for its owner to know it by; empty where they would give too much of it away. */
  readonly ending: string;
  /** What a request must carry. Only the guard asks for it, for requests to the provider's own origin. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** `text` without the secrets, in any of the spellings in which a server or a library echoes them. */
  readonly clean: (text: string) => string;
  /** Overwrites the secrets in an answer that echoes them, so that no file ever holds them. */
  readonly scrub: (body: Uint8Array) => Uint8Array;
  /** A hash of `text` that only the owner of these secrets can make, in hexadecimal digits. */
  readonly sign: (text: string) => string;
}

/** Who answers, and how it is asked: chosen once from the settings, and passed as one thing. */
export interface Provider extends Profile {
  /** Origin and path, without a slash at the end. */
  readonly baseUrl: string;
  /** Further hosts from which pictures may be fetched that an answer points to: "cdn.example", "*.cdn.example:8443". */
  readonly pictureHosts: readonly string[];
  readonly credentials: Credentials;
}

/** How a client sends. */
export interface ClientOptions {
  /** Without one, requests leave as they come. */
  readonly pace?: Pace;
  readonly onUpload?: OnUpload;
}

/** What can be tried without buying anything. */
export type Tried = 'key' | 'files' | 'batches';

/** One provider's API. */
export interface Client {
  /** Pictures that are too large for a request go ahead of it as files. */
  readonly images: ImageApi;
  readonly files: FileStore;
  readonly batches: BatchApi;
  /** Every model that the provider has for the key; free. */
  models(signal: AbortSignal): Promise<Listing>;
  /** Asks for something that costs nothing. Failure where that does not work. */
  tries(what: Tried, signal: AbortSignal): Promise<void>;
}
