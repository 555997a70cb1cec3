import type { LookupFunction } from 'node:net';
import { proxyAgent, type ProxySettings } from './proxy.ts';
import type { Engine } from './watch.ts';

/**
 * What carries requests to an address: through the proxy where there is one. It is undici as pixtab brings it: the copy
 * inside of Node 20 takes a chunked body that was cut for a whole one when the server closes the connection.
 * `lookup` finds addresses; a proxy finds them itself.
 */
export async function openEngine(
  proxy: ProxySettings | null,
  baseUrl: string,
  lookup?: LookupFunction,
): Promise<Engine> {
  const through = proxy && (await proxyAgent(proxy, baseUrl));
  if (through) return through;
  const { Agent } = await import('undici');
  return new Agent(lookup === undefined ? {} : { connect: { lookup } });
}
