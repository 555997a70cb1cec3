import sharp, { type Sharp } from 'sharp';
import { Failure } from '../../core/errors.ts';
import { factsIn, xmpWith } from '../../core/files/embedded-metadata.ts';
import { MOST_PIXELS, type ImageFormat } from '../../core/files/format.ts';
import type { Resize } from '../../core/order/resize.ts';
import type { ImageInfo, Pictures } from '../../ports/index.ts';
import { cut } from './cut.ts';
import { masked } from './mask.ts';
import { hasProvenance, stripped, withXmp, xmpOf } from './metadata/container.ts';

/** A benign warning about a profile is no reason to doubt a picture; missing or corrupt data is. */
const DECODING = { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true } as const;

/** Decoding, checking and converting with sharp. */
export function pictures(): Pictures {
  // No picture is opened twice, so a cache only holds on to memory. Pictures come several at a time: a thread for each keeps
  // the cores busy, and several for one would mostly wait for each other.
  sharp.cache(false);
  sharp.concurrency(1);
  return {
    thumbnail,
    inspect,
    convert,
    masked,
    cut: (sheet, grid, format, quality) => cut(sheet, grid, (cell) => ENCODE[format](cell, quality)),
    strip: stripped,
    label: (bytes, facts) => withXmp(bytes, xmpWith(facts, xmpOf(bytes))),
    factsIn: (bytes) => factsIn(xmpOf(bytes) ?? ''),
    hasProvenance,
  };
}

/** Pixels on the longer side: twice what a card is wide, for dense screens. */
const THUMBNAIL = 480;

async function thumbnail(bytes: Uint8Array): Promise<Uint8Array | null> {
  if (sniff(bytes) === null) return null;
  try {
    return await sharp(bytes, DECODING)
      .autoOrient()
      .resize({ width: THUMBNAIL, height: THUMBNAIL, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 72 })
      .toBuffer();
  } catch {
    return null;
  }
}

async function inspect(bytes: Uint8Array): Promise<ImageInfo | null> {
  const format = sniff(bytes);
  if (!format) return null;
  try {
    const { width, height, autoOrient } = await sharp(bytes, DECODING).metadata();
    // Asking for the last pixel decodes all others line by line, so that no whole picture is in memory.
    await sharp(bytes, DECODING)
      .extract({ left: width - 1, top: height - 1, width: 1, height: 1 })
      .raw()
      .toBuffer();
    return { mimeType: `image/${format}`, width: autoOrient.width, height: autoOrient.height };
  } catch {
    return null;
  }
}

async function convert(
  bytes: Uint8Array,
  format: ImageFormat,
  quality: number | null,
  resize: Resize | null = null,
): Promise<Uint8Array> {
  if (sniff(bytes) === format && quality === null && resize === null) return bytes;
  try {
    const { space } = await sharp(bytes, DECODING).metadata();
    const upright = resized(sharp(bytes, DECODING).autoOrient(), resize, format);
    // A profile for ink cannot describe the RGB that comes out.
    const kept = space === 'cmyk' ? upright.keepExif().keepXmp() : upright.keepMetadata();
    return await ENCODE[format](kept, quality).toBuffer();
  } catch (cause) {
    throw new Failure('disk', `The picture cannot be converted to ${format}: ${reason(cause)}.`, {
      hint: 'Its bytes as they came are kept; leave out --format to store them unchanged.',
      cause,
    });
  }
}

function resized(picture: Sharp, resize: Resize | null, format: ImageFormat): Sharp {
  if (resize === null) return picture;
  const { width, height, fit } = resize;
  const withoutEnlargement = fit === 'inside';
  return picture.resize({
    width,
    height,
    fit,
    withoutEnlargement,
    background: format === 'jpeg' ? '#ffffff' : CLEAR,
  });
}

const CLEAR = { r: 255, g: 255, b: 255, alpha: 0 };

const ENCODE: Record<ImageFormat, (picture: Sharp, quality: number | null) => Sharp> = {
  // A quality would reduce the colours of a PNG; it has none to lose.
  png: (picture) => picture.png(),
  jpeg: (picture, quality) => picture.flatten({ background: '#ffffff' }).jpeg({ quality: quality ?? 92 }),
  webp: (picture, quality) => picture.webp({ quality: quality ?? 90 }),
  avif: (picture, quality) => picture.avif({ quality: quality ?? 70 }),
};

/** What the first bytes say, so that nothing but these four ever reaches a decoder: no SVG with links, no PDF. */
function sniff(bytes: Uint8Array): ImageFormat | null {
  const starts = (at: number, text: string): boolean =>
    bytes.length >= at + text.length &&
    Array.from(text).every((char, index) => bytes[at + index] === char.charCodeAt(0));
  if (starts(0, '\xff\xd8\xff')) return 'jpeg';
  if (starts(0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (starts(0, 'RIFF') && starts(8, 'WEBP')) return 'webp';
  if (starts(4, 'ftypavif') || starts(4, 'ftypavis')) return 'avif';
  return null;
}

const reason = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]?.replace(/\.$/, '') ?? '';
