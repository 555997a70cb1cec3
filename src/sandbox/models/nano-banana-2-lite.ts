import { GEMINI_DEFAULTS } from './gemini-defaults.ts';
import { FOURTEEN } from './pixels.ts';
import type { GeminiModel } from './types.ts';

export const NANO_BANANA_2_LITE: GeminiModel = {
  ...GEMINI_DEFAULTS,
  id: 'gemini-3.1-flash-lite-image',
  displayName: 'Nano Banana 2 Lite',
  description: 'Gemini 3.1 Flash-Lite Image',
  inputTokenLimit: 65_536,
  outputTokenLimit: 65_536,
  pixels: FOURTEEN,
  tokens: { '1K': 1120 },
  takesSize: false,
  inputTokens: 560,
  unlisted: [300, 450],
  thinking: { HIGH: [300, 600] },
  defaultLevel: 'MINIMAL',
  searches: false,
  // https://ai.google.dev/gemini-api/docs/pricing, checked 2026-11-22.
  prices: { input: 250n, text: 1_500n, image: 30_000n },
};
