import { deflateSync } from 'node:zlib';
import type Heif from 'libheif-js/wasm-bundle';
import type { Raster } from 'libheif-js/wasm-bundle';
import sharp from 'sharp';
import { Failure, usageFailure } from '../../core/errors.ts';
import { MOST_PIXELS } from '../../core/files/format.ts';
import { imageKind } from './sniff.ts';
import { png, pngChunk } from './metadata/png.ts';

type Load = () => Promise<{ readonly default: typeof Heif }>;

const libheif: Load = () => import('libheif-js/wasm-bundle');

/** HEVC is patented, so sharp leaves it out; the decoder is the user's to install, and is loaded with the first HEIC. */
async function decoder(name: string, load: Load): Promise<typeof Heif> {
  try {
    return (await load()).default;
  } catch (cause) {
    throw new Failure('usage', `${name} is a HEIC picture, and its decoder is not installed.`, {
      hint: 'Install it beside pixtab: npm install -g libheif-js. Or make the picture a JPEG.',
      cause,
    });
  }
}

/** A picture that sharp decodes: itself, or what a HEIC shows. Failure `usage` in a sentence. */
export const decodable = async (bytes: Uint8Array, name: string, load = libheif): Promise<Uint8Array> =>
  imageKind(bytes) === 'heic' ? heicAsPng(bytes, name, load) : bytes;

/** The main picture of a HEIC as a PNG: upright, with its colour profile. Failure `usage` in a sentence. */
async function heicAsPng(bytes: Uint8Array, name: string, load: Load): Promise<Uint8Array> {
  const heif = await decoder(name, load);
  const { data, width, height } = await pixelsOf(bytes, name, heif);
  const plain = await sharp(data, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const profile = await profileOf(bytes);
  return profile === null ? plain : withProfile(plain, profile);
}

async function pixelsOf(bytes: Uint8Array, name: string, { HeifDecoder }: typeof Heif): Promise<Raster> {
  const pictures = decoded(() => new HeifDecoder().decode(bytes), name);
  try {
    const picture = pictures.find((one) => one.is_primary()) ?? pictures[0];
    if (picture === undefined) throw broken(name);
    const [width, height] = [picture.get_width(), picture.get_height()];
    // Nothing is unpacked yet, so that a bomb is not.
    if (width * height > MOST_PIXELS)
      throw usageFailure(
        `${name} has ${width}x${height} pixels; up to ${Math.floor(MOST_PIXELS / 1e6)} million are taken.`,
        'Make it smaller first; models look at far fewer.',
      );
    const data = new Uint8ClampedArray(width * height * 4);
    const filled = await new Promise<Raster | null>((done) => picture.display({ data, width, height }, done));
    if (filled === null) throw broken(name);
    return filled;
  } finally {
    for (const picture of pictures) picture.free();
  }
}

function decoded<T>(work: () => T, name: string): T {
  try {
    return work();
  } catch (cause) {
    throw broken(name, cause);
  }
}

const broken = (name: string, cause?: unknown): Failure =>
  new Failure('usage', `${name} is a broken image: it does not decode.`, {
    hint: 'A download that stopped halfway looks like this: fetch it again.',
    cause,
  });

/** Phones take wider colours than sRGB; sharp reads the head of a HEIC, where they say which. */
async function profileOf(bytes: Uint8Array): Promise<Uint8Array | null> {
  try {
    return (await sharp(bytes, { limitInputPixels: false }).metadata()).icc ?? null;
  } catch {
    return null;
  }
}

/** https://www.w3.org/TR/png-3/#11iCCP, checked 2026-11-27 */
function withProfile(picture: Uint8Array, profile: Uint8Array): Uint8Array {
  const chunk = pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(profile)]));
  const pieces = png.pieces(picture) ?? [];
  return png.join(pieces.flatMap((piece) => (piece.type === 'IHDR' ? [piece, chunk] : [piece])));
}
