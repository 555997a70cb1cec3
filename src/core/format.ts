/** What pictures can be stored as; the MIME type is "image/" and the name. */
export const FORMATS = ['png', 'jpeg', 'webp', 'avif'] as const;
export type ImageFormat = (typeof FORMATS)[number];

export function isFormat(name: string): name is ImageFormat {
  return FORMATS.some((format) => format === name);
}
