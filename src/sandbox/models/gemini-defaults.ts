import type { GeminiModel } from './types.ts';

/** What most Gemini models have in common; an object that differs says so itself. */
export const GEMINI_DEFAULTS = {
  family: 'gemini',
  version: '3.0',
  outputTokenLimit: 32_768,
  takesSize: true,
  output: 'image/jpeg',
  maxInputs: 14,
  signs: true,
  searches: true,
  takesSeed: true,
  tiers: ['standard'],
} satisfies Partial<GeminiModel>;
