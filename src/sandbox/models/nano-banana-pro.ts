import { GEMINI_DEFAULTS } from './gemini-defaults.ts';
import { TEN } from './pixels.ts';
import type { GeminiModel } from './types.ts';

export const NANO_BANANA_PRO: GeminiModel = {
  ...GEMINI_DEFAULTS,
  id: 'gemini-3-pro-image',
  aliases: ['nano-banana-pro-preview'],
  displayName: 'Nano Banana Pro',
  description: 'Gemini 3 Pro Image',
  inputTokenLimit: 131_072,
  pixels: TEN,
  tokens: { '1K': 1120, '2K': 1120, '4K': 2000 },
  inputTokens: 516,
  unlisted: [88, 340],
  thinking: { always: [50, 350] },
  defaultLevel: null,
  tiers: ['standard', 'flex'],
  // https://ai.google.dev/gemini-api/docs/pricing, checked 2026-11-22.
  prices: { input: 2_000n, text: 12_000n, image: 120_000n },
};
