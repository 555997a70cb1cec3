/** What pictures can be stored as; the MIME type is "image/" and the name. */
export const FORMATS = ['png', 'jpeg', 'webp', 'avif'] as const;
export type ImageFormat = (typeof FORMATS)[number];

export function isFormat(name: string): name is ImageFormat {
  return FORMATS.some((format) => format === name);
}

/** 8192 squared: nobody opens a larger picture. Three times the largest one a model makes (12288x1536, 4096x4096), and no bomb. */
export const MOST_PIXELS = 8192 * 8192;

/** How wide or high it may be: what libjpeg, libwebp and sharp's AVIF encode, tried with sharp 0.35 on 2026-11-22. */
export const MOST_SIDE: Partial<Record<ImageFormat, number>> = { jpeg: 65_500, webp: 16_383, avif: 16_384 };
