import { noBatches, noFiles, refuseUnable } from '../../core/providers/capabilities.ts';
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
    files: can.files ? files : refusingFiles(() => Promise.reject(noFiles(provider))),
    batches: can.batch ? batches : refusingBatches(batches, () => Promise.reject(noBatches(provider))),
  };
}

type Refuse = () => Promise<never>;

const refusingFiles = (refuse: Refuse): FileStore => ({
  upload: refuse,
  get: refuse,
  remove: refuse,
  download: refuse,
});

/** What reaches nothing stays as it is. */
const refusingBatches = (batches: BatchApi, refuse: Refuse): BatchApi => ({
  ...batches,
  preview: refuse,
  compose: refuse,
  create: refuse,
  find: refuse,
  get: refuse,
  cancel: refuse,
});
