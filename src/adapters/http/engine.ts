import type { LookupFunction } from 'node:net';
import { directEngine } from './direct.ts';
import { proxyAgent, type ProxySettings } from './proxy.ts';
import type { Engine } from './types.ts';
import type { Agent } from './watch.ts';

/** Through the proxy where there is one. `lookup` finds addresses; a proxy finds them itself. */
export async function openEngine(
  proxy: ProxySettings | null,
  baseUrl: string,
  lookup?: LookupFunction,
): Promise<Engine> {
  const agent = proxy && (await proxyAgent(proxy, baseUrl));
  return agent ? (await import('./over-fetch.ts')).overFetch(agent) : directEngine(lookup);
}

/** An agent that keeps its connections, for what may be sent again at no cost. */
export async function openAgent(proxy: ProxySettings | null, baseUrl: string): Promise<Agent> {
  const through = proxy && (await proxyAgent(proxy, baseUrl));
  if (through) return through;
  const { Agent } = await import('undici');
  return new Agent();
}
