import type { Client, ClientOptions, Clock } from '../../ports/index.ts';
import { limited } from './rate-limit.ts';
import { retrying } from './retry.ts';
import { shipping } from './upload-inputs.ts';

export interface SendContext {
  readonly clock: Clock;
  readonly sha256: (bytes: Uint8Array) => string;
}

/** The same client whose pictures leave within the limits, are sent again where that is free, and upload what is large. */
export function sending(
  client: Client,
  { pace, onUpload = () => {} }: ClientOptions,
  { clock, sha256 }: SendContext,
): Client {
  const { images, files } = client;
  const repeated = retrying(pace ? limited(images, pace, clock) : images, clock);
  return { ...client, images: shipping(repeated, { files: async () => files, clock, sha256, onUpload }) };
}
