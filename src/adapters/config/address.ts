import { usageFailure } from '../../core/errors.ts';
import type { Found } from './variables.ts';

/** https://ai.google.dev/api, checked 2026-11-22 */
export const GOOGLE: Found = { value: 'https://generativelanguage.googleapis.com', from: 'default' };

/** The key is sent to this address, so it is looked at as closely as the key. Never printed: it may hold a password. */
export function checkedBaseUrl({ value, from }: Found): Found {
  const refuse = (why: string) => usageFailure(`${from} ${why}.`, `The usual one is ${GOOGLE.value}.`);
  const url = URL.canParse(value) && !/[\s\p{Cc}]/u.test(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse('must be an address that begins with https://');
  if (url.username || url.password) throw refuse('must not hold a user name or a password');
  if (/[?#]/.test(value)) throw refuse('must not hold a query or a fragment');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw refuse(`must use https: over plain http the key could be read on its way to ${url.hostname}`);
  }
  return { value: url.href.replace(/\/+$/, ''), from };
}

/** As the URL parser writes it: lower case, addresses in full. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
