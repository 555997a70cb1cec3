import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import type { Model } from '../../../src/core/catalogue/model.ts';
import { Failure } from '../../../src/core/errors.ts';
import type { Turn, Want } from '../../../src/core/order/order.ts';
import { checkWant, orderFor } from '../../../src/core/order/request.ts';
import { aPicture, aWant } from '../../support/pricing.ts';

const pictures = (count: number) => Array.from({ length: count }, () => aPicture);

/** A turn that was sent so many pictures, and made one. */
const aTurn = (inputs: number): Turn => ({
  prompt: 'a dog',
  inputs: pictures(inputs),
  answer: [],
  pictures: 1,
  words: '',
});

const order = (model: string, changes: Partial<Want> = {}) => orderFor(findModel(model), aWant(changes));

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'usage') return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('orderFor', () => {
  it('takes 1K and the cheapest thinking where nothing is said', () => {
    expect(order('nano-banana-2.1')).toMatchObject({
      size: '1K',
      thinking: 'minimal',
      aspect: null,
      lane: 'now',
    });
    expect(order('nano-banana-pro').thinking).toBeNull();
    expect(order('nano-banana-2').size).toBe('1K');
  });

  it('keeps what is said', () => {
    const said = { size: '4K', thinking: 'high', aspect: '16:9', lane: 'batch', count: 7 } as const;
    expect(order('nano-banana-2.1', said)).toMatchObject(said);
  });

  it('keeps the prompts of each picture, and the turns before', () => {
    const said = { prompts: ['a', 'b'], history: [aTurn(1)], count: 2 };
    expect(order('nano-banana-2.1', said)).toMatchObject(said);
    expect(order('nano-banana-2.1')).not.toHaveProperty('history');
  });

  it('counts the pictures of earlier turns among its inputs, those sent and those made', () => {
    const most = { inputs: pictures(8), history: [aTurn(2), aTurn(2)] };
    expect(order('nano-banana-2.1', most).inputs).toHaveLength(8);
    expect(messageOf(() => order('nano-banana-2.1', { ...most, inputs: pictures(9) }))).toBe(
      'Nano Banana 2.1 takes up to 14 input images, and with the earlier turns these are 15.',
    );
  });

  it('takes 1 to 100 pictures, or as many as there may be at once', () => {
    expect([order('nano-banana-2.1').count, order('nano-banana-2.1', { count: 100 }).count]).toEqual([
      1, 100,
    ]);
    expect(order('nano-banana-2.1', { count: 250, most: 250 }).count).toBe(250);
    expect(messageOf(() => checkWant(aWant({ count: 251, most: 250 })))).toBe(
      '--count takes a whole number from 1 to 250, not 251.',
    );
  });

  it('takes the smallest size of a model that has no 1K', () => {
    const pro = findModel('nano-banana-pro');
    const { '4K': large, '2K': medium } = pro.resolutions;
    const only = (resolutions: Model['resolutions']) => orderFor({ ...pro, resolutions }, aWant());
    expect(only({ ...(large && { '4K': large }), ...(medium && { '2K': medium }) }).size).toBe('2K');
    expect(messageOf(() => only({}))).toBe('Nano Banana Pro has no size.');
  });

  it('takes the smallest size that is large enough', () => {
    const sizes = (
      [
        [1, 1],
        [689, 384],
        [1377, 1],
        [2752, 1536],
        [2752, 1537],
      ] as const
    ).map(([width, height]) => order('nano-banana-2', { aspect: '16:9', minPixels: { width, height } }).size);
    expect(sizes).toEqual(['512', '1K', '2K', '2K', '4K']);
  });

  it('measures that at the shape of the picture that it is like, where no aspect is said', () => {
    const minPixels = { width: 1100, height: 1 };
    const like = (width: number, height: number) =>
      order('nano-banana-2', { minPixels, like: { width, height } });
    expect(like(1600, 900)).toMatchObject({ size: '1K', aspect: '16:9' });
    expect(like(900, 1600)).toMatchObject({ size: '2K', aspect: '9:16' });
    expect(order('nano-banana-2', { minPixels })).toMatchObject({ size: '2K', aspect: null });
  });

  it('crops an exact size out of what was asked for, or says what is too small', () => {
    const exact = { width: 1000, height: 500 };
    expect(order('nano-banana-2', { exact, size: '2K', aspect: '4:3' })).toMatchObject({
      size: '2K',
      aspect: '4:3',
    });
    const large = { width: 9000, height: 9000 };
    const refusal = (want: Partial<Want>) =>
      messageOf(() => order('nano-banana-2', { exact: large, ...want }));
    expect(refusal({})).toBe('Nano Banana 2 makes nothing large enough for 9000x9000.');
    expect(refusal({ size: '1K', aspect: '4:3' })).toBe(
      'Nano Banana 2 makes nothing large enough with 1K 4:3 for 9000x9000.',
    );
    expect(refusal({ aspect: '4:3' })).toContain('with 4:3 for');
    expect(refusal({ aspect: '7:5' })).toMatch(/^Nano Banana 2 makes .*, not 7:5\.$/);
    expect(messageOf(() => order('nano-banana-pro', { exact, size: '512' }))).toBe(
      'Nano Banana Pro makes 1K, 2K, 4K, not 512.',
    );
  });

  it('searches when that is needed', () => {
    expect(order('nano-banana-2.1', { needs: ['search'] }).search).toBe(true);
    expect(order('nano-banana-2.1')).not.toHaveProperty('search');
  });

  it.each<readonly [string, string, Partial<Want>, string]>([
    ['an empty prompt', 'nano-banana-2.1', { prompt: '' }, 'The prompt is empty.'],
    ['a blank prompt', 'nano-banana-2.1', { prompt: ' \t\n\u3000' }, 'The prompt is empty.'],
    ['no picture', 'nano-banana-2.1', { count: 0 }, '--count takes a whole number from 1 to 100, not 0.'],
    ['too many', 'nano-banana-2.1', { count: 101 }, '--count takes a whole number from 1 to 100, not 101.'],
    [
      'half a picture',
      'nano-banana-2.1',
      { count: 1.5 },
      '--count takes a whole number from 1 to 100, not 1.5.',
    ],
    ['a size it lacks', 'nano-banana-pro', { size: '512' }, 'Nano Banana Pro makes 1K, 2K, 4K, not 512.'],
    ['4K of Imagen', 'imagen-4-ultra', { size: '4K' }, 'Imagen 4 Ultra makes 1K, 2K, not 4K.'],
    ['an aspect it lacks', 'imagen-4', { aspect: '21:9' }, 'Imagen 4 makes 1:1 3:4 4:3 9:16 16:9, not 21:9.'],
    [
      'a lane it lacks',
      'imagen-4',
      { lane: 'batch' },
      'Imagen 4 has no known price in lane batch; it has one in now.',
    ],
    [
      'a lane it lacks, and has others',
      'nano-banana-2.1',
      { lane: 'flex' },
      'Nano Banana 2.1 has no known price in lane flex; it has one in now, batch.',
    ],
    ['an edit by Imagen', 'imagen-4', { inputs: pictures(1) }, 'Imagen 4 takes no input images.'],
    [
      'too many inputs',
      'nano-banana-2.1',
      { inputs: pictures(15) },
      'Nano Banana 2.1 takes up to 14 input images, not 15.',
    ],
    [
      'an ability it lacks',
      'nano-banana-2-lite',
      { needs: ['edit', 'png'] },
      'Nano Banana 2 Lite cannot deliver PNG.',
    ],
    [
      'a level it lacks',
      'nano-banana-2',
      { thinking: 'low' },
      'Nano Banana 2 thinks at level minimal, high, not low.',
    ],
    [
      'a level of the Pro',
      'nano-banana-pro',
      { thinking: 'high' },
      'How much Nano Banana Pro thinks cannot be chosen.',
    ],
    [
      'more pixels than it has',
      'nano-banana-2-lite',
      { minPixels: { width: 2048, height: 1 } },
      'Nano Banana 2 Lite makes nothing as large as 2048x1.',
    ],
    [
      'more pixels than it has at an aspect',
      'nano-banana-2-lite',
      { minPixels: { width: 2048, height: 1 }, aspect: '16:9' },
      'Nano Banana 2 Lite makes nothing as large as 2048x1 at 16:9.',
    ],
    [
      'any pixels at an aspect it lacks',
      'nano-banana-2-lite',
      { minPixels: { width: 1, height: 1 }, aspect: '7:5' },
      'Nano Banana 2 Lite makes nothing as large as 1x1 at 7:5.',
    ],
    [
      'a prompt a token beyond its input',
      'imagen-4',
      { prompt: 'a'.repeat(1921) },
      'The prompt is about 481 tokens long; Imagen 4 takes up to 480.',
    ],
    [
      'a prompt beyond its input',
      'nano-banana',
      { prompt: 'a tree '.repeat(30_000) },
      'The prompt is about 52500 tokens long; Nano Banana takes up to 32768.',
    ],
  ])('refuses %s', (_, model, changes, message) => {
    expect(messageOf(() => order(model, changes))).toBe(message);
  });

  it('does not refuse a long prompt that fits', () => {
    expect(order('nano-banana-pro', { prompt: 'a tree '.repeat(30_000) }).size).toBe('1K');
    expect(order('imagen-4', { prompt: 'a'.repeat(1920) }).size).toBe('1K');
  });
});
