import type { Order } from '../../core/order/order.ts';
import type { Carry } from '../http/fetch.ts';
import { z } from 'zod';
import type { Refusal } from '../../core/order/reply.ts';
import { list } from '../lenient.ts';

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
    url: `${baseUrl.replace(/\/$/, '')}/v1beta/models/${model.id}:predict`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const Answer = z.object({ predictions: list(z.object({ raiFilteredReason: z.string() })) });

/** Why pictures of an answer of `:predict` are not there. */
export const filteredIn = (answers: readonly object[]): readonly Refusal[] =>
  answers
    .flatMap((answer) => Answer.parse(answer).predictions)
    .map(({ raiFilteredReason }) => ({ reason: 'RAI_FILTERED', message: raiFilteredReason }));
