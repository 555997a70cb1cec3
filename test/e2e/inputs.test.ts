import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureAnswer } from '../support/answers.ts';
import { pngChunk, twoTone } from '../support/bomb.ts';
import { answer, emulator } from '../support/emulator.ts';
import { lacks } from '../support/lacks.ts';
import { workplace, type Workplace } from './pixtab.ts';

// Whatever somebody may call a picture. Each is refused in one sentence that names it, or sent as a person sees it.

const KEY = 'AIzaCanary-0123456789_abcdefghijklmnop';

const plain = (width = 60, height = 40, background = '#c04020') =>
  sharp({ create: { width, height, channels: 3, background } });
const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
const grainy = () => sharp({ create: { width: 64, height: 64, channels: 3, background: '#000', noise } });
const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);
const svg = (link: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="${link}" width="9" height="9"/></svg>`,
  );

async function animated(format: 'webp' | 'gif'): Promise<Buffer> {
  const frames = await Promise.all(['#f00', '#0f0'].map((color) => plain(8, 8, color).raw().toBuffer()));
  const stack = sharp(Buffer.concat(frames), { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } });
  return stack[format]({ delay: [100, 100] }).toBuffer();
}

/** A PNG that says it is small, and whose pixels unpack to far more. */
function zipBomb(): Buffer {
  const large = Buffer.from(twoTone(40_000, 40_000));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(60, 0);
  header.writeUInt32BE(40, 4);
  header.set([1, 0], 8);
  return Buffer.concat([large.subarray(0, 8), pngChunk('IHDR', header), large.subarray(33)]);
}

type Make = (path: string) => unknown;
const bytes =
  (make: () => Uint8Array | Promise<Uint8Array>): Make =>
  async (path) =>
    writeFile(path, await make());

const REFUSED: readonly (readonly [what: string, name: string, make: Make, says: RegExp, remedy: RegExp])[] =
  [
    [
      'a PNG of a hundred megapixels',
      'bomb.png',
      bytes(() => twoTone(10_000, 10_001)),
      /10000x10001 pixels; up to 67 million are taken/,
      /smaller/,
    ],
    [
      'a PNG of more than a gigapixel',
      'huge.png',
      bytes(() => twoTone(40_000, 40_000)),
      /40000x40000 pixels/,
      /smaller/,
    ],
    [
      'an SVG that reads a file',
      'drawing.svg',
      bytes(() => svg('file:///etc/passwd')),
      /is an SVG drawing/,
      /JPEG or PNG/,
    ],
    [
      'an SVG under another name',
      'drawing.png',
      bytes(() => svg('http://127.0.0.1:9/a.png')),
      /is an SVG drawing/,
      /JPEG or PNG/,
    ],
    [
      'half a JPEG',
      'cut.jpg',
      bytes(async () => half(await grainy().jpeg().toBuffer())),
      /is a broken image/,
      /fetch/,
    ],
    [
      'half a PNG',
      'cut.png',
      bytes(async () => half(await grainy().png().toBuffer())),
      /is a broken image/,
      /fetch/,
    ],
    [
      'half a WebP',
      'cut.webp',
      bytes(async () => half(await grainy().webp().toBuffer())),
      /is a broken image/,
      /fetch/,
    ],
    ['an animated WebP', 'moves.webp', bytes(() => animated('webp')), /is an animation/, /frame/],
    ['an animated GIF', 'moves.gif', bytes(() => animated('gif')), /is an animation/, /frame/],
    [
      'the head of a HEIC',
      'phone.heic',
      bytes(() => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')),
      /is a broken image/,
      /fetch it again/,
    ],
    ['nothing at all', 'empty.png', bytes(() => new Uint8Array()), /is empty/, /fetch it again/],
    ['a text', 'notes.png', bytes(() => Buffer.from('hello')), /is no image/, /JPEG, PNG, WebP/],
    ['a folder', 'album', (path) => mkdir(path), /is a folder/, /Name a picture in it/],
    ['a file that is not there', 'absent.png', () => {}, /there is no such file/, /-p/],
    [
      'a file of a gigabyte',
      'raw.png',
      async (path) => {
        await writeFile(path, '');
        await truncate(path, 1_000_000_000);
      },
      /has 1000\.0 MB/,
      /smaller/,
    ],
    ['a URL', 'https://example.com/cat.png', () => {}, /is a URL/, /curl -sL/],
  ];

/** Tries to change it, with an API that would take anything; what was said, a line each. */
async function refused(place: Workplace, name: string): Promise<readonly string[]> {
  await using google = await emulator(answer(pictureAnswer()));
  const ran = await place.run(['edit', name, '-p', 'night', '--base-url', google.baseUrl], {
    env: { GEMINI_API_KEY: KEY },
  });
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(google.requests).toHaveLength(0);
  return ran.stderr.trimEnd().split('\n');
}

const told = (name: string, says: RegExp, remedy: RegExp) => [
  expect.stringMatching(new RegExp(`^pixtab: ${name.replaceAll('.', String.raw`\.`)} .*${says.source}`)),
  expect.stringMatching(remedy),
];

describe('an input image that is none is refused by name, with what to do, and nothing is sent:', () => {
  async function expectRefused(name: string, make: Make, says: RegExp, remedy: RegExp): Promise<void> {
    await using place = await workplace();
    await make(join(place.dir, name));
    const before = await readdir(place.dir);
    expect(await refused(place, name)).toEqual(told(name, says, remedy));
    expect(await readdir(place.dir)).toEqual(before);
  }

  it.each(REFUSED)('%s', (_, ...more) => expectRefused(...more));

  it.skipIf(lacks('mkfifo'))('a pipe that nobody writes to', async () => {
    const make: Make = (path) => execFileSync('mkfifo', [path]);
    await expectRefused('pipe.png', make, /is a pipe/, /edit - /);
  });

  // Nothing is forbidden to the superuser.
  it.skipIf(lacks('a user who is not root'))('a file that nobody may read', async () => {
    await using place = await workplace();
    await writeFile(join(place.dir, 'mine.png'), await plain().png().toBuffer());
    await chmod(join(place.dir, 'mine.png'), 0);
    const said = told('mine.png', /permission is denied/, /readable/);
    expect(await refused(place, 'mine.png')).toEqual(said);
  });
});

/** What left for the API, decoded. */
async function sent(name: string, file: Uint8Array) {
  await using google = await emulator(answer(pictureAnswer()));
  await using place = await workplace();
  await writeFile(join(place.dir, name), file);
  const ran = await place.run(['edit', name, '-p', 'night', '--base-url', google.baseUrl, '-o', 'out.png'], {
    env: { GEMINI_API_KEY: KEY },
  });
  expect(ran.code).toBe(0);
  const { contents } = JSON.parse(google.requests[0]?.body ?? '{}');
  const { mimeType, data } = contents[0].parts[1].inlineData;
  const picture = Buffer.from(data, 'base64');
  const { depth, space, orientation = 1, hasAlpha } = await sharp(picture).metadata();
  const { data: pixels, info } = await sharp(picture)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...pixels.subarray((y * info.width + x) * 3).subarray(0, 3)];
  const { width, height } = info;
  return { mimeType, picture, depth, space, orientation, hasAlpha, width, height, at, said: ran.stderr };
}

const near = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, channel) => Math.abs(value - (b[channel] ?? 0)) < 40);

describe('an input image is sent as a person sees it:', () => {
  const RED = [192, 64, 32];

  it.each<readonly [string, string, () => Promise<Buffer>, string, RegExp]>([
    [
      'an AVIF',
      'a.avif',
      () => plain().avif().toBuffer(),
      'image/png',
      /as PNG, since the API takes no AVIF/,
    ],
    ['a TIFF', 'a.tif', () => plain().tiff().toBuffer(), 'image/png', /as PNG/],
    [
      'a JPEG of inks',
      'a.jpg',
      () => plain().toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer(),
      'image/jpeg',
      /CMYK/,
    ],
    [
      'a PNG of 16 bits',
      'a.png',
      () => plain().toColourspace('rgb16').png().toBuffer(),
      'image/png',
      /8 bits/,
    ],
    [
      'a PNG under the name of a JPEG',
      'a.jpg',
      () => plain().png().toBuffer(),
      'image/png',
      /^(?!.*is sent)/,
    ],
  ])('%s', async (_, name, make, mimeType, says) => {
    const made = await sent(name, await make());
    expect(made).toMatchObject({ mimeType, depth: 'uchar', space: 'srgb', width: 60, height: 40 });
    expect(made.said).toMatch(says);
    expect(near(made.at(30, 20), RED)).toBe(true);
  });

  it('out of a PNG that unpacks to two hundred megabytes, only as many pixels as it says', async () => {
    const made = await sent('zip.png', zipBomb());
    expect(made).toMatchObject({ width: 60, height: 40 });
    expect(made.at(30, 20)).toEqual([0, 0, 0]);
  });

  it('with transparency, byte by byte, and that it will be gone is said', async () => {
    const glass = await plain().ensureAlpha(0.5).png().toBuffer();
    const { picture, said } = await sent('glass.png', glass);
    expect(picture.equals(glass)).toBe(true);
    expect(said).toContain('glass.png has transparent parts');
  });

  // The corner that is white, once the picture is held as its camera says.
  it.each([
    [1, 0, 0],
    [2, 1, 0],
    [3, 1, 1],
    [4, 0, 1],
    [5, 0, 0],
    [6, 1, 0],
    [7, 1, 1],
    [8, 0, 1],
  ])('upright, as the camera held it: Exif orientation %d', async (orientation, right, below) => {
    const white = await plain(20, 20, '#ffffff').png().toBuffer();
    const photo = await plain(60, 40, '#000000')
      .composite([{ input: white, left: 0, top: 0 }])
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
    const made = await sent('photo.jpg', photo);
    const [width, height] = orientation > 4 ? [40, 60] : [60, 40];
    expect(made).toMatchObject({ width, height, orientation: 1 });
    const corners = [0, 1].flatMap((x) => [0, 1].map((y) => [x, y] as const));
    const lit = corners.filter(([x, y]) => near(made.at(x * (width - 1), y * (height - 1)), [255, 255, 255]));
    expect(lit).toEqual([[right, below]]);
    expect(made.picture.equals(photo)).toBe(orientation === 1);
  });
});
