import type { EnvHttpProxyAgent, Pool } from 'undici';
import { Failure } from '../../core/errors.ts';
import { isLoopback } from './loopback.ts';

/** Code of the error when a proxy cannot be reached or hangs up. */
export const PROXY_FAILED = 'PROXY_FAILED';

/** As HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say it; empty where they are not set. */
export interface ProxySettings {
  readonly https: string;
  readonly http: string;
  /** For the scheme that has none of its own. */
  readonly all: string;
  /** Hosts, with or without a port, that are reached directly: "example.com,.internal:8080", or "*". */
  readonly except: string;
}

/** Reads the usual variables; the lower-case spelling wins, as in curl. null when no proxy is set. */
export function proxyFrom(env: Readonly<Record<string, string | undefined>>): ProxySettings | null {
  const value = (name: string): string => (env[name.toLowerCase()] || env[name] || '').trim();
  const [https, http, all] = [value('HTTPS_PROXY'), value('HTTP_PROXY'), value('ALL_PROXY')];
  return https || http || all ? { https, http, all, except: value('NO_PROXY') } : null;
}

/** null where the request goes directly: this machine needs no proxy to reach itself. */
export async function proxyAgent(
  { https, http, all, except }: ProxySettings,
  baseUrl: string,
): Promise<EnvHttpProxyAgent | null> {
  if (isLoopback(new URL(baseUrl).hostname)) return null;
  const own = (text: string, name: string): string =>
    text === '' ? address(all, 'ALL_PROXY') : address(text, name);
  const httpsProxy = own(https, 'HTTPS_PROXY');
  const httpProxy = own(http, 'HTTP_PROXY');
  const { EnvHttpProxyAgent, Pool } = await import('undici');
  return new EnvHttpProxyAgent({
    httpsProxy,
    httpProxy,
    noProxy: except,
    clientFactory: (origin, options) => giveUp(new Pool(origin, options)),
  });
}

/** undici connects again, at once and without end, to a proxy that hangs up; an error of another kind stops it. */
function giveUp(pool: Pool): Pool {
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    connect: async (options: Parameters<typeof connect>[0]) => {
      try {
        return await connect(options);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw Object.assign(new Error(`the proxy failed: ${why}`, { cause: error }), { code: PROXY_FAILED });
      }
    },
  });
}

function address(text: string, name: string): string {
  if (text === '') return '';
  const url = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  // The message leaves the value out, because it may hold a password.
  throw new Failure('usage', `${name} is no address of an http or https proxy.`, {
    hint: `Write it as ${name}=http://host:port, with user:password@ before the host if it needs them. NO_PROXY=* does without it.`,
  });
}
