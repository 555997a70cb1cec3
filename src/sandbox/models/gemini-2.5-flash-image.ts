import { GEMINI_DEFAULTS } from './gemini-defaults.ts';
import { FIRST_GENERATION } from './pixels.ts';
import type { GeminiModel } from './types.ts';

export const GEMINI_25_FLASH_IMAGE: GeminiModel = {
  ...GEMINI_DEFAULTS,
  id: 'gemini-2.5-flash-image',
  displayName: 'Nano Banana',
  description: 'Gemini 2.5 Flash Image',
  version: '2.0',
  inputTokenLimit: 32_768,
  pixels: FIRST_GENERATION,
  tokens: { '1K': 1290 },
  takesSize: false,
  output: 'image/png',
  inputTokens: 258,
  unlisted: [0, 0],
  thinking: {},
  defaultLevel: null,
  signs: false,
  searches: false,
  tiers: ['standard', 'flex', 'priority'],
  // https://ai.google.dev/gemini-api/docs/pricing, checked 2026-11-22.
  prices: { input: 300n, text: 2_500n, image: 30_000n },
};
