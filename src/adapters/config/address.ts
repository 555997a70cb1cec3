import { usageFailure } from '../../core/errors.ts';
import type { ProxySettings } from '../../ports.ts';
import { type Found, type Variables, valueOf } from './variables.ts';

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

/** Proxies as every other tool takes them; the lower-case spelling wins, as it does for curl. */
export function proxyIn(env: Variables): ProxySettings | null {
  const https = proxyAddress(env, 'HTTPS_PROXY');
  const http = proxyAddress(env, 'HTTP_PROXY');
  if (https === null && http === null) return null;
  return { https, http, no: valueOf(env, 'no_proxy') ?? valueOf(env, 'NO_PROXY') };
}

function proxyAddress(env: Variables, name: string): string | null {
  const value = valueOf(env, name.toLowerCase()) ?? valueOf(env, name);
  if (value === null) return null;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (URL.canParse(address) && /^https?:/i.test(address)) return address;
  throw usageFailure(`${name} must be the address of an http proxy, such as http://proxy.example:8080.`);
}
