import type { Account, Deps, ImageApi, OnUpload, Provider, Settings, Terminal } from '../ports/index.ts';
import { accountOf, livesHere } from './connection.ts';
import { paceOf, type PaceFlags } from './pace.ts';

/** Opens a provider by its name; the first of the settings, where none is named. */
export type Open = (name?: string) => Promise<Provider>;

interface Sender {
  readonly images: ImageApi;
  readonly close: () => Promise<void>;
}

interface SendersContext {
  readonly open: Open;
  readonly settings: Settings;
  readonly deps: Pick<Deps, 'client' | 'slots'>;
  readonly terminal: Terminal;
  readonly onUpload: OnUpload;
}

/** Sends to each provider no faster than its limits allow. */
export function sendersFor(flags: PaceFlags, { open, settings, deps, terminal, onUpload }: SendersContext) {
  const senders = new Map<string, Promise<Sender>>();

  /** Each command has a sandbox at an address of its own; its account, and so its limits, are those of the one before. */
  function accountHere(provider: Provider): Account {
    return { ...accountOf(provider), ...(livesHere(settings) && { id: provider.name }) };
  }

  async function opened(name: string): Promise<Sender> {
    const provider = await open(name);
    const slots = await deps.slots({ sandbox: settings.sandbox, account: accountHere(provider) });
    const options = { pace: paceOf(flags, slots, terminal), onUpload };
    const { images } = await deps.client(provider, options);
    return { images, close: () => slots.close() };
  }

  return {
    async apiOf(name: string): Promise<ImageApi> {
      const sender = senders.get(name) ?? opened(name);
      senders.set(name, sender);
      return (await sender).images;
    },
    accountOf: async (name: string): Promise<string> => accountHere(await open(name)).id,
    async close(): Promise<void> {
      for (const sender of senders.values()) await (await sender.catch(() => undefined))?.close();
    },
  };
}
