import type { Charged, FailureKind, MetLimit } from '../../core/errors.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Provider } from '../../ports/index.ts';
import type { Exchange } from '../http/fetch.ts';
import type { ErrorBody } from './error-body.ts';

/** What is known about a request besides what happened to it. */
export interface RequestContext {
  readonly provider: Pick<Provider, 'title' | 'baseUrl' | 'credentials' | 'advice' | 'speaksForGoogle'>;
  readonly model: string;
  readonly timeoutMs: number;
  readonly now: number;
  /** For times of day; the platform's own where it is left out. */
  readonly timeZone?: string | undefined;
}

/** One exchange, as the table of failures looks at it. */
export interface Seen extends RequestContext {
  readonly exchange: Exchange;
  /** Certainly not one byte of the request was written. */
  readonly unsent: boolean;
  readonly status: number | null;
  readonly error: ErrorBody;
  /** Seconds the server asks to wait. */
  readonly wait: number | null;
  /** Who answers, as messages call it. */
  readonly who: string;
  readonly host: string;
}

/** One way in which an exchange goes wrong, and what it means for the money. */
export interface Row {
  /** For the reader of the table. */
  readonly name: string;
  readonly when: (seen: Seen) => boolean;
  readonly kind: FailureKind;
  readonly charged: Charged;
  /** The same request may succeed later, and was certainly not charged. */
  readonly repeat?: true;
  readonly message: string | ((seen: Seen) => string);
  readonly hint?: string | ((seen: Seen) => string | undefined);
  /** Seconds until it makes sense again; without it, what the server says, for what may be repeated. */
  readonly wait?: (seen: Seen) => number;
  /** A file that the request refers to is gone. */
  readonly lost?: true;
  /** The limit of minutes that was met. */
  readonly met?: (seen: Seen) => MetLimit;
}

/** The server's own words, short enough for one line. */
export function said({ error, status }: Pick<Seen, 'error' | 'status'>): string {
  const words = excerpt(error.message, 200);
  return words === '' ? `no reason given (HTTP ${status}).` : words;
}

export const isClientError = (status: number | null): boolean =>
  status !== null && status >= 400 && status < 500;

/**
 * Whether a status asks to send the same request elsewhere, so that here it was not carried out. 303 says the contrary: it
 * was, and what it made is elsewhere. https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx, checked 2026-11-27
 */
export const sendsAway = (status: number | null): boolean =>
  status !== null && [301, 302, 307, 308].includes(status);

/** The relay or the server gave up waiting for an answer that may have been made. */
export const isGivenUp = (seen: Pick<Seen, 'status' | 'provider' | 'error'>): boolean =>
  seen.status === 499 || (seen.status === 408 && !isGooglesWord(seen));

/** Whether an error is written as Google writes them, as far as it came. */
export const isGoogles = ({ google, status, violations }: ErrorBody): boolean =>
  google || status !== '' || violations.length > 0;

/** Only an error in Google's own form, from Google or from who passes it on, carries Google's promises. */
export const isGooglesWord = ({ provider, error }: Pick<Seen, 'provider' | 'error'>): boolean =>
  provider.speaksForGoogle && error.google;
