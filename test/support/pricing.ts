import { findModel } from '../../src/core/catalogue/catalogue.ts';
import type { Model } from '../../src/core/catalogue/model.ts';
import type { InputImage, Order, Want } from '../../src/core/order/order.ts';
import type { Reply, Usage } from '../../src/core/order/reply.ts';

export const TODAY = '2026-11-22';

/** The catalogue as it was on that day: tests that count or rank models take it, so that a new model changes none of them. */
export const MODELS_TODAY = [
  'nano-banana-2.1',
  'nano-banana-2-lite',
  'nano-banana-pro',
  'nano-banana-2',
  'nano-banana',
  'imagen-4-fast',
  'imagen-4',
  'imagen-4-ultra',
].map((name) => findModel(name));

export function aWant(changes: Partial<Want> = {}): Want {
  return {
    prompt: 'a lighthouse at dusk',
    inputs: [],
    count: 1,
    size: null,
    aspect: null,
    lane: 'now',
    thinking: null,
    needs: [],
    ...changes,
  };
}

export function anOrder(model: Model | string, changes: Partial<Order> = {}): Order {
  const found = typeof model === 'string' ? findModel(model) : model;
  return {
    model: found,
    prompt: 'a lighthouse at dusk',
    inputs: [],
    count: 1,
    size: '1K',
    aspect: null,
    lane: 'now',
    thinking: found.thinkingDefault,
    ...changes,
  };
}

export const aPicture: InputImage = {
  name: 'cat.png',
  mimeType: 'image/png',
  bytes: new Uint8Array([1]),
  width: 800,
  height: 600,
};

export function aUsage(changes: Partial<Usage> & Pick<Usage, 'prompt' | 'candidates'>): Usage {
  const { prompt, candidates, thoughts = 0 } = changes;
  return {
    promptText: null,
    promptImage: null,
    imageOutput: null,
    thoughts,
    total: prompt + candidates + thoughts,
    lane: null,
    ...changes,
  };
}

const image = { mimeType: 'image/jpeg', bytes: new Uint8Array([255, 216]) };

/** One picture came, unless `changes` say otherwise. */
export function aReply(changes: Partial<Reply> = {}): Reply {
  return {
    images: [image],
    extras: [],
    refusals: [],
    text: null,
    usage: null,
    searches: 0,
    modelVersion: null,
    responseId: null,
    ...changes,
  };
}

/** No picture came. */
export const aRefusal = (reason: string, message = '', usage: Usage | null = null): Reply =>
  aReply({ images: [], refusals: [{ reason, message }], usage });
