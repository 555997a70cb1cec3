import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { sixel, sixels } from '../../../src/adapters/preview/sixel.ts';

/** What a terminal would show; throws at what it would not understand. */
function shown(text: string): { width: number; height: number; rgb: Uint8Array } {
  // oxlint-disable-next-line no-control-regex -- the escape character is the point.
  const [, size = '', body = ''] = /^\u001BP0;1;0q"1;1;(\d+;\d+)([^\u001B]*)\u001B\\$/.exec(text) ?? [];
  const [width = 0, height = 0] = size.split(';').map(Number);
  const rgb = new Uint8Array(width * height * 3);
  const palette = new Map<number, readonly number[]>();
  let [x, top, color, repeat] = [0, 0, [] as readonly number[], 1];
  for (const [word] of body.matchAll(/#\d+(?:;2;\d+;\d+;\d+)?|!\d+|[?-~]|[$-]|[^]/g)) {
    const numbers = word.slice(1).split(';').map(Number);
    if (word.startsWith('#') && numbers.length === 5) palette.set(numbers[0] ?? 0, numbers.slice(2));
    else if (word.startsWith('#')) color = palette.get(numbers[0] ?? 0) ?? [];
    else if (word.startsWith('!')) repeat = numbers[0] ?? 1;
    else if (word === '$') x = 0;
    else if (word === '-') [x, top] = [0, top + 6];
    else if (/^[?-~]$/.test(word)) {
      for (; repeat > 0; repeat -= 1, x += 1) draw(word.charCodeAt(0) - 63, x);
      repeat = 1;
    } else throw new Error(`no sixels: ${JSON.stringify(word)}`);
  }
  return { width, height, rgb };

  function draw(bits: number, x: number): void {
    for (let bit = 0; bit < 6; bit += 1) {
      if (((bits >> bit) & 1) === 0) continue;
      if (x >= width || top + bit >= height) throw new Error('drawn outside of the picture');
      rgb.set(
        color.map((percent) => Math.round((percent * 255) / 100)),
        ((top + bit) * width + x) * 3,
      );
    }
  }
}

const farthest = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? 0))), 0);

describe('sixels', () => {
  it('say of every pixel its colour, as exactly as hundredths can', () => {
    const scene = fc
      .record({ width: fc.integer({ min: 1, max: 30 }), height: fc.integer({ min: 1, max: 20 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          pixels: fc.array(
            fc.constantFrom([0, 0, 0], [255, 255, 255], [255, 0, 0], [3, 77, 201], [127, 128, 129]),
            { minLength: width * height, maxLength: width * height },
          ),
        }),
      );
    fc.assert(
      fc.property(scene, ({ width, height, pixels }) => {
        const rgb = Uint8Array.from(pixels.flat());
        const seen = shown(sixels(rgb, width, height));
        expect([seen.width, seen.height]).toEqual([width, height]);
        expect(farthest(seen.rgb, rgb)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are few where much is the same', () => {
    expect(sixels(new Uint8Array(640 * 480 * 3), 640, 480).length).toBeLessThan(900);
  });

  it('of a photograph are close to it, in 256 colours, upright', async () => {
    const gradient = Uint8Array.from({ length: 90 * 40 * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % 90, Math.floor(at / 270)];
      return [x * 2.8, y * 6.3, 255 - x * 2.8][at % 3] ?? 0;
    });
    const photo = sharp(gradient, { raw: { width: 90, height: 40, channels: 3 } });
    const turned = await photo.clone().withMetadata({ orientation: 6 }).png().toBuffer();
    const seen = shown(await sixel(turned, 20, {}));
    expect([seen.width, seen.height]).toEqual([40, 90]);
    const upright = await photo.rotate(90).raw().toBuffer();
    const off = seen.rgb.reduce((sum, value, at) => sum + Math.abs(value - (upright[at] ?? 0)), 0);
    expect(off / seen.rgb.length).toBeLessThan(12);
  });

  it('are as wide as the terminal, and no wider than the picture', async () => {
    const wide = await sharp({ create: { width: 2000, height: 100, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    const seen = shown(await sixel(wide, 20, {}));
    expect(seen).toMatchObject({ width: 160, height: 8 });
    // What is transparent is paper.
    expect(Math.min(...seen.rgb)).toBe(255);
  });
});
