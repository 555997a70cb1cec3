import { noBatches, noFiles } from '../../core/providers/capabilities.ts';
import type { Client, Clock, Provider } from '../../ports/index.ts';
import { httpTo } from '../http/open.ts';
import type { ProxySettings } from '../http/proxy.ts';
import { refusingBatches, refusingFiles } from '../send/capabilities.ts';
import { imageApi } from '../send/image-api.ts';
import { composeChat } from './compose.ts';
import { listModels } from './listing.ts';
import { tryKey } from './key.ts';

export interface ClientContext {
  readonly clock: Clock;
  readonly proxy?: ProxySettings | null;
}

/** Chat completions with pictures in them: no files and no jobs. Each picture is asked for once at most. */
export function chatClient(provider: Provider, { clock, proxy = null }: ClientContext): Client {
  const context = { provider, open: httpTo(provider, proxy), clock };
  return {
    images: imageApi(context, (order, carry) => carry(composeChat(order, provider))),
    files: refusingFiles(provider),
    batches: refusingBatches(provider),
    models: (signal) => listModels(context, signal),
    async tries(what, signal) {
      if (what === 'key') return tryKey(context, signal);
      throw what === 'files' ? noFiles(provider) : noBatches(provider);
    },
  };
}
