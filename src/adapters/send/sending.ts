import { LIGHT_BYTES } from '../../core/order/uploads.ts';
import type { Client, ClientOptions, Clock, Provider } from '../../ports/index.ts';
import { withinCapabilities } from './capabilities.ts';
import { rateLimited } from './rate-limit.ts';
import { retrying } from './retry.ts';
import { uploadingInputs } from './upload-inputs.ts';

export interface SendContext {
  readonly clock: Clock;
  readonly sha256: (bytes: Uint8Array) => string;
}

/**
 * What every wire has in common: pictures are sent within the limits, again where that is free, and after what is too
 * large to travel with them; what the provider cannot do is refused.
 */
export function sending(
  client: Client,
  provider: Provider,
  { pace, onUpload = () => {} }: ClientOptions,
  { clock, sha256 }: SendContext,
): Client {
  const able = withinCapabilities(client, provider);
  const { images, files } = able;
  const repeated = retrying(pace ? rateLimited(images, pace, clock, provider) : images, clock);
  const lightBytes = provider.can.files ? LIGHT_BYTES : Infinity;
  const context = { files, clock, sha256, onUpload, lightBytes };
  return { ...able, images: uploadingInputs(repeated, context) };
}
