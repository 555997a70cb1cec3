import { geminiModel } from '../gemini-model.ts';
import { TEN_ASPECTS } from '../pixels.ts';
import { BY_ANALOGY, CHANGES, PRICES_OCTOBER } from '../sources.ts';

/** The cheapest 1K picture: input and text cost a sixth and a fifth of Nano Banana 2.1. */
export const NANO_BANANA_2_LITE = geminiModel({
  id: 'gemini-3.1-flash-lite-image',
  name: 'Nano Banana 2 Lite',
  aliases: ['nano-banana-2-lite', 'nano-banana-lite', 'lite', 'gemini-flash-lite-image'],
  life: { ...CHANGES, released: '2026-06-30' },
  // Ten aspects are documented; other sources list fourteen, and a wrong one would be a failed request.
  resolutions: { '1K': { tokens: 1120, pixels: TEN_ASPECTS } },
  abilities: ['edit', 'commentary', 'chat'],
  inputs: {
    maxPromptTokens: 65_536,
    tokensPerImage: {
      ...PRICES_OCTOBER,
      confidence: 'low',
      low: 258,
      expected: 1120,
      high: 1120,
      note: '258, 560 and 1120 are all claimed',
    },
  },
  thinkingTokens: {
    minimal: { ...BY_ANALOGY, low: 0, expected: 0, high: 200 },
    high: { ...BY_ANALOGY, low: 0, expected: 750, high: 1600 },
  },
  remainderTokens: {
    source: 'https://github.com/crmne/ruby_llm',
    checked: '2026-08-19',
    confidence: 'medium',
    low: 0,
    expected: 398,
    high: 1200,
    note: '398 in a recorded answer; 88 to 660 on its siblings',
  },
  prices: [
    { lane: 'now', input: '0.25', text: '1.50', image: '30', cited: PRICES_OCTOBER },
    { lane: 'batch', input: '0.125', text: '0.75', image: '15', cited: PRICES_OCTOBER },
  ],
});
