import sharp from 'sharp';
import { Failure, usageFailure } from '../../core/errors.ts';
import type { Pixels } from '../../core/catalogue/model.ts';
import { decodable } from './heic.ts';
import { MOST_PIXELS } from '../../core/files/format.ts';

const READING = { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true } as const;

/** Whether a mask fits a picture and says anything. Failure `usage` in a sentence. */
export async function checkMask(bytes: Uint8Array, name: string, picture: Pixels): Promise<void> {
  const { width, height, light, hasAlpha } = await readMask(bytes);
  if (width !== picture.width || height !== picture.height) {
    throw usageFailure(
      `The mask ${name} has ${width}x${height} pixels, and the picture ${picture.width}x${picture.height}.`,
      'A mask is as large as its picture.',
    );
  }
  if (hasAlpha) {
    throw usageFailure(
      `The mask ${name} has transparent parts.`,
      'A mask is white where the picture may change, and black where it stays.',
    );
  }
  if (!light.some((value) => value > 0)) {
    throw usageFailure(`The mask ${name} is black all over.`, 'It is white where the picture may change.');
  }
}

interface Mask extends Pixels {
  /** One byte a pixel: 255 may change, 0 stays. */
  readonly light: Uint8Array;
  readonly hasAlpha: boolean;
}

async function readMask(file: Uint8Array): Promise<Mask> {
  const bytes = await decodable(file, 'The mask');
  const upright = sharp(bytes, READING).autoOrient();
  const { isOpaque } = await sharp(bytes, READING).stats();
  const { data, info } = await upright
    .removeAlpha()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const light = info.channels === 1 ? data : data.filter((_, index) => index % info.channels === 0);
  return { width: info.width, height: info.height, light, hasAlpha: !isOpaque };
}

/** The picture as a PNG, with what was made of it where the mask is light; where it is black, every pixel is the picture's own. */
export async function masked(picture: Uint8Array, mask: Uint8Array, made: Uint8Array): Promise<Uint8Array> {
  const own = await rgba(picture);
  const { light, width, height } = await readMask(mask);
  if (own.width !== width || own.height !== height) {
    throw new Failure('disk', 'The mask is no longer as large as its picture.');
  }
  const other = await rgba(made, own);
  const pixels = Buffer.from(own.data);
  for (let at = 0; at < light.length; at += 1) {
    const share = light[at] ?? 0;
    if (share > 0) blend(pixels, other.data, at * 4, share);
  }
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** Reckons in whole numbers, so that a pixel that the mask keeps stays exactly as it is. */
function blend(pixels: Buffer, made: Buffer, start: number, share: number): void {
  for (let at = start; at < start + 4; at += 1) {
    const own = pixels[at] ?? 0;
    pixels[at] = Math.round((own * (255 - share) + (made[at] ?? 0) * share) / 255);
  }
}

/** Upright, in sRGB, four bytes a pixel; scaled to the size of another where one is given. */
async function rgba(bytes: Uint8Array, size?: Pixels): Promise<Pixels & { readonly data: Buffer }> {
  const upright = sharp(await decodable(bytes, 'The picture'), READING).autoOrient();
  const scaled = size ? upright.resize({ width: size.width, height: size.height, fit: 'fill' }) : upright;
  const { data, info } = await scaled
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
