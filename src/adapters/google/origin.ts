import { Failure } from '../../core/errors.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host can only be this machine. */
export const isLoopback = (url: URL): boolean => LOOPBACK.test(url.hostname);

/** The address that the key may go to. Plain http would show the key to the network, so it stays on this machine. */
export function apiOrigin(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  const safe = url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)));
  if (!url || !safe || url.username || url.password) {
    throw new Failure(
      'usage',
      'The base URL must be https, or http to a loopback address, without a password in it.',
    );
  }
  return url;
}

// A header value with any other character is rejected, by an error that prints it.
const KEY = /^[\x21-\x7e]+$/;

export function assertKey(key: string): void {
  if (!KEY.test(key)) {
    throw new Failure(
      'auth',
      'The API key contains a space, a line break or another character that no key has.',
      {
        hint: 'Copy the key again, without quotes or spaces around it.',
      },
    );
  }
}
