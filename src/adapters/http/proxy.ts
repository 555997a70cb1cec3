import type { Pool } from 'undici';
import { Failure } from '../../core/errors.ts';
import { isLoopback } from './loopback.ts';
import type { Dispatcher } from './watch.ts';

/** Code of the error when a proxy cannot be reached or hangs up. */
export const PROXY_FAILED = 'PROXY_FAILED';

/** As HTTPS_PROXY, HTTP_PROXY and NO_PROXY say it; empty where they are not set. */
export interface ProxySettings {
  readonly https: string;
  readonly http: string;
  /** Hosts, with or without a port, that are reached directly: "example.com,.internal:8080", or "*". */
  readonly except: string;
}

/** A way through a proxy for one request. */
export interface Proxy extends Dispatcher {
  /** Ends its connections, finished or not. */
  destroy(): Promise<void>;
}

/** Reads the usual variables; the lower-case spelling wins, as in curl. null when no proxy is set. */
export function proxyFrom(env: Readonly<Record<string, string | undefined>>): ProxySettings | null {
  const value = (name: string): string => (env[name.toLowerCase()] || env[name] || '').trim();
  const proxy = { https: value('HTTPS_PROXY'), http: value('HTTP_PROXY'), except: value('NO_PROXY') };
  return proxy.https || proxy.http ? proxy : null;
}

/** null where the request goes directly: this machine needs no proxy to reach itself. */
export async function openProxy(settings: ProxySettings | null, baseUrl: string): Promise<Proxy | null> {
  if (!settings || isLoopback(new URL(baseUrl).hostname)) return null;
  const httpsProxy = address(settings.https, 'HTTPS_PROXY');
  const httpProxy = address(settings.http, 'HTTP_PROXY');
  const { EnvHttpProxyAgent, Pool } = await import('undici');
  return new EnvHttpProxyAgent({
    httpsProxy,
    httpProxy,
    noProxy: settings.except,
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
    hint: `Write it as ${name}=http://host:port, with user:password@ before the host if it needs them.`,
  });
}
