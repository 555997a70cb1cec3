import { GEMINI_DEFAULTS } from './gemini-defaults.ts';
import { FOURTEEN } from './pixels.ts';
import type { GeminiModel } from './types.ts';

export const NANO_BANANA_2: GeminiModel = {
  ...GEMINI_DEFAULTS,
  id: 'gemini-3.1-flash-image',
  displayName: 'Nano Banana 2',
  description: 'Gemini 3.1 Flash Image',
  inputTokenLimit: 65_536,
  outputTokenLimit: 65_536,
  pixels: FOURTEEN,
  tokens: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
  inputTokens: 1120,
  unlisted: [120, 300],
  thinking: { HIGH: [700, 792] },
  defaultLevel: 'MINIMAL',
  // https://ai.google.dev/gemini-api/docs/pricing, checked 2026-11-22.
  prices: { input: 500n, text: 3_000n, image: 60_000n },
};
