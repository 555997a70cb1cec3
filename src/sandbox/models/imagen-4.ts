import { IMAGEN } from './pixels.ts';
import type { ImagenModel } from './types.ts';

const IMAGEN_4_COMMON = {
  family: 'imagen',
  version: '001',
  inputTokenLimit: 480,
  outputTokenLimit: 8192,
  pixels: IMAGEN,
} satisfies Partial<ImagenModel>;

// Prices until Imagen was shut down on 2026-08-17: https://ai.google.dev/gemini-api/docs/pricing, checked 2026-11-22.

export const IMAGEN_4_FAST: ImagenModel = {
  ...IMAGEN_4_COMMON,
  id: 'imagen-4.0-fast-generate-001',
  displayName: 'Imagen 4 Fast',
  description: 'Vertex served Imagen 4.0 Fast model',
  maxSamples: 4,
  sizes: ['1K'],
  price: 20_000_000n,
};

export const IMAGEN_4: ImagenModel = {
  ...IMAGEN_4_COMMON,
  id: 'imagen-4.0-generate-001',
  displayName: 'Imagen 4',
  description: 'Vertex served Imagen 4.0 model',
  maxSamples: 4,
  sizes: ['1K', '2K'],
  price: 40_000_000n,
};

export const IMAGEN_4_ULTRA: ImagenModel = {
  ...IMAGEN_4_COMMON,
  id: 'imagen-4.0-ultra-generate-001',
  displayName: 'Imagen 4 Ultra',
  description: 'Vertex served Imagen 4.0 ultra model',
  maxSamples: 1,
  sizes: ['1K', '2K'],
  price: 60_000_000n,
};
