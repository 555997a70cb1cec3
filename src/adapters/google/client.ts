import type { Client, Clock, Provider } from '../../ports/index.ts';
import { googleApi } from './api.ts';
import { googleBatches } from './batches.ts';
import { googleFiles } from './files.ts';
import { listModels } from './listing.ts';
import type { ProxySettings } from '../http/proxy.ts';

/** Google's wire: generateContent and predict, files, jobs. Each picture is sent once at most. */
export function googleClient(
  provider: Provider,
  { clock, proxy }: { readonly clock: Clock; readonly proxy: ProxySettings | null },
): Client {
  return {
    images: googleApi(provider, { clock, proxy }),
    files: googleFiles(provider, { clock, proxy }),
    batches: googleBatches(provider, { clock, proxy }),
    models: (signal) => listModels(provider, { clock, proxy, signal }),
  };
}
