import type { Wire } from '../core/providers/profile.ts';
import type { Client, ClientOptions, Clock, Provider } from '../ports/index.ts';
import type { ProxySettings } from './http/proxy.ts';
import { sending } from './send/sending.ts';

export interface ClientContext {
  readonly clock: Clock;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly proxy: ProxySettings | null;
}

type Open = (provider: Provider, context: Pick<ClientContext, 'clock' | 'proxy'>) => Client;

/** The client of each wire, loaded when a provider speaks it. */
const WIRES: Readonly<Record<Wire, () => Promise<Open>>> = {
  google: async () => (await import('./google/client.ts')).googleClient,
  chat: async () => (await import('./chat/client.ts')).chatClient,
};

/** A client of the provider, in whichever wire it speaks. */
export async function clientOf(
  provider: Provider,
  options: ClientOptions,
  context: ClientContext,
): Promise<Client> {
  const open = await WIRES[provider.wire]();
  return sending(open(provider, context), provider, options, context);
}
