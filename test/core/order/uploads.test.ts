import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputImage, Turn } from '../../../src/core/order/order.ts';
import {
  LIGHT_BYTES,
  referring,
  requestSize,
  SMALL_BYTES,
  uploadsOf,
} from '../../../src/core/order/uploads.ts';
import { anOrder } from '../../support/pricing.ts';

const PRO = 'gemini-3-pro-image';
const LITE = 'gemini-3.1-flash-lite-image';
const MB = 1_000_000;
const LIMIT = 100 * MB;

/** A picture that is only as long as it says, so that a test may have hundreds of megabytes of them. */
const picture = (size: number, name = 'a.png'): InputImage => ({
  name,
  mimeType: 'image/png',
  bytes: { byteLength: size } as Uint8Array,
  width: 10,
  height: 10,
});

/** A turn whose answer weighs about so much: what may be escaped counts for six bytes, and is counted at once. */
const turn = (answer: number, ...inputs: readonly InputImage[]): Turn => ({
  prompt: 'a cat',
  inputs,
  answer: [{ text: 'é'.repeat(answer / 6) }],
  pictures: 1,
  words: '',
});

const sizes = (pictures: readonly InputImage[]): number[] =>
  pictures.map(({ bytes }) => bytes.byteLength / MB);

describe('what goes ahead of a request as a file', () => {
  it.each<[string, string, readonly number[], number, readonly number[]]>([
    ['nothing of a photo', LITE, [4], 1, []],
    ['nothing of fourteen photos of a megabyte', LITE, Array.from({ length: 14 }, () => 1), 1, []],
    ['nothing of what just weighs what is light', LITE, [15], 1, []],
    ['what is heavy', LITE, [15.1], 1, [15.1]],
    ['the largest, until the rest is light', LITE, [2, 9, 8, 3], 1, [9]],
    ['what the model takes in no request', PRO, [7, 7.1], 1, [7.1]],
    ['what several requests would repeat', LITE, [4], 4, [4]],
    ['nothing of what a few requests repeat', LITE, [4], 3, []],
    ['a megabyte, if it is repeated enough', LITE, [1], 100, [1]],
    ['nothing small, however often it is repeated', LITE, [0.9], 100, []],
    ['all of it, if it must be', PRO, [61, 29, 8], 1, [61, 29, 8]],
  ])('is %s', (_, model, given, alike, gone) => {
    const inputs = given.map((size) => picture(size * MB));
    expect(sizes(uploadsOf(anOrder(model, { inputs, alike })))).toEqual(gone);
  });

  it('counts earlier turns, whose pictures go as files before anything is shrunk', () => {
    const earlier = picture(12 * MB, 'earlier.png');
    const order = anOrder(LITE, { inputs: [picture(2 * MB)], history: [turn(90 * MB, earlier)] });
    expect(uploadsOf(order)).toEqual([earlier]);
    expect(requestSize(order, [earlier])).toBeLessThanOrEqual(LIMIT);
    expect(uploadsOf(anOrder(LITE, { inputs: [picture(2 * MB)], history: [turn(MB, earlier)] }))).toEqual([]);
  });

  it('is even a small picture, where turns leave no room for it', () => {
    const inputs = Array.from({ length: 10 }, (_, index) => picture(0.9 * MB + index));
    const order = anOrder(LITE, { inputs, history: [turn(96 * MB)] });
    const uploads = uploadsOf(order);
    expect(uploads).toEqual(inputs.slice(3).toReversed());
    expect(requestSize(order, uploads)).toBeLessThanOrEqual(LIMIT);
    expect(requestSize(order, uploads.slice(1))).toBeGreaterThan(LIMIT);
  });

  it.each([
    ['turns', { history: [turn(60 * MB), turn(45 * MB)] }, /earlier turns are more than one request/],
    ['a prompt', { prompt: 'é'.repeat(20 * MB) }, /prompt is more than one request/],
  ])('refuses %s that no request holds', (_, changes, says) => {
    expect(() => uploadsOf(anOrder(LITE, changes))).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(says) }),
    );
  });

  const anImage = fc.integer({ min: 1, max: 120 * MB }).map((size) => picture(size));
  const orders = fc.record({
    model: fc.constantFrom(LITE, PRO),
    inputs: fc.array(anImage, { maxLength: 8 }),
    history: fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 100_000 }), fc.array(anImage, { maxLength: 3 }))
        .map(([size, inputs]) => turn(size, ...inputs)),
      { maxLength: 3 },
    ),
    alike: fc.integer({ min: 1, max: 100 }),
  });

  it('never leaves a request larger than it may be, nor a picture larger than it may be in one', () => {
    fc.assert(
      fc.property(orders, ({ model, ...rest }) => {
        const order = anOrder(model, rest);
        const uploads = uploadsOf(order);
        const inside = [...rest.history.flatMap(({ inputs }) => inputs), ...rest.inputs].filter(
          (one) => !uploads.includes(one),
        );
        expect(requestSize(order, uploads)).toBeLessThanOrEqual(LIMIT);
        const mostInline = model === PRO ? 7 * MB : LIMIT;
        expect(inside.every(({ bytes }) => bytes.byteLength <= mostInline)).toBe(true);
        const weight = inside.reduce((sum, { bytes }) => sum + Math.ceil(bytes.byteLength / 3) * 4, 0);
        const areSmall = inside.every(({ bytes }) => bytes.byteLength < SMALL_BYTES);
        expect(weight * rest.alike <= LIGHT_BYTES || areSmall).toBe(true);
      }),
    );
  });

  it('uploads nothing of an order that is light', () => {
    const light = fc.array(
      fc.integer({ min: 1, max: 6 * MB }).map((size) => picture(size)),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(
        light,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(LITE, PRO),
        (inputs, alike, model) => {
          const order = anOrder(model, { inputs, alike });
          const weight = inputs.reduce((sum, { bytes }) => sum + Math.ceil(bytes.byteLength / 3) * 4, 0);
          fc.pre(weight * alike <= LIGHT_BYTES);
          expect(uploadsOf(order)).toEqual([]);
        },
      ),
    );
  });

  it('leaves nothing inside that is larger than what went ahead', () => {
    fc.assert(
      fc.property(orders, ({ model, ...rest }) => {
        const uploads = uploadsOf(anOrder(model, rest));
        const least = Math.min(...uploads.map(({ bytes }) => bytes.byteLength));
        const inside = rest.inputs.filter((one) => !uploads.includes(one));
        expect(inside.every(({ bytes }) => bytes.byteLength <= least)).toBe(true);
      }),
    );
  });
});

it('refers to pictures where they are, and leaves the others as they were', () => {
  const [old, big, small] = [picture(3), picture(2), picture(1)];
  const order = anOrder(LITE, { inputs: [big, small], history: [turn(1, old)] });
  const referred = referring(order, (one) => (one === small ? undefined : `files/${one.bytes.byteLength}`));
  expect(referred.inputs.map(({ uri }) => uri)).toEqual(['files/2', undefined]);
  expect(referred.inputs[1]).toBe(small);
  expect(referred.history?.[0]?.inputs[0]?.uri).toBe('files/3');
  expect(order.inputs[0]).not.toHaveProperty('uri');
  expect(referring(anOrder(LITE), () => undefined)).not.toHaveProperty('history');
});
