import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inputs } from '../../../src/adapters/images/load-inputs.ts';
import { pictures } from '../../../src/adapters/images/images.ts';
import type { Inputs } from '../../../src/ports/index.ts';
import { candidate, imagePart } from '../../support/answers.ts';
import { world } from '../../support/fakes/deps.ts';
import { fakePictureFiles, type FakePictureFiles } from '../../support/fakes/picture-files.ts';

// Real pictures in a fake world, whose ids are the same every time: two runs must come to the same bytes.

const GREY = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const noise = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#000', noise: GREY } });

/** As a model makes it, with metadata and content credentials. */
const MADE = noise(96, 64)
  .withExif({ IFD0: { Artist: 'the model' } })
  .jpeg()
  .toBuffer()
  .then((jpeg) =>
    Buffer.concat([jpeg.subarray(0, 2), Buffer.from('\xFF\xEB\0\x08c2pa\0\0', 'latin1'), jpeg.subarray(2)]),
  );
const PHOTO = noise(48, 32).png().toBuffer();
const MASK = sharp({ create: { width: 48, height: 32, channels: 3, background: '#000' } })
  .composite([
    { input: { create: { width: 9, height: 9, channels: 3, background: '#fff' } }, left: 7, top: 5 },
  ])
  .png()
  .toBuffer();

/** Input images out of the picture files, read as those of a pipe are. */
function inputsFrom(pictureFiles: FakePictureFiles): Inputs {
  const load = (source: string) =>
    inputs(async function* () {
      yield await pictureFiles.read(source);
    }).load('-');
  return { load, mask: load, fit: async (image) => ({ image, notices: [] }) };
}

async function buying() {
  const pictureFiles = fakePictureFiles({ '/work/photo.png': await PHOTO, '/work/mask.png': await MASK });
  const real = pictures();
  const deps = {
    pictureFiles: async () => pictureFiles,
    pictures: async () => real,
    inputs: async () => inputsFrom(pictureFiles),
  };
  return { ...world({ script: [candidate([imagePart(await MADE, 'image/jpeg')])], deps }), pictureFiles };
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

const CASES: readonly (readonly [flags: string, out: string])[] = [
  ['', 'cat.jpg'],
  ['--format png', 'cat.png'],
  ['--format webp --quality 40', 'cat.webp'],
  ['--format avif', 'cat.avif'],
  ['--strip', 'cat.jpg'],
  ['--resize 30x30', 'cat.jpg'],
  ['--resize 30x30 --fit contain', 'cat.png'],
  ['--resize 30x30 --fit inside --strip', 'cat.webp'],
  ['--size-exact 90x60', 'cat.jpg'],
  ['--embed', 'cat.jpg'],
  ['--embed --strip', 'cat.png'],
  ['--sidecar', 'cat.jpg'],
  ['--sidecar --embed --strip --size-exact 90x60', 'cat.webp'],
  ['--mask', 'cat.png'],
  ['--mask --embed --sidecar', 'cat.png'],
];

describe('what recover makes of a paid answer is what an uninterrupted run makes of it, byte by byte:', () => {
  const argv = (flags: string, out: string): readonly string[] => {
    const words = flags.split(' ').filter(Boolean);
    const masked = words.flatMap((word) => (word === '--mask' ? [word, '/work/mask.png'] : word));
    if (!words.includes('--mask')) return ['a cat', '-o', out, ...masked];
    return ['edit', '/work/photo.png', '-p', 'a cat', '-o', out, ...masked];
  };

  it.each(CASES)('%s -o %s', async (flags, out) => {
    const whole = await buying();
    expect((await whole.pixtab(...argv(flags, out))).code).toBe(0);

    const broken = await buying();
    broken.pictureFiles.breaks('put', 'no space left');
    expect((await broken.pixtab(...argv(flags, out))).code).toBe(11);
    expect(broken.pictureFiles.files.has(out)).toBe(false);
    broken.pictureFiles.breaks('put', null);
    expect(await broken.pixtab('recover')).toMatchObject({ code: 0, stdout: out });
    expect([...broken.pictureFiles.files].map(([path, bytes]) => [path, text(bytes)])).toEqual(
      [...whole.pictureFiles.files].map(([path, bytes]) => [path, text(bytes)]),
    );
    expect(whole.pictureFiles.files.size).toBe(flags.includes('--sidecar') ? 4 : 3);
  });

  it('a sidecar that is missing beside a picture that is there', async () => {
    const whole = await buying();
    await whole.pixtab('a cat', '-o', 'cat.jpg', '--sidecar', '--embed');
    const broken = await buying();
    const put = broken.pictureFiles.put;
    // As if the machine had stopped between the two.
    Object.assign(broken.pictureFiles, {
      put: async (...given: Parameters<typeof put>) => {
        if (given[0].endsWith('.json')) throw new Error('stopped');
        return put(...given);
      },
    });
    await broken.pixtab('a cat', '-o', 'cat.jpg', '--sidecar', '--embed');
    expect(broken.pictureFiles.files.has('cat.jpg')).toBe(true);
    Object.assign(broken.pictureFiles, { put });
    expect((await broken.pixtab('recover')).code).toBe(0);
    expect(broken.pictureFiles.files).toEqual(whole.pictureFiles.files);
  });
});
