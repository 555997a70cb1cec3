import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { scene } from '../../src/sandbox/paint/scene.ts';
import { COMMENT, pictures, type Wanted } from '../../src/sandbox/placeholders.ts';

const wanted = (over: Partial<Wanted> = {}): Wanted => ({
  prompt: 'a lighthouse at dusk',
  width: 64,
  height: 48,
  mimeType: 'image/jpeg',
  variant: 0,
  ...over,
});

const difference = async (a: Uint8Array, b: Uint8Array): Promise<number> => {
  const [left, right] = await Promise.all([sharp(a).raw().toBuffer(), sharp(b).raw().toBuffer()]);
  return left.reduce((sum, value, at) => sum + Math.abs(value - (right[at] ?? 0)), 0) / left.length;
};

/** Width of the mark. */
const plateOf = (prompt: string): number =>
  Number(/width="(\d+)" height="16"/.exec(scene(prompt, 0, 512, 512))?.[1]);

const starsIn = (prompt: string): number => scene(prompt, 0, 256, 256).split('m-').length;

describe('placeholder pictures', () => {
  it.each([
    ['image/jpeg', 1024, 1024],
    ['image/png', 1376, 768],
    ['image/jpeg', 512, 512],
    ['image/jpeg', 384, 3072],
    ['image/jpeg', 6336, 2688],
    ['image/png', 2999, 1001],
    ['image/png', 1, 1],
    ['image/jpeg', 7, 613],
  ] as const)('are %s of exactly %d by %d pixels', async (mimeType, width, height) => {
    const bytes = await pictures().paint(wanted({ mimeType, width, height }));
    const seen = await sharp(bytes).metadata();
    expect([`image/${seen.format}`, seen.width, seen.height]).toEqual([mimeType, width, height]);
    expect(seen.hasAlpha).toBe(false);
  });

  it('weigh what a real picture of that size may weigh', async () => {
    const bytes = await pictures().paint(wanted({ width: 1024, height: 1024 }));
    expect(bytes.byteLength).toBeGreaterThan(80_000);
    expect(bytes.byteLength).toBeLessThan(400_000);
  });

  it('are the same for the same prompt, whoever paints them', async () => {
    const [one, other] = await Promise.all([pictures().paint(wanted()), pictures().paint(wanted())]);
    expect(Buffer.from(one).equals(other)).toBe(true);
  });

  it.each([
    ['another prompt', { prompt: 'a lighthouse at dawn' }],
    ['another variant', { variant: 1 }],
    ['a prompt without a known word', { prompt: 'qqq' }],
  ])('look different for %s', async (_, over) => {
    const painter = pictures();
    const size = { width: 256, height: 256 };
    const both = await Promise.all([
      painter.paint(wanted(size)),
      painter.paint(wanted({ ...size, ...over })),
    ]);
    expect(await difference(...both)).toBeGreaterThan(5);
  });

  it.each(['image/jpeg', 'image/png'] as const)(
    'say in the metadata of %s that they are none',
    async (mimeType) => {
      const { exif } = await sharp(await pictures().paint(wanted({ mimeType }))).metadata();
      expect(exif?.includes(COMMENT)).toBe(true);
    },
  );

  it('carry the mark in the lower left corner', () => {
    const [width, height] = [512, 512];
    const plate = /<rect x="10" y="(\d+)" width="(\d+)" height="(\d+)"[^>]*fill="#000000"/.exec(
      scene('a cat', 0, width, height),
    );
    const [top, wide, tall] = (plate ?? []).slice(1).map(Number);
    expect(top).toBeGreaterThan(height * 0.9);
    expect((top ?? 0) + (tall ?? 0)).toBeLessThan(height);
    expect(wide).toBeLessThan(width / 2);
  });

  it('draw the mark larger for more words and the same for words that no font needs', () => {
    expect(plateOf('a cat and a dog')).toBeGreaterThan(plateOf('a cat'));
    expect(plateOf('灯台')).toBe(plateOf('маяк'));
    expect(plateOf('灯台')).toBeGreaterThan(40);
  });

  it('take nothing of the prompt into the drawing as text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const svg = scene(`</svg><script>${text}</script><image href="file:///etc/passwd"/>&x;`, 0, 64, 64);
        expect(/script|image|passwd|&|<text/.exec(svg)?.[0]).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it('take a prompt of 200,000 characters, and none at all', async () => {
    const painter = pictures();
    const [long, none] = await Promise.all(
      ['sea '.repeat(50_000), ''].map((prompt) => painter.paint(wanted({ prompt }))),
    );
    expect(long?.byteLength).toBeGreaterThan(500);
    expect(none?.byteLength).toBeGreaterThan(500);
  });

  it('hear the words of the prompt: night has stars, a day has none', () => {
    expect(starsIn('hills on a clear night')).toBeGreaterThan(starsIn('hills on a clear day') + 50);
  });
});

describe('the cache of placeholder pictures', () => {
  it('paints a picture once for all who ask for it at the same time and afterwards', async () => {
    const painter = pictures();
    const first = painter.paint(wanted());
    expect(painter.paint(wanted())).toBe(first);
    const bytes = await first;
    expect(await painter.paint(wanted())).toBe(bytes);
  });

  it.each(['prompt', 'width', 'height', 'mimeType', 'variant'] as const)(
    'tells pictures apart by %s',
    async (key) => {
      const others = { prompt: 'b', width: 65, height: 49, mimeType: 'image/png', variant: 2 } as const;
      const painter = pictures();
      const other = await painter.paint(wanted({ [key]: others[key] }));
      expect(Buffer.from(await painter.paint(wanted())).equals(other)).toBe(false);
    },
  );

  it('forgets the oldest pictures when it is full, and paints them alike again', async () => {
    const painter = pictures(3000);
    const first = await painter.paint(wanted());
    for (let variant = 1; variant < 8; variant += 1) await painter.paint(wanted({ variant }));
    const again = await painter.paint(wanted());
    expect(again).not.toBe(first);
    expect(Buffer.from(again).equals(first)).toBe(true);
  });

  it('does not remember a picture that could not be painted', async () => {
    const painter = pictures();
    const failed = painter.paint(wanted({ width: -1 }));
    await expect(failed).rejects.toThrow('width');
    const again = painter.paint(wanted({ width: -1 }));
    expect(again).not.toBe(failed);
    await expect(again).rejects.toThrow('width');
  });
});
