import { usd } from '../../pricing/money.ts';
import type { Model } from '../model.ts';
import { FOURTEEN_ASPECTS, scaled } from '../pixels.ts';
import { searchRates, tokenRates } from '../rates.ts';
import { BY_ANALOGY, CHANGES, PRICES_OCTOBER } from '../sources.ts';

const RELEASED = '2026-10-06';

/** The cheapest 2K and 4K. Thinks at level medium unless told otherwise, which costs. */
export const BANANA_21: Model = {
  id: 'gemini-nano-banana-2.1',
  name: 'Nano Banana 2.1',
  aliases: ['nano-banana-2.1'],
  family: 'gemini',
  wire: 'generateContent',
  life: { ...CHANGES, released: RELEASED, deprecated: null, shutdown: null, closedSince: null, claims: [] },
  successor: null,
  resolutions: {
    '1K': { tokens: 1120, pixels: FOURTEEN_ASPECTS },
    '2K': { tokens: 1680, pixels: scaled(FOURTEEN_ASPECTS, 2) },
    '4K': { tokens: 3780, pixels: scaled(FOURTEEN_ASPECTS, 4) },
  },
  sendsSize: true,
  output: 'image/jpeg',
  maxPerRequest: 1,
  abilities: ['edit', 'text', 'chat', 'search'],
  inputs: {
    maxImages: 14,
    maxPromptTokens: 65_536,
    tokensPerImage: { ...BY_ANALOGY, low: 258, expected: 560, high: 1120 },
  },
  thinkingLevels: ['minimal', 'medium', 'high'],
  thinkingDefault: 'minimal',
  thinkingTokens: {
    minimal: { ...BY_ANALOGY, low: 0, expected: 0, high: 200 },
    medium: { ...BY_ANALOGY, low: 0, expected: 500, high: 1600 },
    high: { ...BY_ANALOGY, low: 0, expected: 750, high: 2000 },
  },
  remainderTokens: { ...BY_ANALOGY, low: 0, expected: 400, high: 1200 },
  imageParts: null,
  rates: [
    ...tokenRates(
      { input: '1.50', text: '7.50', image: '30' },
      { lane: 'now', from: RELEASED, cited: PRICES_OCTOBER },
    ),
    {
      ...PRICES_OCTOBER,
      note: '$0.0168 an image is printed for 1K',
      meter: 'image output',
      lane: 'batch',
      size: '1K',
      price: usd('15'),
      per: 1_000_000,
      unit: 'token',
      from: RELEASED,
      until: null,
    },
    ...tokenRates(
      { input: '0.75', text: '3.75', image: '15' },
      {
        lane: 'batch',
        from: RELEASED,
        cited: {
          ...PRICES_OCTOBER,
          confidence: 'medium',
          note: 'half of the standard price, as is printed for 1K; 2K and 4K are not printed',
        },
      },
    ),
    ...searchRates(RELEASED, ['now', 'batch']),
  ],
};
