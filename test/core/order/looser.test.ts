import { describe, expect, it } from 'vitest';
import { wishesInPrompt } from '../../../src/core/order/looser.ts';

const NOTHING = { size: null, aspect: null };

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
  ])('is a hint at it: %s', (prompt, hints) => {
    expect(wishesInPrompt(prompt, NOTHING)).toEqual(hints.map((hint) => expect.stringContaining(hint)));
  });

  it('is none where a flag says so already', () => {
    expect(wishesInPrompt('a 4K poster, 16:9', { size: '2K', aspect: '16:9' })).toEqual([]);
    expect(wishesInPrompt('1920x1080', { ...NOTHING, exact: { width: 1920, height: 1080 } })).toEqual([]);
  });
});
