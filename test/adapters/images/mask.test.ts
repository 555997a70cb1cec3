import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { checkMask, masked } from '../../../src/adapters/images/mask.ts';

const image = (data: Uint8Array, width: number, height: number, channels: 1 | 3 | 4) =>
  sharp(data, { raw: { width, height, channels } }).png().toBuffer();

const rgba = async (bytes: Uint8Array): Promise<Buffer> =>
  sharp(bytes).autoOrient().toColourspace('srgb').ensureAlpha().raw().toBuffer();

const scene = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom(3 as const, 4 as const),
  )
  .chain(([width, height, channels]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      channels: fc.constant(channels),
      own: fc.uint8Array({ minLength: width * height * channels, maxLength: width * height * channels }),
      mask: fc.array(fc.constantFrom(0, 0, 0, 1, 128, 254, 255), {
        minLength: width * height,
        maxLength: width * height,
      }),
      made: fc.uint8Array({ minLength: 4 * 3 * 3, maxLength: 4 * 3 * 3 }),
    }),
  );

describe('a picture changed within a mask', () => {
  it('has its own pixels wherever the mask is black, bit for bit', async () => {
    const cases = fc.asyncProperty(scene, async ({ width, height, channels, own, mask, made }) => {
      const picture = await image(own, width, height, channels);
      const result = await masked(
        picture,
        await image(Uint8Array.from(mask), width, height, 1),
        await image(made, 4, 3, 3),
      );
      const [before, after] = [await rgba(picture), await rgba(result)];
      for (const [at, light] of mask.entries()) {
        const pixel = [at * 4, at * 4 + 4] as const;
        const isOwn = before.subarray(...pixel).equals(after.subarray(...pixel));
        expect(light > 0 || isOwn).toBe(true);
      }
    });
    await fc.assert(cases, { numRuns: 40 });
  });

  it('is what was made of it wherever the mask is white', async () => {
    const picture = await image(new Uint8Array(4 * 4 * 3).fill(10), 4, 4, 3);
    const made = await image(new Uint8Array(8 * 8 * 3).fill(200), 8, 8, 3);
    const mask = await image(
      Uint8Array.from({ length: 16 }, (_, at) => (at < 8 ? 255 : 0)),
      4,
      4,
      1,
    );
    const pixels = await rgba(await masked(picture, mask, made));
    expect([...pixels.subarray(0, 4)]).toEqual([200, 200, 200, 255]);
    expect([...pixels.subarray(-4)]).toEqual([10, 10, 10, 255]);
  });

  it('is in between where the mask is grey', async () => {
    const grey = await image(Uint8Array.of(128), 1, 1, 1);
    const result = await masked(
      await image(Uint8Array.of(0, 0, 0), 1, 1, 3),
      grey,
      await image(Uint8Array.of(255, 255, 255), 1, 1, 3),
    );
    expect([...(await rgba(result))]).toEqual([128, 128, 128, 255]);
  });

  it('stands upright, like its mask', async () => {
    const turned = await sharp({ create: { width: 6, height: 2, channels: 3, background: '#c04020' } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const mask = await image(new Uint8Array(12), 2, 6, 1);
    const result = await masked(turned, mask, await image(new Uint8Array(12), 2, 2, 3));
    expect((await rgba(result)).equals(await rgba(turned))).toBe(true);
  });
});

describe('a mask', () => {
  const size = { width: 4, height: 4 };
  const white = () => image(new Uint8Array(16).fill(255), 4, 4, 1);

  it('is taken when it is as large as its picture and white somewhere', async () => {
    await expect(checkMask(await white(), 'mask.png', size)).resolves.toBeUndefined();
    const color = await sharp(await white())
      .toColourspace('srgb')
      .ensureAlpha()
      .png()
      .toBuffer();
    await expect(checkMask(color, 'mask.png', size)).resolves.toBeUndefined();
  });

  it.each([
    ['of another size', () => image(new Uint8Array(9).fill(255), 3, 3, 1), /3x3 pixels, and the picture 4x4/],
    ['that is black', () => image(new Uint8Array(16), 4, 4, 1), /black all over/],
    ['with a hole', () => image(new Uint8Array(64), 4, 4, 4), /transparent parts/],
  ])('%s is refused before anything is paid', async (_, make, says) => {
    const failed = checkMask(await make(), 'mask.png', size);
    await expect(failed).rejects.toThrow(says);
    await expect(failed).rejects.toMatchObject({ kind: 'usage' });
  });
});
