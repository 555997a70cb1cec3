import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictures } from '../../../src/adapters/images/images.ts';
import type { Grid } from '../../../src/core/drafts/grid.ts';
import { sheetPrompt } from '../../../src/core/drafts/prompt.ts';
import { FORMATS, isFormat, MOST_SIDE } from '../../../src/core/files/format.ts';
import { painter, type Placeholder } from '../../../src/sandbox/placeholders.ts';
import { twoTone } from '../../support/bomb.ts';
import { picturesContract } from '../../support/pictures.contract.ts';

const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  });
const plain = (width: number, height: number, background = '#c04020') =>
  sharp({ create: { width, height, channels: 3, background } });
/** Half transparent red. */
const glass = () =>
  sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } });
const pixel = async (bytes: Uint8Array): Promise<number[]> => [
  ...(await sharp(bytes).raw().toBuffer()).subarray(0, 3),
];

picturesContract('sharp', () => ({
  pictures: pictures(),
  sample: (format, width, height) => noise(width, height).toFormat(format).toBuffer(),
  sheet: () => painted('a boat', { columns: 2, rows: 2 }),
}));

/** A sheet as the sandbox draws it. */
const painted = (
  words: string,
  grid: Grid,
  { odd, mimeType = 'image/jpeg' }: Partial<Pick<Placeholder, 'odd' | 'mimeType'>> = {},
) =>
  painter().paint({ prompt: sheetPrompt(words, grid), width: 512, height: 512, mimeType, variant: 0, odd });

describe('cut', () => {
  const GRID = { columns: 3, rows: 2 };

  it.each([undefined, 'uneven', 'white', 'border', 'captions'] as const)(
    'finds the drafts of a sheet of the sandbox, also where it is %s',
    async (odd) => {
      const cut = await pictures().cut(await painted('a mill', GRID, { odd }), GRID, 'jpeg', null);
      if ('why' in cut) throw new Error(cut.why);
      expect(cut.cells.filter((cell) => cell !== null)).toHaveLength(6);
    },
  );

  it.each(['no gutters', 'other count'] as const)('says why it cannot where there are %s', async (odd) => {
    const cut = await pictures().cut(await painted('a mill', GRID, { odd }), GRID, 'jpeg', null);
    expect(cut).toEqual({ why: expect.stringContaining('no gutter') });
  });

  it('takes the pixels as they are', async () => {
    const sheet = await painted('a mill', GRID, { mimeType: 'image/png' });
    const cut = await pictures().cut(sheet, GRID, 'png', null);
    if ('why' in cut) throw new Error(cut.why);
    const { data, info } = await sharp(cut.cells[4] ?? sheet)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const line = (await sharp(sheet).removeAlpha().raw().toBuffer()).toString('latin1');
    expect(line).toContain(data.subarray(0, info.width * 3).toString('latin1'));
  });
});

describe('inspect', () => {
  // Without its last two bytes, the end mark, a JPEG may still have every pixel.
  it.each([40, 1000, 20_000])('sees that the last %d bytes of a JPEG are missing', async (missing) => {
    const whole = await noise(256, 256).jpeg().toBuffer();
    expect(await pictures().inspect(whole.subarray(0, whole.length - missing))).toBeNull();
  });

  it('decodes to the last pixel: damage in the middle of a PNG is seen', async () => {
    const damaged = await noise(256, 256).png().toBuffer();
    damaged.fill(0, damaged.length >> 1, (damaged.length >> 1) + 400);
    expect(await pictures().inspect(damaged)).toBeNull();
  });

  it.each([
    [12_288, 1536],
    [6336, 2688],
    [4096, 4096],
  ])('takes the largest pictures that are sold: %d by %d', async (width, height) => {
    const bytes = await plain(width, height).jpeg().toBuffer();
    expect(await pictures().inspect(bytes)).toEqual({ mimeType: 'image/jpeg', width, height });
  });

  it('refuses a bomb: some kilobytes that unpack to 100 million good pixels', async () => {
    const bomb = twoTone(10_000, 10_000);
    expect(bomb.byteLength).toBeLessThan(20_000);
    expect(await pictures().inspect(bomb)).toBeNull();
    expect(await pictures().inspect(twoTone(1000, 1000))).toMatchObject({ width: 1000, height: 1000 });
  });

  it('measures a picture as a viewer shows it', async () => {
    const turned = await plain(40, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await pictures().inspect(turned)).toEqual({ mimeType: 'image/jpeg', width: 20, height: 40 });
  });

  it.each([
    ['a GIF', () => plain(8, 8).gif().toBuffer()],
    ['a TIFF', () => plain(8, 8).tiff().toBuffer()],
  ])('sees no picture in %s: no model makes one', async (_, make) => {
    expect(await pictures().inspect(await make())).toBeNull();
  });
});

describe('convert', () => {
  it.each(FORMATS)('keeps the metadata and the colour profile in a %s', async (format) => {
    const source = await plain(16, 16)
      .withIccProfile('p3')
      .withExif({ IFD0: { Artist: 'somebody' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .jpeg()
      .toBuffer();
    const { icc, exif, xmp } = await sharp(await pictures().convert(source, format, 90)).metadata();
    expect(icc).toEqual((await sharp(source).metadata()).icc);
    expect(exif?.includes('somebody')).toBe(true);
    expect(xmp?.includes('xmpmeta')).toBe(true);
  });

  it('puts what is transparent on white in a JPEG', async () => {
    const [red = 0, green = 0, blue = 0] = await pixel(
      await pictures().convert(await glass().png().toBuffer(), 'jpeg', 100),
    );
    expect(Math.max(Math.abs(red - 255), Math.abs(green - 127), Math.abs(blue - 127))).toBeLessThan(6);
  });

  it.each(['png', 'webp', 'avif'] as const)('keeps transparency in a %s', async (format) => {
    const source = await glass().png().toBuffer();
    expect((await sharp(await pictures().convert(source, format, 90)).metadata()).hasAlpha).toBe(true);
  });

  it('keeps every pixel in a PNG, whatever the quality', async () => {
    const source = await noise(32, 32).webp({ lossless: true }).toBuffer();
    const made = await pictures().convert(source, 'png', 10);
    expect((await sharp(made).raw().toBuffer()).equals(await sharp(source).raw().toBuffer())).toBe(true);
  });

  it.each(['jpeg', 'webp', 'avif'] as const)('makes a %s smaller at a lower quality', async (format) => {
    const source = await noise(96, 96).png().toBuffer();
    const [low, middle, high] = await Promise.all(
      [10, null, 100].map((q) => pictures().convert(source, format, q)),
    );
    expect(low?.length).toBeLessThan(middle?.length ?? 0);
    expect(middle?.length).toBeLessThan(high?.length ?? 0);
  });

  it.each(FORMATS)('turns a picture upright in a %s, and only once', async (format) => {
    const turned = await plain(40, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const made = await pictures().convert(turned, format, 90);
    const { width, height, orientation = 1 } = await sharp(made).metadata();
    expect([width, height, orientation]).toEqual([20, 40, 1]);
  });

  it.each(FORMATS)(
    'makes the inks of a CMYK picture light in a %s, without their profile',
    async (format) => {
      const inks = await plain(16, 16).toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer();
      const made = await pictures().convert(inks, format, 95);
      const { space, icc } = await sharp(made).metadata();
      expect([space, icc]).toEqual(['srgb', undefined]);
      const [red = 0, green = 0, blue = 0] = await pixel(made);
      expect(red).toBeGreaterThan(green + 60);
      expect(green).toBeGreaterThan(blue);
    },
  );

  it.each(['jpeg', 'webp', 'avif'] as const)('makes a %s out of the widest banner', async (format) => {
    const banner = await plain(12_288, 64).png().toBuffer();
    expect((await pictures().inspect(await pictures().convert(banner, format, 50)))?.width).toBe(12_288);
  });
});

describe('resizing', () => {
  const side = fc.integer({ min: 1, max: 300 });

  it('cover and contain make exactly the size that was asked for', async () => {
    const cases = fc.asyncProperty(
      side,
      side,
      side,
      side,
      fc.constantFrom('cover', 'contain'),
      async (w, h, width, height, fit) => {
        const source = await plain(w, h).png().toBuffer();
        const made = await pictures().convert(source, 'png', null, { width, height, fit });
        expect(await pictures().inspect(made)).toMatchObject({ width, height });
      },
    );
    await fc.assert(cases, { numRuns: 25 });
  });

  it('inside gets no larger than asked and no larger than it was, and keeps the ratio', async () => {
    const cases = fc.asyncProperty(side, side, side, side, async (w, h, width, height) => {
      const source = await plain(w, h).png().toBuffer();
      const made = await pictures().inspect(
        await pictures().convert(source, 'png', null, { width, height, fit: 'inside' }),
      );
      if (!made) throw new Error('it does not decode');
      expect(made.width).toBeLessThanOrEqual(Math.min(w, width));
      expect(made.height).toBeLessThanOrEqual(Math.min(h, height));
      const scale = Math.min(1, width / w, height / h);
      expect(Math.abs(made.width - Math.max(1, w * scale))).toBeLessThanOrEqual(1);
      expect(Math.abs(made.height - Math.max(1, h * scale))).toBeLessThanOrEqual(1);
    });
    await fc.assert(cases, { numRuns: 25 });
  });

  it.each(FORMATS)('crops a %s around its middle', async (format) => {
    const left = plain(20, 20, '#ff0000');
    const source = await left
      .extend({ left: 20, right: 20, background: '#0000ff' })
      .toFormat(format)
      .toBuffer();
    const made = await pictures().convert(source, format, null, { width: 20, height: 20, fit: 'cover' });
    const [red = 0, , blue = 0] = await pixel(made);
    expect(red).toBeGreaterThan(blue + 100);
  });

  it('contain adds white margins to a JPEG and transparent ones to a PNG', async () => {
    const source = await plain(20, 10, '#ff0000').png().toBuffer();
    const shape = { width: 20, height: 20, fit: 'contain' } as const;
    expect(
      (await pixel(await pictures().convert(source, 'jpeg', 95, shape))).every((value) => value > 240),
    ).toBe(true);
    const png = await sharp(await pictures().convert(source, 'png', null, shape))
      .raw()
      .toBuffer();
    expect([...png.subarray(0, 4)][3]).toBe(0);
  });
});

it.each(Object.entries(MOST_SIDE))('a %s holds %i pixels in a row, and no more', async (format, most) => {
  if (!isFormat(format)) throw new Error(format);
  const adapter = pictures();
  const dot = await plain(2, 2).png().toBuffer();
  const wide = (width: number) => adapter.convert(dot, format, null, { width, height: 2, fit: 'cover' });
  expect(await adapter.inspect(await wide(most))).toMatchObject({ width: most });
  await expect(wide(most + 1)).rejects.toThrow(/cannot be converted/);
});
