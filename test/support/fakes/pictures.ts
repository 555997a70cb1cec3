import { Failure } from '../../../src/core/errors.ts';
import { FORMATS, type ImageFormat } from '../../../src/core/files/format.ts';
import type { Pixels } from '../../../src/core/catalogue/model.ts';
import type { Resize } from '../../../src/core/order/resize.ts';
import type { ImageInfo, Pictures } from '../../../src/ports/index.ts';

const SIGNATURES: Record<ImageFormat, string> = {
  png: '\x89PNG\r\n\x1a\n',
  jpeg: '\xff\xd8\xff\xe0',
  webp: 'RIFF....WEBP',
  avif: '....ftypavif',
};
const END = '!end';

/** The bytes of a picture that only the fake can read: a real signature, the size, and something to tell it by. */
export function fakePicture(format: ImageFormat, width: number, height: number, tag = ''): Uint8Array {
  return Buffer.from(`${SIGNATURES[format]}fake ${width}x${height} ${tag}${END}`, 'latin1');
}

/** Pictures without pixels, for tests of what surrounds them. */
export function fakePictures(): Pictures {
  return {
    thumbnail: async (bytes) => {
      const info = read(bytes);
      if (!info) return null;
      const { width, height } = fitted(info, { width: 480, height: 480, fit: 'inside' });
      return fakePicture('webp', width, height);
    },
    inspect: async (bytes) => read(bytes),
    convert: async (bytes, format, quality, resize = null) => {
      const info = read(bytes);
      if (!info) throw new Failure('disk', `The picture cannot be converted to ${format}: it is broken.`);
      if (info.mimeType === `image/${format}` && quality === null && resize === null) return bytes;
      const { width, height } = resize === null ? info : fitted(info, resize);
      return fakePicture(format, width, height, `quality=${quality ?? 'default'}`);
    },
    async masked(picture, mask, made) {
      const info = read(picture);
      if (!info) throw new Failure('disk', 'The picture is broken.');
      const of = (bytes: Uint8Array): number => bytes.byteLength;
      return fakePicture('png', info.width, info.height, `masked ${of(picture)} ${of(mask)} ${of(made)}`);
    },
    async cut(sheet, { columns, rows }, format) {
      const info = read(sheet);
      if (!info) throw new Failure('disk', 'The sheet does not decode.');
      const [, why] = /uncut (.*?)!/.exec(textOf(sheet)) ?? [];
      if (why !== undefined) return { why };
      const [width, height] = [Math.floor(info.width / columns), Math.floor(info.height / rows)];
      const empty = Number(/empty (\d+)/.exec(textOf(sheet))?.[1] ?? 0);
      return {
        cells: Array.from({ length: columns * rows }, (_, cell) =>
          cell + 1 === empty ? null : fakePicture(format, width, height, `cell ${cell + 1}`),
        ),
      };
    },
    strip: (bytes) => Buffer.from(textOf(bytes).replace(FACTS, '').replace('c2pa', ''), 'latin1'),
    label(bytes, facts) {
      const text = textOf(bytes).replace(FACTS, '');
      if (text.startsWith(SIGNATURES.avif)) return null;
      const inside = Buffer.from(JSON.stringify(facts)).toString('base64');
      return Buffer.from(text.replace(END, `[facts ${inside}]${END}`), 'latin1');
    },
    factsIn(bytes) {
      const [, inside] = FACTS.exec(textOf(bytes)) ?? [];
      return inside === undefined ? null : JSON.parse(Buffer.from(inside, 'base64').toString());
    },
    hasProvenance: (bytes) => textOf(bytes).includes('c2pa'),
  };
}

const FACTS = /\[facts ([\w+/=]+)\]/;

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function fitted(from: Pixels, { width, height, fit }: Resize): Pixels {
  if (fit !== 'inside') return { width, height };
  const scale = Math.min(1, width / from.width, height / from.height);
  return { width: Math.round(from.width * scale), height: Math.round(from.height * scale) };
}

function read(bytes: Uint8Array): ImageInfo | null {
  const text = Buffer.from(bytes).toString('latin1');
  const format = FORMATS.find((name) => text.startsWith(SIGNATURES[name]));
  const size = /fake (\d+)x(\d+) /.exec(text);
  if (!format || !size || !text.endsWith(END)) return null;
  return { mimeType: `image/${format}`, width: Number(size[1]), height: Number(size[2]) };
}
