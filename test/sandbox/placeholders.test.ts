import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { scene } from '../../src/sandbox/paint/scene.ts';
import { COMMENT, painter, type Placeholder } from '../../src/sandbox/placeholders.ts';

const placeholder = (over: Partial<Placeholder> = {}): Placeholder => ({
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

/** Width of the label. */
const labelWidth = (prompt: string): number =>
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
    const bytes = await painter().paint(placeholder({ mimeType, width, height }));
    const seen = await sharp(bytes).metadata();
    expect([`image/${seen.format}`, seen.width, seen.height]).toEqual([mimeType, width, height]);
    expect(seen.hasAlpha).toBe(false);
  });

  it('weigh what a real picture of that size may weigh', async () => {
    const bytes = await painter().paint(placeholder({ width: 1024, height: 1024 }));
    expect(bytes.byteLength).toBeGreaterThan(80_000);
    expect(bytes.byteLength).toBeLessThan(400_000);
  });

  it('are the same for the same prompt, whoever paints them', async () => {
    const [one, other] = await Promise.all([painter().paint(placeholder()), painter().paint(placeholder())]);
    expect(Buffer.from(one).equals(other)).toBe(true);
  });

  it.each([
    ['another prompt', { prompt: 'a lighthouse at dawn' }],
    ['another variant', { variant: 1 }],
    ['a prompt without a known word', { prompt: 'qqq' }],
  ])('look different for %s', async (_, over) => {
    const cached = painter();
    const size = { width: 256, height: 256 };
    const both = await Promise.all([
      cached.paint(placeholder(size)),
      cached.paint(placeholder({ ...size, ...over })),
    ]);
    expect(await difference(...both)).toBeGreaterThan(5);
  });

  it.each(['image/jpeg', 'image/png'] as const)(
    'say in the metadata of %s that they are placeholders',
    async (mimeType) => {
      const { exif } = await sharp(await painter().paint(placeholder({ mimeType }))).metadata();
      expect(exif?.includes(COMMENT)).toBe(true);
    },
  );

  it('carry the label in the lower left corner', () => {
    const [width, height] = [512, 512];
    const label = /<rect x="10" y="(\d+)" width="(\d+)" height="(\d+)"[^>]*fill="#000000"/.exec(
      scene('a cat', 0, width, height),
    );
    const [top, wide, tall] = (label ?? []).slice(1).map(Number);
    expect(top).toBeGreaterThan(height * 0.9);
    expect((top ?? 0) + (tall ?? 0)).toBeLessThan(height);
    expect(wide).toBeLessThan(width / 2);
  });

  it('draw the label larger for more words and the same for words that no font needs', () => {
    expect(labelWidth('a cat and a dog')).toBeGreaterThan(labelWidth('a cat'));
    expect(labelWidth('灯台')).toBe(labelWidth('маяк'));
    expect(labelWidth('灯台')).toBeGreaterThan(40);
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
    const cached = painter();
    const [long, none] = await Promise.all(
      ['sea '.repeat(50_000), ''].map((prompt) => cached.paint(placeholder({ prompt }))),
    );
    expect(long?.byteLength).toBeGreaterThan(500);
    expect(none?.byteLength).toBeGreaterThan(500);
  });

  it('show what the prompt names: night has stars, a day has none', () => {
    expect(starsIn('hills on a clear night')).toBeGreaterThan(starsIn('hills on a clear day') + 50);
  });
});

describe('the cache of placeholder pictures', () => {
  it('paints a picture once for all who ask for it at the same time and afterwards', async () => {
    const cached = painter();
    const first = cached.paint(placeholder());
    expect(cached.paint(placeholder())).toBe(first);
    const bytes = await first;
    expect(await cached.paint(placeholder())).toBe(bytes);
  });

  it.each(['prompt', 'width', 'height', 'mimeType', 'variant'] as const)(
    'tells pictures apart by %s',
    async (key) => {
      const others = { prompt: 'b', width: 65, height: 49, mimeType: 'image/png', variant: 2 } as const;
      const cached = painter();
      const other = await cached.paint(placeholder({ [key]: others[key] }));
      expect(Buffer.from(await cached.paint(placeholder())).equals(other)).toBe(false);
    },
  );

  it('forgets the oldest pictures when it is full, and paints the same bytes when they are asked for once more', async () => {
    const cached = painter(3000);
    const first = await cached.paint(placeholder());
    for (let variant = 1; variant < 8; variant += 1) await cached.paint(placeholder({ variant }));
    const second = await cached.paint(placeholder());
    expect(second).not.toBe(first);
    expect(Buffer.from(second).equals(first)).toBe(true);
  });

  it('does not remember a picture that could not be painted', async () => {
    const cached = painter();
    const failed = cached.paint(placeholder({ width: -1 }));
    await expect(failed).rejects.toThrow('width');
    const second = cached.paint(placeholder({ width: -1 }));
    expect(second).not.toBe(failed);
    await expect(second).rejects.toThrow('width');
  });
});
