import type { Charged, FailureKind, MetLimit } from '../../core/errors.ts';
import { excerpt } from '../../core/text/text.ts';
import type { Seen } from './judge.ts';

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

export const SPENDING =
  'Look at the spending in AI Studio before you ask again: https://aistudio.google.com/usage';
export const BILLING =
  'Link a billing account to the project of this key: https://aistudio.google.com/projects';

/** The server's own words, short enough for one line. */
export function said({ error, status }: Seen): string {
  const words = excerpt(error.message, 200);
  return words === '' ? `no reason given (HTTP ${status}).` : words;
}

export const isClientError = (status: number | null): boolean =>
  status !== null && status >= 400 && status < 500;
