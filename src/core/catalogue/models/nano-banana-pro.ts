import type { Model } from '../model.ts';
import { scaled, TEN_ASPECTS } from '../pixels.ts';
import { searchRates, tokenRates } from '../rates.ts';
import { CHANGES, MEASURED, PRICES_OCTOBER, PRICES_TIERS } from '../sources.ts';

const RELEASED = '2025-11-20';
const HALF = { input: '1.00', text: '6.00', image: '60' };

/** 2K at the price of 1K. Always thinks, and may draw interim pictures that are billed like the last one. */
export const PRO: Model = {
  id: 'gemini-3-pro-image',
  name: 'Nano Banana Pro',
  aliases: ['nano-banana-pro', 'nano-banana-pro-preview', 'gemini-3-pro-image-preview', 'gemini-pro-image'],
  family: 'gemini',
  wire: 'generateContent',
  life: {
    ...CHANGES,
    released: RELEASED,
    deprecated: null,
    shutdown: null,
    closedSince: null,
    claims: [],
    note: 'a preview until 2026-05-28',
  },
  successor: null,
  resolutions: {
    '1K': { tokens: 1120, pixels: TEN_ASPECTS },
    '2K': { tokens: 1120, pixels: scaled(TEN_ASPECTS, 2) },
    '4K': { tokens: 2000, pixels: scaled(TEN_ASPECTS, 4) },
  },
  sendsSize: true,
  output: 'image/jpeg',
  maxPerRequest: 1,
  abilities: ['edit', 'text', 'chat', 'search'],
  inputs: {
    maxImages: 14,
    maxPromptTokens: 131_072,
    tokensPerImage: {
      ...PRICES_OCTOBER,
      low: 258,
      expected: 560,
      high: 1120,
      note: '560 on the pricing page, 516 in a recorded edit',
    },
  },
  thinkingLevels: [],
  thinkingDefault: null,
  thinkingTokens: {
    always: {
      ...MEASURED,
      low: 0,
      expected: 200,
      high: 1100,
      note: '50 to 350 measured, 529 in one recording',
    },
  },
  remainderTokens: {
    ...MEASURED,
    low: 0,
    expected: 340,
    high: 1300,
    note: '88 to 630 measured, 660 in one recording',
  },
  imageParts: {
    ...MEASURED,
    low: 1,
    expected: 1,
    high: 3,
    note: 'Google names up to two interim pictures; up to ten parts were measured for complex prompts',
  },
  rates: [
    ...tokenRates(
      { input: '2.00', text: '12.00', image: '120' },
      { lane: 'now', from: RELEASED, cited: PRICES_OCTOBER },
    ),
    ...tokenRates(HALF, { lane: 'batch', from: RELEASED, cited: PRICES_OCTOBER }),
    ...tokenRates(HALF, { lane: 'flex', from: RELEASED, cited: PRICES_TIERS }),
    ...searchRates(RELEASED, ['now', 'batch', 'flex']),
  ],
};
