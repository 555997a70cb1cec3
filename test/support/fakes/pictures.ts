import { Failure } from '../../../src/core/errors.ts';
import { FORMATS, type ImageFormat } from '../../../src/core/format.ts';
import type { ImageInfo, Pictures } from '../../../src/ports.ts';

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
    inspect: async (bytes) => read(bytes),
    convert: async (bytes, format, quality) => {
      const info = read(bytes);
      if (!info) throw new Failure('disk', `The picture cannot be converted to ${format}: it is broken.`);
      if (info.mimeType === `image/${format}` && quality === null) return bytes;
      return fakePicture(format, info.width, info.height, `quality=${quality ?? 'default'}`);
    },
  };
}

function read(bytes: Uint8Array): ImageInfo | null {
  const text = Buffer.from(bytes).toString('latin1');
  const format = FORMATS.find((name) => text.startsWith(SIGNATURES[name]));
  const size = /fake (\d+)x(\d+) /.exec(text);
  if (!format || !size || !text.endsWith(END)) return null;
  return { mimeType: `image/${format}`, width: Number(size[1]), height: Number(size[2]) };
}
