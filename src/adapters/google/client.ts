import type { Client, Clock, Provider } from '../../ports/index.ts';
import { httpTo } from '../http/open.ts';
import type { ProxySettings } from '../http/proxy.ts';
import { googleApi } from './api.ts';
import { googleBatches } from './batches.ts';
import { googleFiles } from './files.ts';
import { listModels } from './listing.ts';
import { unbilledCalls } from './unbilled.ts';

export interface ClientContext {
  readonly clock: Clock;
  readonly proxy?: ProxySettings | null;
}

/** Google's wire: generateContent and predict, files, jobs. Each picture is asked for once at most. */
export function googleClient(provider: Provider, { clock, proxy = null }: ClientContext): Client {
  const context = { provider, open: httpTo(provider, proxy), clock };
  return {
    images: googleApi(context),
    files: googleFiles(context),
    batches: googleBatches(context),
    models: (signal) => listModels(context, signal),
    async tries(what, signal) {
      // The list of models takes the key, and so do the others.
      const path = what === 'key' ? 'models' : what;
      const url = `${provider.baseUrl}/v1beta/${path}?pageSize=1`;
      const request = { method: 'GET', url, headers: {}, body: null } as const;
      await unbilledCalls(context).call(request, { signal, what: `Asking for ${path}`, once: true });
    },
  };
}
