import { isObject } from '../../core/manifest/fields.ts';

/** The images of a manifest, and what stands beside them at the top. A list alone is the images. */
export function split(content: unknown): { readonly images: unknown; readonly head: unknown } {
  if (Array.isArray(content)) return { images: content, head: {} };
  if (!isObject(content)) return { images: [], head: content };
  const { images, ...head } = content;
  return { images: images ?? [], head };
}
