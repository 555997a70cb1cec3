import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  hasProvenance,
  stripped,
  withXmp,
  xmpOf,
} from '../../../../src/adapters/images/metadata/container.ts';
import { factsIn, xmpWith } from '../../../../src/core/files/embedded-metadata.ts';
import { pngChunk } from '../../../support/bomb.ts';

const FORMATS = ['png', 'jpeg', 'webp'] as const;
const facts = {
  prompt: 'a lighthouse "at dusk", 灯台',
  model: 'gemini-3-pro-image',
  cost: '0.1344',
  runId: 'run-1',
  attemptId: 'attempt-1',
};

const noise = (alpha = false) =>
  sharp({
    create: {
      width: 33,
      height: 21,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  }).ensureAlpha(alpha ? 0.5 : 1);

/** With a colour profile, Exif and somebody's XMP. */
const laden = (format: (typeof FORMATS)[number]): Promise<Buffer> =>
  noise()
    .removeAlpha()
    .withIccProfile('p3')
    .withExif({ IFD0: { Artist: 'somebody' } })
    .withXmp('<x:xmpmeta><rdf:RDF><rdf:Description dc:creator="somebody"/></rdf:RDF></x:xmpmeta>')
    .toFormat(format)
    .toBuffer();

const bare = (format: (typeof FORMATS)[number]): Promise<Buffer> =>
  noise().removeAlpha().toFormat(format).toBuffer();
const pixels = async (bytes: Uint8Array): Promise<Buffer> => sharp(bytes).raw().toBuffer();

/** As sharp reads it: another reader than ours. */
const seenXmp = async (bytes: Uint8Array): Promise<string> =>
  (await sharp(bytes).metadata()).xmp?.toString('utf8') ?? '';

describe.each(FORMATS)('a %s', (format) => {
  it('takes facts in, and gives them back; its pixels stay as they are', async () => {
    const bytes = await bare(format);
    const made = withXmp(bytes, xmpWith(facts, null));
    if (!made) throw new Error('nothing was made');
    expect(factsIn(xmpOf(made) ?? '')).toEqual(facts);
    expect(factsIn(await seenXmp(made))).toEqual(facts);
    expect((await pixels(made)).equals(await pixels(bytes))).toBe(true);
  });

  it('keeps its profile and other metadata beside them', async () => {
    const bytes = await laden(format);
    const made = withXmp(bytes, xmpWith(facts, xmpOf(bytes)));
    if (!made) throw new Error('nothing was made');
    const { icc, exif } = await sharp(made).metadata();
    expect(icc).toEqual((await sharp(bytes).metadata()).icc);
    expect(exif?.includes('somebody')).toBe(true);
    expect(await seenXmp(made)).toContain('dc:creator="somebody"');
    expect(factsIn(await seenXmp(made))).toEqual(facts);
  });

  it('loses all metadata but its colours, and no pixel, when it is stripped', async () => {
    const bytes = await laden(format);
    const made = stripped(bytes);
    const { icc, exif, xmp } = await sharp(made).metadata();
    expect(icc).toEqual((await sharp(bytes).metadata()).icc);
    expect([exif, xmp]).toEqual([undefined, undefined]);
    expect((await pixels(made)).equals(await pixels(bytes))).toBe(true);
    expect(Buffer.from(made).includes('somebody')).toBe(false);
  });

  it('that has none is left as it is, byte by byte', async () => {
    const bytes = stripped(await bare(format));
    expect(Buffer.from(stripped(bytes)).equals(bytes)).toBe(true);
    expect(hasProvenance(bytes)).toBe(false);
    expect(xmpOf(bytes)).toBeNull();
  });

  it('that is cut short is neither a crash nor another picture', async () => {
    const bytes = await laden(format);
    for (let length = 0; length < bytes.length; length += 7) {
      const part = bytes.subarray(0, length);
      expect(() => [stripped(part), xmpOf(part), hasProvenance(part)]).not.toThrow();
    }
  });
});

it.each([
  ['lossy with transparency', () => noise(true).webp().toBuffer()],
  ['lossless', () => noise().removeAlpha().webp({ lossless: true }).toBuffer()],
  ['lossless with transparency', () => noise(true).webp({ lossless: true }).toBuffer()],
])('a WebP that is %s keeps its pixels too', async (_, make) => {
  const bytes = await make();
  const made = withXmp(bytes, xmpWith(facts, null));
  if (!made) throw new Error('nothing was made');
  expect(factsIn(await seenXmp(made))).toEqual(facts);
  expect((await pixels(made)).equals(await pixels(bytes))).toBe(true);
});

it('sees content credentials in a PNG and in a JPEG, and strips them', async () => {
  const png = await bare('png');
  const jpeg = await bare('jpeg');
  const signedPng = Buffer.concat([
    png.subarray(0, 33),
    pngChunk('caBX', Buffer.from('jumb')),
    png.subarray(33),
  ]);
  const signedJpeg = Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from('\xff\xeb\x00\x08c2pa\0\0', 'latin1'),
    jpeg.subarray(2),
  ]);
  for (const signed of [signedPng, signedJpeg]) {
    expect(hasProvenance(signed)).toBe(true);
    expect(hasProvenance(stripped(signed))).toBe(false);
  }
});

it('has no place in an AVIF', async () => {
  const avif = await noise().removeAlpha().avif().toBuffer();
  expect(withXmp(avif, 'x')).toBeNull();
  expect(stripped(avif)).toBe(avif);
});
