import { GEMINI_DEFAULTS } from './gemini-defaults.ts';
import { FOURTEEN } from './pixels.ts';
import type { GeminiModel } from './types.ts';

export const NANO_BANANA_21: GeminiModel = {
  ...GEMINI_DEFAULTS,
  id: 'gemini-nano-banana-2.1',
  displayName: 'Nano Banana 2.1',
  description: 'Gemini Nano Banana 2.1',
  inputTokenLimit: 65_536,
  outputTokenLimit: 65_536,
  pixels: FOURTEEN,
  tokens: { '1K': 1120, '2K': 1680, '4K': 3780 },
  inputTokens: 560,
  unlisted: [88, 630],
  thinking: { MEDIUM: [350, 600], HIGH: [600, 900] },
  defaultLevel: 'MEDIUM',
  takesSeed: false,
  // https://ai.google.dev/gemini-api/docs/pricing, checked 2026-11-22.
  prices: { input: 1_500n, text: 7_500n, image: 30_000n },
};
