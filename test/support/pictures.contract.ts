import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { FORMATS, type ImageFormat } from '../../src/core/files/format.ts';
import type { Pictures } from '../../src/ports/index.ts';

export interface PicturesUnderTest {
  readonly pictures: Pictures;
  /** A good picture. */
  readonly sample: (format: ImageFormat, width: number, height: number) => Promise<Uint8Array>;
  /** A sheet of two by two drafts. */
  readonly sheet: () => Promise<Uint8Array>;
}

const FACTS = {
  prompt: 'a "lighthouse"\n灯台',
  model: 'nano',
  cost: '0.1',
  runId: 'run-1',
  attemptId: 'attempt-1',
};

const PAIRS = FORMATS.flatMap((from) => FORMATS.map((to) => [from, to] as const));

/** What every Pictures does, the fake as the real one. */
export function picturesContract(name: string, make: () => PicturesUnderTest): void {
  describe(`${name} as Pictures`, () => {
    let pictures: Pictures;
    let sample: PicturesUnderTest['sample'];
    let sheet: PicturesUnderTest['sheet'];
    beforeEach(() => {
      ({ pictures, sample, sheet } = make());
    });

    it.each(FORMATS)('reads type and size out of the bytes of a %s', async (format) => {
      const bytes = await sample(format, 24, 16);
      expect(await pictures.inspect(bytes)).toEqual({ mimeType: `image/${format}`, width: 24, height: 16 });
    });

    it.each([
      ['no bytes', ''],
      ['text', 'this is not a picture'],
      [
        'an SVG',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
      ],
      ['a lone JPEG signature', '\xff\xd8\xff'],
    ])('sees no picture in %s', async (_, text) => {
      expect(await pictures.inspect(Buffer.from(text, 'latin1'))).toBeNull();
    });

    it.each(FORMATS)('sees that half a %s is broken', async (format) => {
      const bytes = await sample(format, 24, 16);
      expect(await pictures.inspect(bytes.subarray(0, bytes.length / 2))).toBeNull();
    });

    it.each(FORMATS)('makes a small WebP of a %s, and none of half of it', async (format) => {
      const bytes = await sample(format, 960, 640);
      const small = await pictures.thumbnail(bytes);
      expect(small && (await pictures.inspect(small))).toEqual({
        mimeType: 'image/webp',
        width: 480,
        height: 320,
      });
      expect(await pictures.thumbnail(bytes.subarray(0, bytes.length / 2))).toBeNull();
      expect(await pictures.thumbnail(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeNull();
    });

    it.each(PAIRS)('makes a %s a %s of the same size', async (from, to) => {
      const made = await pictures.convert(await sample(from, 24, 16), to, 80);
      expect(await pictures.inspect(made)).toEqual({ mimeType: `image/${to}`, width: 24, height: 16 });
    });

    it.each(FORMATS)('leaves a %s as it is when %s without a quality is asked for', async (format) => {
      const bytes = await sample(format, 24, 16);
      expect(Buffer.from(await pictures.convert(bytes, format, null)).equals(bytes)).toBe(true);
    });

    it.each(['cover', 'contain'] as const)('brings a picture to exactly a size with %s', async (fit) => {
      const made = await pictures.convert(await sample('png', 24, 16), 'png', null, {
        width: 9,
        height: 9,
        fit,
      });
      expect(await pictures.inspect(made)).toMatchObject({ width: 9, height: 9 });
    });

    it('makes no picture larger that is to fit inside', async () => {
      const shape = { width: 48, height: 8, fit: 'inside' } as const;
      const made = await pictures.convert(await sample('png', 24, 16), 'png', null, shape);
      expect(await pictures.inspect(made)).toMatchObject({ width: 12, height: 8 });
    });

    it.each(['png', 'jpeg', 'webp'] as const)(
      'writes facts into a %s, reads them, and strips them',
      async (format) => {
        const bytes = await sample(format, 24, 16);
        expect(pictures.factsIn(bytes)).toBeNull();
        const labelled = pictures.label(bytes, FACTS);
        if (!labelled) throw new Error('there was no place for them');
        expect(pictures.factsIn(labelled)).toEqual(FACTS);
        expect(await pictures.inspect(labelled)).toEqual(await pictures.inspect(bytes));
        expect(pictures.factsIn(pictures.strip(labelled))).toBeNull();
        expect(pictures.hasProvenance(labelled)).toBe(false);
      },
    );

    it('has no place for facts in an AVIF', async () => {
      expect(pictures.label(await sample('avif', 24, 16), FACTS)).toBeNull();
    });

    it('cuts a sheet into pictures of the format that is asked for', async () => {
      const cut = await pictures.cut(await sheet(), { columns: 2, rows: 2 }, 'webp', null);
      if ('why' in cut) throw new Error(cut.why);
      expect(cut.cells).toHaveLength(4);
      for (const cell of cut.cells)
        expect(await pictures.inspect(cell ?? new Uint8Array())).toMatchObject({ mimeType: 'image/webp' });
    });

    it('fails with kind disk when the sheet is broken', async () => {
      const whole = await sheet();
      const broken = whole.subarray(0, whole.length / 2);
      await expect(pictures.cut(broken, { columns: 2, rows: 2 }, 'webp', null)).rejects.toMatchObject({
        kind: 'disk',
      });
    });

    it('does not write into the bytes it is given', async () => {
      const bytes = await sample('png', 24, 16);
      const before = Uint8Array.from(bytes);
      await pictures.inspect(bytes);
      await pictures.convert(bytes, 'webp', 50);
      expect(Buffer.from(before).equals(bytes)).toBe(true);
    });

    it('fails with kind disk when what is to be converted is broken', async () => {
      const bytes = await sample('jpeg', 24, 16);
      const failed = pictures.convert(bytes.subarray(0, bytes.length / 2), 'png', null);
      await expect(failed).rejects.toBeInstanceOf(Failure);
      await expect(failed).rejects.toMatchObject({ kind: 'disk', charged: 'yes' });
    });
  });
}
