import { geminiModel } from '../gemini-model.ts';
import { FOURTEEN_ASPECTS, scaled } from '../pixels.ts';
import { BY_ANALOGY, CHANGES, PRICES_OCTOBER } from '../sources.ts';

/** The cheapest 2K and 4K. Thinks at level medium unless told otherwise, which costs. */
export const NANO_BANANA_21 = geminiModel({
  id: 'gemini-nano-banana-2.1',
  name: 'Nano Banana 2.1',
  aliases: ['nano-banana-2.1'],
  life: { ...CHANGES, released: '2026-10-06' },
  resolutions: {
    '1K': { tokens: 1120, pixels: FOURTEEN_ASPECTS },
    '2K': { tokens: 1680, pixels: scaled(FOURTEEN_ASPECTS, 2) },
    '4K': { tokens: 3780, pixels: scaled(FOURTEEN_ASPECTS, 4) },
  },
  inputs: {
    maxPromptTokens: 65_536,
    tokensPerImage: { ...BY_ANALOGY, low: 258, expected: 560, high: 1120 },
  },
  thinkingTokens: {
    minimal: { ...BY_ANALOGY, low: 0, expected: 0, high: 200 },
    medium: { ...BY_ANALOGY, low: 0, expected: 500, high: 1600 },
    high: { ...BY_ANALOGY, low: 0, expected: 750, high: 2000 },
  },
  remainderTokens: { ...BY_ANALOGY, low: 0, expected: 400, high: 1200 },
  prices: [
    { lane: 'now', input: '1.50', text: '7.50', image: '30', cited: PRICES_OCTOBER },
    {
      lane: 'batch',
      input: '0.75',
      text: '3.75',
      image: '15',
      cited: {
        ...PRICES_OCTOBER,
        confidence: 'medium',
        note: 'half of the standard price, as is printed for 1K; 2K and 4K are not printed',
      },
      sizes: [
        {
          size: '1K',
          image: '15',
          cited: { ...PRICES_OCTOBER, note: '$0.0168 an image is printed for 1K' },
        },
      ],
    },
  ],
});
