import { createHash } from 'node:crypto';
import type { Sharp } from 'sharp';
import { grain } from './paint/grain.ts';
import { scene } from './paint/scene.ts';

export interface Wanted {
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  readonly mimeType: 'image/png' | 'image/jpeg';
  /** Another picture for the same prompt. */
  readonly variant: number;
}

export interface Painter {
  /** A placeholder picture, always the same for the same wish. The bytes are shared: do not write into them. */
  paint(want: Wanted): Promise<Uint8Array>;
}

/** Pictures kept, in bytes: some 300 at 1K. */
const KEPT = 64 * 1024 * 1024;
/** Above this many pixels a picture is drawn smaller and enlarged: nobody looks for detail in a placeholder. */
const DRAWN = 1_600_000;

export const COMMENT = 'pixtab sandbox placeholder';

/** Draws placeholder pictures out of prompts; loads sharp with the first one. */
export function pictures(kept = KEPT): Painter {
  const cache = new Map<string, { readonly picture: Promise<Uint8Array>; bytes: number }>();
  let total = 0;

  async function painted(key: string, want: Wanted): Promise<Uint8Array> {
    try {
      const bytes = await render(want);
      const entry = cache.get(key);
      if (entry) entry.bytes = bytes.byteLength;
      total += bytes.byteLength;
      shrink();
      return bytes;
    } catch (error) {
      cache.delete(key);
      throw error;
    }
  }

  /** Forgets the oldest finished pictures. */
  function shrink(): void {
    for (const [key, { bytes }] of cache) {
      if (total <= kept) return;
      if (bytes === 0) continue;
      cache.delete(key);
      total -= bytes;
    }
  }

  return {
    paint(want) {
      const key = keyOf(want);
      const known = cache.get(key);
      if (known) return known.picture;
      const picture = painted(key, want);
      cache.set(key, { picture, bytes: 0 });
      return picture;
    },
  };
}

/** Short, however long the prompt is. */
const keyOf = ({ prompt, width, height, mimeType, variant }: Wanted): string =>
  createHash('sha256')
    .update(JSON.stringify([width, height, mimeType, variant, prompt]))
    .digest('base64');

async function render({ prompt, width, height, mimeType, variant }: Wanted): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const shrunk = Math.ceil(Math.sqrt((width * height) / DRAWN));
  const small = { width: Math.ceil(width / shrunk), height: Math.ceil(height / shrunk) };
  const svg = scene(prompt, variant, small.width, small.height);
  const drawn = grain(await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer());
  const raster = sharp(drawn, { raw: { ...small, channels: 4 } }).removeAlpha();
  const sized = shrunk === 1 ? raster : raster.resize(width, height, { kernel: 'cubic', fit: 'fill' });
  return encoded(sized, mimeType)
    .withExif({ IFD0: { Software: 'pixtab', ImageDescription: COMMENT } })
    .toBuffer();
}

const encoded = (picture: Sharp, mimeType: Wanted['mimeType']): Sharp =>
  mimeType === 'image/png' ? picture.png({ compressionLevel: 3 }) : picture.jpeg({ quality: 92 });
