import type { Order } from '../../core/order/order.ts';
import type { Carry } from '../http/fetch.ts';
import { z } from 'zod';
import type { Refusal, Reply, ReplyImage } from '../../core/order/reply.ts';
import { fromBase64, list, word } from '../lenient.ts';

/** Composes the `:predict` request of Imagen, which Google's SDK no longer sends with an API key. */
export async function composeImagen(order: Order, baseUrl: string, carry: Carry): Promise<void> {
  const { model, prompt, count, size, aspect } = order;
  const body = {
    instances: [{ prompt }],
    parameters: {
      sampleCount: count,
      ...(aspect && { aspectRatio: aspect }),
      ...(model.sendsSize && { sampleImageSize: size }),
    },
  };
  await carry({
    method: 'POST',
    url: `${baseUrl.replace(/\/+$/, '')}/v1beta/models/${model.id}:predict`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const Answer = z.object({
  predictions: list(z.object({ mimeType: word, bytesBase64Encoded: word, raiFilteredReason: word })),
});

type Prediction = z.infer<typeof Answer>['predictions'][number];

/** Reads an answer of `:predict`. Imagen answers `{}` when it has filtered every picture. */
export function readPredictions(json: object): Reply {
  const { predictions } = Answer.parse(json);
  const read = predictions.map(readPrediction).filter((one) => one !== null);
  const images = read.filter((one) => 'bytes' in one);
  const refusals = read.filter((one) => 'reason' in one);
  return {
    images,
    extras: [],
    refusals: read.length > 0 ? refusals : [{ reason: 'NO_IMAGE', message: '' }],
    text: null,
    usage: null,
    searches: 0,
    modelVersion: null,
    responseId: null,
  };
}

/** null for an entry that only carries safety scores. */
function readPrediction({
  mimeType,
  bytesBase64Encoded,
  raiFilteredReason,
}: Prediction): ReplyImage | Refusal | null {
  if (typeof bytesBase64Encoded === 'string') {
    const bytes = fromBase64(bytesBase64Encoded);
    return bytes ? { mimeType: mimeType ?? '', bytes } : { reason: 'UNDECODABLE_IMAGE', message: '' };
  }
  return typeof raiFilteredReason === 'string'
    ? { reason: 'RAI_FILTERED', message: raiFilteredReason }
    : null;
}
