import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodable } from '../../../src/adapters/images/heic.ts';
import { masked } from '../../../src/adapters/images/mask.ts';
import { heicBomb, phonePhoto } from '../../support/heic.ts';
import { inputs } from '../../../src/adapters/images/load-inputs.ts';
import type { LoadedInput } from '../../../src/ports/index.ts';
import { pngChunk, twoTone } from '../../support/bomb.ts';
import { tempDir } from '../../support/tempdir.ts';

const plain = (width = 40, height = 20, background = '#c04020') =>
  sharp({ create: { width, height, channels: 3, background } });
const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  });
const glass = () =>
  sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } });

async function* pipe(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** As if these bytes came through standard input. */
const loaded = (bytes: Uint8Array): Promise<LoadedInput> =>
  inputs(() => pipe(bytes.subarray(0, 3), bytes.subarray(3))).load('-');

async function frames(): Promise<Buffer> {
  const stack = Buffer.concat(
    await Promise.all(['#f00', '#0f0'].map((color) => plain(8, 8, color).raw().toBuffer())),
  );
  return sharp(stack, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
    .webp({ delay: [100, 100] })
    .toBuffer();
}

describe('an input image', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('that is a %s is sent as it is, byte by byte', async (format) => {
    await using folder = await tempDir();
    const bytes = await plain().toFormat(format).toBuffer();
    await writeFile(folder.at('photo'), bytes);
    const { image, notices } = await inputs(() => pipe()).load(folder.at('photo'));
    expect(image).toMatchObject({ name: 'photo', mimeType: `image/${format}`, width: 40, height: 20 });
    expect(bytes.equals(image.bytes)).toBe(true);
    expect(notices).toEqual([]);
  });

  it('comes from standard input with -', async () => {
    const bytes = await plain().png().toBuffer();
    expect(bytes.equals((await loaded(bytes)).image.bytes)).toBe(true);
  });

  it('is turned upright, and measured as its owner sees it', async () => {
    const turned = await plain(40, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { image, notices } = await loaded(turned);
    expect(image).toMatchObject({ mimeType: 'image/jpeg', width: 20, height: 40 });
    expect(await sharp(image.bytes).metadata()).toMatchObject({ width: 20, height: 40 });
    expect((await sharp(image.bytes).metadata()).orientation ?? 1).toBe(1);
    expect(notices).toEqual(['stdin is sent turned upright.']);
  });

  it.each(['avif', 'tiff', 'gif'] as const)(
    'that is a %s becomes a PNG, and that is said',
    async (format) => {
      const { image, notices } = await loaded(await plain().toFormat(format).toBuffer());
      expect(image.mimeType).toBe('image/png');
      expect((await sharp(image.bytes).metadata()).format).toBe('png');
      expect(notices[0]).toMatch(`as PNG, since the API takes no ${format.toUpperCase()}`);
    },
  );

  it('made of inks becomes RGB', async () => {
    const inks = await plain().toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer();
    const { image, notices } = await loaded(inks);
    expect((await sharp(image.bytes).metadata()).space).toBe('srgb');
    expect(notices[0]).toMatch(/CMYK/);
  });

  it('of 16 bits becomes one of 8', async () => {
    const deep = await plain().toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const { image, notices } = await loaded(deep);
    expect((await sharp(image.bytes).metadata()).depth).toBe('uchar');
    expect(notices).toEqual(['stdin is sent with 8 bits a channel.']);
  });

  it('with transparent parts is sent as it is, and it is said that they will be gone', async () => {
    const bytes = await glass().png().toBuffer();
    const { image, notices } = await loaded(bytes);
    expect(bytes.equals(image.bytes)).toBe(true);
    expect(notices).toEqual(['stdin has transparent parts; the picture that comes back has none.']);
  });
});

it('says nothing of transparent parts where there are none, though there is a place for them', async () => {
  const opaque = await plain().ensureAlpha().png().toBuffer();
  expect((await sharp(opaque).metadata()).hasAlpha).toBe(true);
  expect((await loaded(opaque)).notices).toEqual([]);
});

it('stops reading standard input when it is more than any picture', async () => {
  const piece = new Uint8Array(64 * 1024 * 1024);
  let read = 0;
  async function* endless() {
    for (;;) {
      read += piece.byteLength;
      yield piece;
    }
  }
  await expect(inputs(endless).load('-')).rejects.toThrow(
    'Standard input has more than the 536.9 MB that a picture may have.',
  );
  expect(read).toBeLessThan(640 * 1024 * 1024);
});

describe('refused in one sentence, before anything is paid:', () => {
  const SVG =
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>';
  const animatedPng = async (): Promise<Uint8Array> => {
    const png = await plain().png().toBuffer();
    const end = 8 + 25;
    return Buffer.concat([png.subarray(0, end), pngChunk('acTL', Buffer.alloc(8, 1)), png.subarray(end)]);
  };
  const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length >> 1);

  it.each<readonly [string, () => Promise<Uint8Array>, RegExp]>([
    ['nothing', async () => new Uint8Array(), /^Standard input is empty\.$/],
    ['a text', async () => Buffer.from('hello'), /^Standard input is no image\.$/],
    [
      'a Git LFS pointer',
      async () =>
        Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 7\n`),
      /^Standard input is a Git LFS pointer, and its picture is not here\.$/,
    ],
    ['an SVG with an external reference', async () => Buffer.from(SVG), /is an SVG drawing\.$/],
    ['a PDF', async () => Buffer.from('%PDF-1.7'), /is a PDF\.$/],
    ['a lone head of a HEIC', async () => Buffer.from('\0\0\0\x18ftypheic', 'latin1'), /broken image/],
    ['half a HEIC', async () => half(phonePhoto()), /broken image/],
    [
      'a HEIC that says it has 3600 megapixels',
      async () => heicBomb(60_000, 60_000),
      /60000x60000 pixels; up to 67 million/,
    ],
    ['half a JPEG', async () => half(await noise(64, 64).jpeg().toBuffer()), /broken image/],
    ['half a PNG', async () => half(await noise(64, 64).png().toBuffer()), /broken image/],
    ['a lone signature', async () => Buffer.from([0xff, 0xd8, 0xff]), /broken image/],
    ['an animated WebP', frames, /is an animation/],
    ['an animated PNG', animatedPng, /is an animation/],
    [
      'a bomb of 100 megapixels',
      async () => twoTone(10_000, 10_000),
      /has 10000x10000 pixels; up to 67 million/,
    ],
    ['a bomb of 4 gigapixels', async () => twoTone(65_000, 65_000), /65000x65000/],
  ])('%s', async (_, make, says) => {
    const failed = loaded(await make());
    await expect(failed).rejects.toThrow(says);
    await expect(failed).rejects.toMatchObject({ kind: 'usage', charged: 'no' });
  });

  it.each(['https://example.com/cat.png', 'HTTP://example.com', 'gs://bucket/cat.png', 'data://x'])(
    'the URL %s, with what to do instead',
    async (url) => {
      const failed = inputs(() => pipe()).load(url);
      await expect(failed).rejects.toThrow(/is a URL/);
      await expect(failed).rejects.toMatchObject({ hint: expect.stringContaining('curl') });
    },
  );

  it('a file that is not there, by its name', async () => {
    await expect(inputs(() => pipe()).load('/nowhere/cat.png')).rejects.toThrow(
      '/nowhere/cat.png cannot be read: there is no such file.',
    );
  });
});

describe('a HEIC, as phones take it', () => {
  it('is sent as a JPEG with its colours, and that is said', async () => {
    const { image, notices } = await loaded(phonePhoto());
    expect(image).toMatchObject({ mimeType: 'image/jpeg', width: 48, height: 32 });
    expect(notices).toEqual(['stdin is sent as JPEG, since it is a HEIC picture.']);
    expect((await sharp(image.bytes).metadata()).hasProfile).toBe(true);
    const { data } = await sharp(image.bytes)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const near = (one: number, other: number): boolean => Math.abs(one - other) < 16;
    expect([...data.subarray(0, 3)].every((value, at) => near(value, [0x20, 0x40, 0xc0][at] ?? 0))).toBe(
      true,
    );
    expect([...data.subarray(-3)].every((value, at) => near(value, [0xc0, 0x40, 0x20][at] ?? 0))).toBe(true);
  });

  it('is refused with the way to its decoder where that is not installed', async () => {
    const failed = decodable(phonePhoto(), 'phone.heic', () =>
      Promise.reject(new Error('Cannot find module')),
    );
    await expect(failed).rejects.toMatchObject({
      kind: 'usage',
      message: 'phone.heic is a HEIC picture, and its decoder is not installed.',
      hint: expect.stringContaining('npm install -g libheif-js'),
    });
  });

  it('can be the picture that a mask is for', async () => {
    const mask = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    const made = await masked(phonePhoto(), mask, await plain().png().toBuffer());
    expect(await sharp(made).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 });
  });
});

describe('fit', () => {
  const given = async (bytes: Uint8Array) => (await loaded(bytes)).image;

  it('leaves what is small enough alone', async () => {
    const image = await given(await noise(64, 64).png().toBuffer());
    expect(await inputs(() => pipe()).fit(image, image.bytes.byteLength)).toEqual({ image, notices: [] });
  });

  it.each([0.9, 0.3, 0.05, 0.01])(
    'makes a picture small enough for %d of its bytes, and says so',
    async (share) => {
      const image = await given(await noise(300, 200).png().toBuffer());
      const most = Math.floor(image.bytes.byteLength * share);
      const made = await inputs(() => pipe()).fit(image, most);
      const { width, height } = made.image;
      expect(made.image.bytes.byteLength).toBeLessThanOrEqual(most);
      expect(width / height).toBeCloseTo(1.5, 1);
      expect(await sharp(made.image.bytes).metadata()).toMatchObject({ format: 'jpeg', width, height });
      expect(made.notices[0]).toContain(`sent smaller, as ${width}x${height}`);
    },
  );

  it('keeps transparency', async () => {
    const image = await given(await glass().png({ compressionLevel: 0 }).toBuffer());
    const made = await inputs(() => pipe()).fit(image, image.bytes.byteLength - 1);
    expect(await sharp(made.image.bytes).metadata()).toMatchObject({ format: 'webp', hasAlpha: true });
  });

  it('gives up on what cannot be', async () => {
    const image = await given(await noise(300, 200).png().toBuffer());
    await expect(inputs(() => pipe()).fit(image, 10)).rejects.toThrow(/too large/);
  });
});
