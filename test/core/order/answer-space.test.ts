import { expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import type { Size } from '../../../src/core/catalogue/model.ts';
import { answerSpace, pictureSpace } from '../../../src/core/order/answer-space.ts';

const MIB = 1_048_576;

it.each<[string, Size, number, number, number]>([
  ['nano-banana-2', '512', 1, 4, 2],
  ['nano-banana-2', '1K', 1, 4, 4],
  ['nano-banana-2', '1K', 3, 2, 8],
  ['nano-banana-2', '4K', 1, 4, 40],
  ['nano-banana-2', '4K', 100, 4, 64],
  ['imagen-4', '1K', 4, 1, 16],
])('%s at %s, %i pictures, %i at once: %i MiB', (name, size, count, concurrency, mebibytes) => {
  const order = {
    model: findModel(name),
    prompt: 'a cat',
    inputs: [],
    count,
    size,
    aspect: null,
    lane: 'now' as const,
    thinking: null,
  };
  expect(answerSpace([order], concurrency)).toBe(mebibytes * MIB);
});

it('is that of the largest pictures that may be under way at once, over several orders', () => {
  const model = findModel('nano-banana-2');
  const orders = [
    { model, count: 1, size: '1K' as const },
    { model, count: 1, size: '2K' as const },
  ];
  expect(answerSpace(orders, 4)).toBe(24 * MIB);
  expect(answerSpace(orders, 1)).toBe(12 * MIB);
  expect(answerSpace([], 4)).toBe(0);
});

it('is less on disk, where pictures are without base64', () => {
  expect(pictureSpace({ count: 1, size: '1K' })).toBe(Math.ceil(4 * MIB * 0.3));
  expect(pictureSpace({ count: 3, size: '4K' })).toBe(Math.ceil(120 * MIB * 0.3));
});
