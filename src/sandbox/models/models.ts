import { GEMINI_25_FLASH_IMAGE } from './gemini-2.5-flash-image.ts';
import { IMAGEN_4, IMAGEN_4_FAST, IMAGEN_4_ULTRA } from './imagen-4.ts';
import { NANO_BANANA_2_LITE } from './nano-banana-2-lite.ts';
import { NANO_BANANA_2 } from './nano-banana-2.ts';
import { NANO_BANANA_21 } from './nano-banana-2.1.ts';
import { NANO_BANANA_PRO } from './nano-banana-pro.ts';
import type { SandboxModel } from './types.ts';

/**
 * The models that the sandbox answers for. These are its own notes, prices included: it knows nothing of what pixtab's
 * catalogue says about the same models, so that each can be held against the other.
 */
export const MODELS: readonly SandboxModel[] = [
  NANO_BANANA_21,
  NANO_BANANA_2_LITE,
  NANO_BANANA_PRO,
  NANO_BANANA_2,
  GEMINI_25_FLASH_IMAGE,
  IMAGEN_4_FAST,
  IMAGEN_4,
  IMAGEN_4_ULTRA,
];
