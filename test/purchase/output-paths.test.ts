import { describe, expect, it } from 'vitest';
import { findModel } from '../../src/core/catalogue/catalogue.ts';
import { pictureSpace } from '../../src/core/order/answer-space.ts';
import { outputOf, planOutput, type OutputOptions } from '../../src/purchase/output-paths.ts';
import { failure, rejection } from '../support/failure.ts';
import { fakePicture } from '../support/fakes/pictures.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';

const NINE_LOCAL = new Date(2026, 0, 5, 9, 7, 3).getTime();

function options(changes: Partial<OutputOptions> = {}): OutputOptions {
  return {
    out: null,
    format: null,
    quality: null,
    replace: false,
    keepRaw: false,
    finish: {},
    count: 1,
    pictures: [0],
    model: findModel('nano-banana-2.1'),
    size: '1K',
    prompt: 'a cat',
    runId: '0123456789ab',
    cwd: '/work',
    now: NINE_LOCAL,
    ...changes,
  };
}

const OF_PNG = { model: findModel('nano-banana') };
const WIDER_THAN_JPEG = { width: 65_501, height: 100, fit: 'cover' } as const;
const HALF = { width: 512, height: 512, fit: 'inside' } as const;

/** The plan, and what was proven for it: each path with the bytes that it must have room for. */
async function planned(changes: Partial<OutputOptions> = {}, files = fakePictureFiles()) {
  const proven: [path: string, bytes: number][] = [];
  const prove = async (path: string, bytes = 0): Promise<void> => {
    await files.prove(path);
    proven.push([path, bytes]);
  };
  return { plan: await planOutput(options(changes), { ...files, prove }, false), proven };
}

describe('where pictures go', () => {
  it('carries the local day and time, with January as the first month', async () => {
    expect((await planned()).plan.paths).toEqual(['2026-01-05-a-cat-01234567']);
    expect((await planned({ out: '{date} at {time}.png' })).plan.paths).toEqual(['2026-01-05 at 090703.png']);
  });

  it('is a name of its own in a folder that is there', async () => {
    const files = fakePictureFiles({ 'pics/other.png': fakePicture('png', 1, 1) });
    expect((await planned({ out: 'pics' }, files)).plan.paths).toEqual(['pics/2026-01-05-a-cat-01234567']);
  });

  it('is chosen for all of an order, and given for those that are wanted', async () => {
    const { plan } = await planned({ out: 'cat-{n}.png', count: 3, pictures: [1, 2] });
    expect(plan.paths).toEqual(['cat-2.png', 'cat-3.png']);
  });
});

describe('what is proven before anything is paid for', () => {
  it('is room for all pictures on the disk of the first', async () => {
    expect((await planned({ out: 'cat-{n}.png', count: 2, pictures: [0, 1] })).proven).toEqual([
      ['cat-1.png', pictureSpace({ count: 2, size: '1K' })],
      ['cat-2.png', 0],
    ]);
  });

  it('is room for a sheet and for its cells, which are the same once more', async () => {
    const { proven } = await planned({ out: 'cat.png', finish: { sheet: { columns: 2, rows: 2 } } });
    expect(proven).toEqual([['cat.png', pictureSpace({ count: 2, size: '1K' })]]);
  });

  it('is the place of a receipt beside the picture, where one is asked for', async () => {
    const paths = async (finish: OutputOptions['finish']) =>
      (await planned({ out: 'cat.png', finish })).proven.map(([path]) => path);
    expect(await paths({ sidecar: true })).toEqual(['cat.png', 'cat.png.json']);
    expect(await paths({})).toEqual(['cat.png']);
  });

  const SHEET = { columns: 2, rows: 2 };
  it.each<[string, string, OutputOptions['finish']]>([
    ['picture', 'cat.png', {}],
    ['receipt', 'cat.png.json', { sidecar: true }],
    ['cell of a sheet', 'cat.cell-3.png', { sheet: SHEET }],
  ])('is that no such %s is there already', async (_, there, finish) => {
    const files = fakePictureFiles({ [there]: fakePicture('png', 1, 1) });
    expect(await rejection(planned({ out: 'cat.png', finish }, files))).toMatchObject({
      kind: 'usage',
      message: `-o: ${there} exists.`,
      hint: 'Add --force to overwrite it.',
    });
    await planned({ out: 'cat.png', finish, replace: true }, files);
  });

  it.each(['folder', 'other'] as const)(
    'is that it is a file: %s is refused with --force, too',
    async (kind) => {
      const kindOf = async (path: string) => (path === 'cat.png.json' ? kind : 'none');
      const plan = planned(
        { out: 'cat.png', replace: true, finish: { sidecar: true } },
        { ...fakePictureFiles(), kindOf },
      );
      expect(await rejection(plan)).toMatchObject({
        message: '-o: cat.png.json is no file that can be written.',
      });
    },
  );

  it('is nothing for a picture that is piped, which a terminal does not take', async () => {
    const { plan, proven } = await planned({ out: '-' });
    expect([plan.paths, proven]).toEqual([['-'], []]);
    expect(await rejection(planOutput(options({ out: '-' }), fakePictureFiles(), true))).toMatchObject({
      message: '-o - would write picture bytes to a terminal.',
    });
  });
});

describe('what is made of pictures', () => {
  it.each<[string, Partial<OutputOptions>]>([
    ['-o and --format that say the same', { out: 'cat.png', format: 'png' }],
    ['as many pixels as anybody opens', { finish: { resize: { width: 8192, height: 8192, fit: 'cover' } } }],
    [
      'the widest picture of its format',
      { finish: { resize: { width: 65_500, height: 100, fit: 'cover' } } },
    ],
    ['what a PNG holds, of a model that makes one', { ...OF_PNG, finish: { resize: WIDER_THAN_JPEG } }],
  ])('may be %s', (_, changes) => {
    expect(outputOf(options(changes))).toMatchObject(changes.finish ?? { format: changes.format });
  });

  it.each<[string, Partial<OutputOptions>, RegExp]>([
    [
      'more pixels',
      { finish: { resize: { width: 8192, height: 8193, fit: 'contain' } } },
      /more than 67 million/,
    ],
    [
      'more than a JPEG holds',
      { finish: { resize: WIDER_THAN_JPEG } },
      /more than a jpeg holds, which is 65500/,
    ],
    ['--quality for a PNG', { ...OF_PNG, quality: 80, finish: { resize: HALF } }, /^--quality works on/],
  ])('is never %s', (_, changes, message) => {
    expect(failure(() => outputOf(options(changes)))).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });
});
