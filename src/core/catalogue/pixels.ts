import type { Aspect, Pixels } from './model.ts';

type Row = Readonly<Record<Aspect, Pixels>>;

const of = (width: number, height: number): Pixels => ({ width, height });

// https://ai.google.dev/gemini-api/docs/image-generation, checked 2026-10-09
/** Pixels of Gemini 3 at 1K; its other sizes are exact multiples. */
export const TEN_ASPECTS: Row = {
  '1:1': of(1024, 1024),
  '2:3': of(848, 1264),
  '3:2': of(1264, 848),
  '3:4': of(896, 1200),
  '4:3': of(1200, 896),
  '4:5': of(928, 1152),
  '5:4': of(1152, 928),
  '9:16': of(768, 1376),
  '16:9': of(1376, 768),
  '21:9': of(1584, 672),
};

export const FOURTEEN_ASPECTS: Row = {
  ...TEN_ASPECTS,
  '1:4': of(512, 2048),
  '1:8': of(384, 3072),
  '4:1': of(2048, 512),
  '8:1': of(3072, 384),
};

export const GEMINI_25_ASPECTS: Row = {
  '1:1': of(1024, 1024),
  '2:3': of(832, 1248),
  '3:2': of(1248, 832),
  '3:4': of(864, 1184),
  '4:3': of(1184, 864),
  '4:5': of(896, 1152),
  '5:4': of(1152, 896),
  '9:16': of(768, 1344),
  '16:9': of(1344, 768),
  '21:9': of(1536, 672),
};

// https://cloud.google.com/vertex-ai/generative-ai/docs/models/imagen/4-0-ultra-generate-001, checked 2026-08-07
export const IMAGEN_ASPECTS: Row = {
  '1:1': of(1024, 1024),
  '3:4': of(896, 1280),
  '4:3': of(1280, 896),
  '9:16': of(768, 1408),
  '16:9': of(1408, 768),
};

export function scaled(row: Row, factor: number): Row {
  return Object.fromEntries(
    Object.entries(row).map(([aspect, { width, height }]) => [aspect, of(width * factor, height * factor)]),
  );
}
