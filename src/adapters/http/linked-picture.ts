import type { LookupFunction } from 'node:net';
import type { Provider } from '../../ports/index.ts';
import { imageKind } from '../images/sniff.ts';
import { openEngine } from './engine.ts';
import type { Engine } from './types.ts';
import { brokeBy, collect, joined, type Broke } from './fetch.ts';
import type { ProxySettings } from './proxy.ts';
import { addressIn, isPublic, PRIVATE_ADDRESS, publicLookup } from './public-address.ts';

/** A picture that was at an address, or why it was not fetched, as the end of a sentence. */
export type Linked = { readonly bytes: Uint8Array } | { readonly why: string };

export type FetchLinked = (address: string, signal: AbortSignal) => Promise<Linked>;

// More than the largest picture of any model has, and longer than it takes on a slow line.
const MOST_BYTES = 64 * 1024 * 1024;
const LONGEST_MS = 180_000;
const MOST_HOPS = 3;

type Hop = Linked | { readonly location: string };

/**
 * Fetches pictures that an answer points to. Whoever answers is a stranger: it may point to any machine that this one
 * reaches. So nothing is fetched but from the origin that was asked and from hosts that the user allows, there with a
 * public address alone, never with a credential, and a redirect is held to the same.
 */
export function linkedPictures(
  { baseUrl, pictureHosts }: Pick<Provider, 'baseUrl' | 'pictureHosts'>,
  proxy: ProxySettings | null,
  resolve?: LookupFunction,
): FetchLinked {
  const own = new URL(baseUrl);

  return async (address, caller) => {
    const timeout = AbortSignal.timeout(LONGEST_MS);
    let at = address;
    for (let hop = 0; hop <= MOST_HOPS; hop++) {
      const url = URL.canParse(at) ? new URL(at) : null;
      if (url === null) return { why: 'that is no address' };
      const why = forbidden(url);
      if (why !== null) return { why };
      const found = await get(url, caller, timeout);
      if (!('location' in found)) return found;
      at = URL.canParse(found.location, url.href) ? new URL(found.location, url).href : found.location;
    }
    return { why: 'it is passed on again and again' };
  };

  /** Why nothing is fetched from there; null where it is. */
  function forbidden(url: URL): string | null {
    if (url.username || url.password) return 'the address holds a password';
    if (url.origin === own.origin) return null;
    if (url.protocol !== 'https:') return 'it is not https';
    if (!pictureHosts.some((allowed) => isUnder(url, allowed)))
      return `pictures are fetched from ${own.host} alone, unless PIXTAB_PICTURE_HOSTS names ${url.host}`;
    const literal = addressIn(url);
    return literal !== null && !isPublic(literal) ? PRIVATE : null;
  }

  async function get(url: URL, caller: AbortSignal, timeout: AbortSignal): Promise<Hop> {
    const lookup = url.origin === own.origin ? undefined : publicLookup(resolve);
    let engine: Engine | null = null;
    try {
      engine = await openEngine(proxy, url.href, lookup);
      const answer = await engine.send({
        method: 'GET',
        url: url.href,
        headers: { accept: 'image/*' },
        body: null,
        signal: AbortSignal.any([caller, timeout]),
        onWrite: () => undefined,
        whole: true,
      });
      const location = answer.headers.get('location');
      if (location !== null && answer.status >= 300 && answer.status < 400) return { location };
      if (!answer.ok) return { why: `${url.host} answered ${answer.status}` };
      const chunks: Uint8Array[] = [];
      if (!(await collect(answer, chunks, MOST_BYTES))) return { why: 'it is larger than any picture' };
      const bytes = joined(chunks);
      const kind = imageKind(bytes);
      return kind === null || kind === 'svg' || kind === 'pdf'
        ? { why: 'what is there is no picture' }
        : { bytes };
    } catch (error) {
      return { why: inWords(brokeBy(error, caller, timeout), url) };
    } finally {
      await engine?.destroy();
    }
  }
}

const PRIVATE = 'it is in a private network';

function inWords({ by, code, message }: Broke, { host }: URL): string {
  if (by === 'timeout') return `${host} took longer than ${LONGEST_MS / 60_000} minutes`;
  if (code === PRIVATE_ADDRESS) return PRIVATE;
  return by === 'caller' ? 'it was cancelled' : `${host} could not be reached (${code || message})`;
}

/** Whether an entry such as "cdn.example", "*.cdn.example" or "cdn.example:8443" means this host. */
function isUnder({ hostname, port }: URL, allowed: string): boolean {
  const [name = '', itsPort = ''] = allowed.split(':');
  if (port !== itsPort) return false;
  return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name;
}
