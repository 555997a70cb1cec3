import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { aWant } from '../../support/pricing.ts';
import { describe, expect, it } from 'vitest';
import { usd } from '../../../src/core/pricing/money.ts';
import type { Want } from '../../../src/core/order/order.ts';
import { looserOrders, wishesInPrompt } from '../../../src/core/order/looser.ts';

const NOTHING = { size: null, aspect: null };

describe('a looser order', () => {
  /** What is said of a want at $0.05, where others cost what `prices` say by lane and size. */
  const said = (want: Partial<Want>, prices: Readonly<Record<string, string | null>>) => {
    const offered = (price: string) => ({
      order: { model: findModel('nano-banana-2.1') },
      quote: { expected: usd(price) },
    });
    return looserOrders(aWant(want), offered('0.05'), ({ lane, size }) => {
      const price = prices[`${lane} ${size}`] ?? null;
      return price === null ? null : offered(price);
    });
  };

  it.each<[string, Partial<Want>, Readonly<Record<string, string | null>>, readonly string[]]>([
    ['nothing of one that costs the same', { size: '512' }, { 'now 1K': '0.05' }, []],
    [
      'the next size that costs less',
      { size: '512' },
      { 'now 512': '0.01', 'now 1K': '0.06', 'now 2K': '0.04', 'now 4K': '0.03' },
      ['2K costs less than 512, $0.04 (Nano Banana 2.1), and --resize is free: -s 2K.'],
    ],
    ['nothing of a smaller size', { size: '2K' }, { 'now 1K': '0.01' }, []],
    ['nothing of sizes where none is asked for', {}, { 'now 1K': '0.01', 'now 2K': '0.01' }, []],
    [
      'nothing of sizes where the picture is exact',
      { size: '512', exact: { width: 9, height: 9 } },
      { 'now 1K': '0.01' },
      [],
    ],
    [
      'nothing of sizes where pixels are asked for',
      { size: '512', minPixels: { width: 9, height: 9 } },
      { 'now 1K': '0.01' },
      [],
    ],
    [
      'the usual lane where that costs less',
      { lane: 'priority' },
      { 'now null': '0.04' },
      ['Lane now costs less, $0.04 (Nano Banana 2.1): leave out --lane priority.'],
    ],
    ['nothing of the usual lane where it is dearer', { lane: 'batch' }, { 'now null': '0.1' }, []],
    ['nothing of the lane that it is in', {}, { 'now null': '0.01' }, []],
  ])('is told as %s', (_, want, prices, sentences) => {
    expect(said(want, prices)).toEqual(sentences);
  });
});

describe('what a prompt says that only a flag can ask for', () => {
  it.each([
    ['a 1920x1080 banner', ['--size-exact 1920x1080 asks for it']],
    ['a banner, 1920 × 1080', ['--size-exact 1920x1080 asks for it']],
    ['a poster in 4k', ['names 4k, and no model reads that as a size: -s 4K']],
    ['a poster, 16:9', ['names 16:9, and no model reads that as a shape: -a 16:9']],
    ['a 4K poster at 21:9', ['-s 4K', '-a 21:9']],
    ['a clock that says 10:15', []],
    ['the years 3:16 and 1:1:1 of a chronicle, 64x64 pixels, 8K, A4K', []],
    ['a cat', []],
    ['1920X1080', ['--size-exact 1920x1080']],
    ['a poster in 2k.', ['-s 2K']],
    ['3:2', ['-a 3:2']],
    ['a story, 9:16', ['-a 9:16']],
    ['parts 11920x1080, 1920x10801, v1.1920x1080, 1920x1080.5, 1920  x 1080 and 1920x  1080', []],
    ['3K, v.4K, 4Kids and the 14K of gold', []],
    ['at 116:9, 16:91, 1.16:9, 16:9.5, 2:16:9 and 16:9:2', []],
  ])('is a hint at it: %s', (prompt, hints) => {
    expect(wishesInPrompt(prompt, NOTHING)).toEqual(hints.map((hint) => expect.stringContaining(hint)));
  });

  it('is none where a flag says so already', () => {
    expect(wishesInPrompt('a 4K poster, 16:9', { size: '2K', aspect: '16:9' })).toEqual([]);
    const both = ['-s 4K', '-a 16:9'].map((flag) => expect.stringContaining(flag));
    expect(wishesInPrompt('a 4K poster, 16:9', { size: '2K', aspect: null })).toEqual(both.slice(1));
    expect(wishesInPrompt('a 4K poster, 16:9', { size: null, aspect: '3:2' })).toEqual(both.slice(0, 1));
    expect(wishesInPrompt('1920x1080', { ...NOTHING, exact: { width: 1920, height: 1080 } })).toEqual([]);
  });
});
