import { createHash } from 'node:crypto';
import type { Sharp } from 'sharp';
import { grain } from './paint/grain.ts';
import { scene } from './paint/scene.ts';
import { sheetIn, sheetLayout, type SheetOddity, type SheetWish } from './paint/sheet.ts';

/** What a picture is drawn from. */
export interface Placeholder {
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  readonly mimeType: 'image/png' | 'image/jpeg';
  /** Another picture for the same prompt. */
  readonly variant: number;
  /** Of a sheet of drafts. */
  readonly odd?: SheetOddity | undefined;
}

export interface Painter {
  /** A placeholder picture, always the same for the same arguments. The bytes are shared: do not write into them. */
  paint(placeholder: Placeholder): Promise<Uint8Array>;
}

/** How many bytes of pictures are kept: some 300 pictures at 1K. */
const KEPT = 64 * 1024 * 1024;
/** Above so many pixels a picture is drawn smaller and enlarged: nobody looks for detail in a placeholder. */
const DRAWN = 1_600_000;

export const COMMENT = 'pixtab sandbox placeholder';

/** Draws placeholder pictures out of prompts; loads sharp with the first one. */
export function painter(kept = KEPT): Painter {
  const cache = new Map<string, { readonly picture: Promise<Uint8Array>; bytes: number }>();
  let total = 0;

  async function painted(key: string, placeholder: Placeholder): Promise<Uint8Array> {
    try {
      const bytes = await render(placeholder);
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

  /** Forgets the oldest finished pictures until the others fit. */
  function shrink(): void {
    for (const [key, { bytes }] of cache) {
      if (total <= kept) return;
      if (bytes === 0) continue;
      cache.delete(key);
      total -= bytes;
    }
  }

  return {
    paint(placeholder) {
      const key = keyOf(placeholder);
      const known = cache.get(key);
      if (known) return known.picture;
      const picture = painted(key, placeholder);
      cache.set(key, { picture, bytes: 0 });
      return picture;
    },
  };
}

/** The key of a picture in the cache, short however long the prompt is. */
const keyOf = ({ prompt, width, height, mimeType, variant, odd }: Placeholder): string =>
  createHash('sha256')
    .update(JSON.stringify([width, height, mimeType, variant, prompt, odd]))
    .digest('base64');

async function render(placeholder: Placeholder): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { prompt, width, height, mimeType, variant, odd } = placeholder;
  const shrunk = Math.ceil(Math.sqrt((width * height) / DRAWN));
  const small = { width: Math.ceil(width / shrunk), height: Math.ceil(height / shrunk) };
  const sheet = sheetIn(prompt);
  const drawn = sheet
    ? await drawnSheet(sheet, small, variant, odd ?? null)
    : await drawnScene(prompt, small, variant);
  const raster = sharp(drawn, { raw: { ...small, channels: 4 } }).removeAlpha();
  const sized = shrunk === 1 ? raster : raster.resize(width, height, { kernel: 'cubic', fit: 'fill' });
  return encoded(sized, mimeType)
    .withExif({ IFD0: { Software: 'pixtab', ImageDescription: COMMENT } })
    .toBuffer();
}

type Measures = Pick<Placeholder, 'width' | 'height'>;

async function drawnScene(prompt: string, { width, height }: Measures, variant: number): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const svg = scene(prompt, variant, width, height);
  return grain(await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer());
}

/** Each cell is another picture of the same words. */
async function drawnSheet(
  sheet: SheetWish,
  measures: Measures,
  variant: number,
  odd: SheetOddity | null,
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { cells, ground } = sheetLayout(sheet, measures, odd);
  const parts = cells.map(async ({ left, top, width, height }, index) => {
    const input = await drawnScene(sheet.words, { width, height }, variant * cells.length + index);
    return { input: Buffer.from(input.buffer), left, top, raw: { width, height, channels: 4 as const } };
  });
  const paper = sharp({ create: { ...measures, channels: 4, background: ground } });
  return paper
    .composite(await Promise.all(parts))
    .raw()
    .toBuffer();
}

const encoded = (picture: Sharp, mimeType: Placeholder['mimeType']): Sharp =>
  mimeType === 'image/png' ? picture.png({ compressionLevel: 3 }) : picture.jpeg({ quality: 92 });
