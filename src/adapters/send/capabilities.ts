import { noBatches, noFiles, refuseUnable } from '../../core/providers/capabilities.ts';
import type { Failure } from '../../core/errors.ts';
import type { BatchApi, Client, FileStore, Provider } from '../../ports/index.ts';

/** The same client, which refuses what its provider cannot do before anything leaves. */
export function withinCapabilities(client: Client, provider: Provider): Client {
  const { images, files, batches } = client;
  const { can } = provider;
  return {
    ...client,
    images: {
      ...images,
      async preview(order) {
        refuseUnable(provider, order);
        return images.preview(order);
      },
      async send(order, options) {
        refuseUnable(provider, order);
        return images.send(order, options);
      },
    },
    files: can.files ? files : refusingFiles(provider),
    batches: can.batch ? batches : { ...batches, ...asking(noBatches(provider)) },
  };
}

type Who = Pick<Provider, 'title' | 'can'>;

/** Where there is no Files API. */
export function refusingFiles(provider: Who): FileStore {
  const refuse = (): Promise<never> => Promise.reject(noFiles(provider));
  return { upload: refuse, get: refuse, remove: refuse, download: refuse };
}

/** Where the wire knows no jobs at all. */
export function refusingBatches(provider: Who): BatchApi {
  const refuse = (): never => {
    throw noBatches(provider);
  };
  return { ...asking(noBatches(provider)), placed: refuse, results: refuse };
}

/** The calls that reach the API; what reads what is here already stays as it is. */
function asking(failure: Failure): Omit<BatchApi, 'placed' | 'results'> {
  const refuse = (): Promise<never> => Promise.reject(failure);
  return { preview: refuse, compose: refuse, create: refuse, find: refuse, get: refuse, cancel: refuse };
}
