import { geminiModel } from '../gemini-model.ts';
import { scaled, TEN_ASPECTS } from '../pixels.ts';
import { CHANGES, MEASURED, onAgentPlatform, PRICES_OCTOBER, PRICES_TIERS } from '../sources.ts';

const HALF = { input: '1.00', text: '6.00', image: '60' };

/** 2K at the price of 1K. Always thinks, and may draw interim pictures that are billed like the last one. */
export const NANO_BANANA_PRO = geminiModel({
  id: 'gemini-3-pro-image',
  name: 'Nano Banana Pro',
  aliases: ['nano-banana-pro', 'pro', 'nano-banana-pro-preview', 'gemini-pro-image'],
  endedNames: { 'gemini-3-pro-image-preview': '2026-06-25' },
  life: {
    ...CHANGES,
    released: '2025-11-20',
    elsewhere: onAgentPlatform('2027-05-28', { isEarliest: true }),
    note: 'a preview until 2026-05-28',
  },
  resolutions: {
    '1K': { tokens: 1120, pixels: TEN_ASPECTS },
    '2K': { tokens: 1120, pixels: scaled(TEN_ASPECTS, 2) },
    '4K': { tokens: 2000, pixels: scaled(TEN_ASPECTS, 4) },
  },
  maxOutputTokens: 32_768,
  inputs: {
    maxPromptTokens: 131_072,
    tokensPerImage: {
      ...PRICES_OCTOBER,
      low: 258,
      expected: 560,
      high: 1120,
      note: '560 on the pricing page, 516 in a recorded edit',
    },
  },
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
  prices: [
    { lane: 'now', input: '2.00', text: '12.00', image: '120', cited: PRICES_OCTOBER },
    { lane: 'batch', ...HALF, cited: PRICES_OCTOBER },
    { lane: 'flex', ...HALF, cited: PRICES_TIERS },
  ],
});
