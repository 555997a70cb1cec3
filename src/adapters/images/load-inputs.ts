import { basename } from 'node:path';
import { createHash } from 'node:crypto';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { Failure, usageFailure } from '../../core/errors.ts';
import type { Pixels } from '../../core/catalogue/model.ts';
import { lfsPointer } from '../../core/files/lfs-pointer.ts';
import { MOST_PIXELS } from '../../core/files/format.ts';
import type { InputImage } from '../../core/order/order.ts';
import { fileSize, printable } from '../../core/text/text.ts';
import type { Inputs, LoadedInput } from '../../ports/index.ts';
import { decodable } from './heic.ts';
import { checkMask } from './mask.ts';
import { imageKind, type ImageKind } from './sniff.ts';
import { readAll, readInput } from './read-input.ts';

const READING = { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true } as const;

/** What goes to the API as it is; everything else becomes a PNG. https://ai.google.dev/gemini-api/docs/image-understanding, checked 2026-10-09 */
const SENT_AS_IS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp']);

const REFUSED: Partial<Record<ImageKind, string>> = {
  svg: 'is an SVG drawing',
  pdf: 'is a PDF',
  bmp: 'is a BMP picture',
  jxl: 'is a JPEG XL picture',
};

/** Pictures from files and from standard input, checked to the last pixel before anything is paid for them. */
export function inputs(stdin: () => AsyncIterable<Uint8Array>): Inputs {
  sharp.cache(false);
  return { load, mask, fit };

  async function load(source: string): Promise<LoadedInput> {
    const name = source === '-' ? 'Standard input' : printable(source);
    if (source === '-') return checked(await readAll(stdin(), name), name, 'stdin');
    const bytes = await readInput(source);
    return fromFile(source, bytes, await checked(bytes, name, basename(source)));
  }

  async function mask(source: string, picture: Pixels): Promise<LoadedInput> {
    const bytes = await readInput(source);
    const loaded = await checked(bytes, printable(source), basename(source));
    await checkMask(bytes, printable(source), picture);
    return fromFile(source, bytes, loaded);
  }
}

/** Remembers the file as it is, whatever of it is sent. */
function fromFile(path: string, bytes: Uint8Array, { image, notices }: LoadedInput): LoadedInput {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { image: { ...image, file: { path, sha256 } }, notices };
}

/** Photos of phones become JPEGs first, which they are on every other phone. */
async function checked(bytes: Uint8Array, name: string, short: string): Promise<LoadedInput> {
  if (imageKind(bytes) !== 'heic') return checkedAs(bytes, name, short);
  const plain = await decodable(bytes, name);
  const { isOpaque } = await sharp(plain, READING).stats();
  // With its colour profile, as the phone would have saved it.
  const same = sharp(plain, READING).keepIccProfile();
  const made = isOpaque ? await AGAIN.jpeg(same) : plain;
  const { image, notices } = await checkedAs(made, name, short);
  const format = isOpaque ? 'JPEG' : 'PNG';
  return { image, notices: [`${short} is sent as ${format}, since it is a HEIC picture.`, ...notices] };
}

async function checkedAs(bytes: Uint8Array, name: string, short: string): Promise<LoadedInput> {
  if (bytes.byteLength === 0) throw usageFailure(`${name} is empty.`, CUT_SHORT);
  const kind = imageKind(bytes);
  if (lfsPointer(bytes))
    throw usageFailure(
      `${name} is a Git LFS pointer, and its picture is not here.`,
      'git lfs pull brings it.',
    );
  if (kind === null) throw usageFailure(`${name} is no image.`, KINDS);
  const why = REFUSED[kind];
  if (why !== undefined) throw usageFailure(`${name} ${why}.`, 'Make it a JPEG or PNG first.');
  const facts = await factsOf(bytes, name);
  const { width, height } = facts.autoOrient;
  if (width * height > MOST_PIXELS) throw tooLarge(name, width, height);
  if ((facts.pages ?? 1) > 1 || isAnimatedPng(kind, bytes)) {
    throw usageFailure(
      `${name} is an animation, and a model takes single pictures.`,
      'Take one frame of it.',
    );
  }
  await mustDecode(bytes, name);
  const isClear = facts.hasAlpha && !(await sharp(bytes, READING).stats()).isOpaque;

  const change = changeFor(kind, facts);
  const sent = change === null ? bytes : await change.make(sharp(bytes, READING).autoOrient());
  const mimeType = `image/${change?.format ?? kind}`;
  const notices = [
    ...(change?.why === undefined ? [] : [`${short} is sent ${change.why}.`]),
    ...(isClear ? [`${short} has transparent parts; the picture that comes back has none.`] : []),
  ];
  return { image: { name: short, mimeType, bytes: sent, width, height }, notices };
}

const KINDS =
  'JPEG, PNG, WebP, AVIF, HEIC, GIF and TIFF are taken, by what is in a file and not by its name.';
const CUT_SHORT = 'A download that stopped halfway looks like this: fetch it again.';

async function factsOf(bytes: Uint8Array, name: string): Promise<Metadata> {
  try {
    // Without a limit of pixels: only the head of the file is read, so that a bomb is not unpacked.
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new Failure('usage', `${name} is a broken image: it cannot be read.`, { hint: CUT_SHORT, cause });
  }
}

async function mustDecode(bytes: Uint8Array, name: string): Promise<void> {
  try {
    await sharp(bytes, READING).raw().toBuffer();
  } catch (cause) {
    throw new Failure('usage', `${name} is a broken image: it does not decode to its end.`, {
      hint: CUT_SHORT,
      cause,
    });
  }
}

function tooLarge(name: string, width: number, height: number): Failure {
  return usageFailure(
    `${name} has ${width}x${height} pixels; up to ${Math.floor(MOST_PIXELS / 1e6)} million are taken.`,
    'Make it smaller first; models look at far fewer.',
  );
}

const ANIMATION_CONTROL = 'acTL';

/** sharp sees the first frame of an animated PNG alone. */
function isAnimatedPng(kind: ImageKind, bytes: Uint8Array): boolean {
  if (kind !== 'png') return false;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const control = head.indexOf(ANIMATION_CONTROL, 8, 'latin1');
  return control >= 0 && control < head.indexOf('IDAT', 8, 'latin1');
}

interface Change {
  readonly format: 'jpeg' | 'png' | 'webp';
  /** What was changed, for the user; left out where a viewer would see no difference. */
  readonly why?: string;
  readonly make: (upright: Sharp) => Promise<Uint8Array>;
}

const asPng = (upright: Sharp): Promise<Uint8Array> => upright.png().toBuffer();

const AGAIN: Record<'jpeg' | 'png' | 'webp', (upright: Sharp) => Promise<Uint8Array>> = {
  jpeg: (upright) => upright.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
  png: asPng,
  webp: (upright) => upright.webp({ quality: 95 }).toBuffer(),
};

/** What must be different before the API sees the picture as its owner does; null sends the bytes as they are. */
function changeFor(kind: ImageKind, { space, depth, orientation = 1 }: Metadata): Change | null {
  if (space === 'cmyk')
    return { format: 'jpeg', why: 'as RGB, since it is made of inks (CMYK)', make: AGAIN.jpeg };
  if (!SENT_AS_IS.has(kind))
    return { format: 'png', why: `as PNG, since the API takes no ${kind.toUpperCase()}`, make: asPng };
  if (depth !== undefined && depth !== 'uchar')
    return { format: 'png', why: 'with 8 bits a channel', make: asPng };
  // Whether a model heeds the camera's orientation is not documented, so it never has to.
  if (orientation === 1 || !isSendable(kind)) return null;
  return { format: kind, why: 'turned upright', make: AGAIN[kind] };
}

const isSendable = (kind: ImageKind): kind is 'jpeg' | 'png' | 'webp' => SENT_AS_IS.has(kind);

/** The sizes that are tried one after the other, as shares of the original, until a picture fits. */
const STEPS = [1, 0.75, 0.5, 0.35, 0.25, 0.15] as const;

async function fit(image: InputImage, maxBytes: number): Promise<LoadedInput> {
  const { bytes, name } = image;
  if (bytes.byteLength <= maxBytes) return { image, notices: [] };
  const { hasAlpha } = await sharp(bytes, READING).metadata();
  for (const scale of STEPS) {
    const width = Math.max(1, Math.round(image.width * scale));
    const smaller = sharp(bytes, READING).autoOrient().resize({ width, withoutEnlargement: true });
    const encoded = hasAlpha ? smaller.webp({ quality: 90 }) : smaller.jpeg({ quality: 90 });
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    if (data.byteLength > maxBytes) continue;
    const mimeType = hasAlpha ? 'image/webp' : 'image/jpeg';
    const notice = `${name} is sent smaller, as ${info.width}x${info.height} and ${fileSize(data.byteLength)}, since the model takes pictures of up to ${fileSize(maxBytes)}.`;
    return {
      image: { ...image, mimeType, bytes: data, width: info.width, height: info.height },
      notices: [notice],
    };
  }
  throw usageFailure(`${name} is too large to be sent, however small it is made.`, 'Send fewer images.');
}
