import { posix, win32 } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import {
  beside,
  DEFAULT_TEMPLATE,
  extensionOf,
  fileNames,
  fillTemplate,
  type NameSpec,
  numberedPath,
  withExtension,
} from '../../../src/core/files/filename.ts';

const spec = (over: Partial<NameSpec> = {}): NameSpec => ({
  out: null,
  outIsFolder: false,
  count: 1,
  date: '2026-11-22',
  time: '173005',
  model: 'gemini-2.5-flash-image',
  prompt: 'A lighthouse at dusk',
  id: '3f2b8c1e-77aa-4c1d-9a51-000000000000',
  ...over,
});

const values = { date: '2026-11-22', time: '173005', model: 'm', slug: 's', n: '1', id: 'abc' };

describe('the names that -o means', () => {
  it.each<[string, Partial<NameSpec>, string[]]>([
    ['nothing', {}, ['2026-11-22-a-lighthouse-at-dusk-3f2b8c1e']],
    ['a file', { out: 'dusk.png' }, ['dusk.png']],
    ['a file without an extension', { out: 'out/dusk' }, ['out/dusk']],
    ['a name with a dot', { out: 'v1.5' }, ['v1.5']],
    ['a path that leaves the folder', { out: '../up/dusk.jpg' }, ['../up/dusk.jpg']],
    ['an absolute path', { out: '/srv/pics/dusk.jpg' }, ['/srv/pics/dusk.jpg']],
    ['a drive', { out: 'C:\\pics\\dusk.jpg' }, ['C:\\pics\\dusk.jpg']],
    ['a share', { out: '\\\\host\\pics\\dusk.jpg' }, ['\\\\host\\pics\\dusk.jpg']],
    ['a folder', { out: 'pics/', outIsFolder: true }, ['pics/2026-11-22-a-lighthouse-at-dusk-3f2b8c1e']],
    [
      'a folder that exists',
      { out: 'pics', outIsFolder: true },
      ['pics/2026-11-22-a-lighthouse-at-dusk-3f2b8c1e'],
    ],
    ['the root', { out: '/', outIsFolder: true }, ['/2026-11-22-a-lighthouse-at-dusk-3f2b8c1e']],
    ['this folder', { out: '.', outIsFolder: true }, ['./2026-11-22-a-lighthouse-at-dusk-3f2b8c1e']],
    [
      'a folder by date',
      { out: '{date}/', outIsFolder: true },
      ['2026-11-22/2026-11-22-a-lighthouse-at-dusk-3f2b8c1e'],
    ],
    [
      'every placeholder',
      { out: '{model}/{date}_{time}_{slug}_{n}_{id}.webp' },
      ['gemini-2.5-flash-image/2026-11-22_173005_a-lighthouse-at-dusk_1_3f2b8c1e.webp'],
    ],
    ['several by number', { out: 'a-{n}.png', count: 3 }, ['a-1.png', 'a-2.png', 'a-3.png']],
    ['several by id', { out: '{id}.png', count: 2 }, ['3f2b8c1e-1.png', '3f2b8c1e-2.png']],
    [
      'several in a folder',
      { out: 'p', outIsFolder: true, count: 2, prompt: 'cat' },
      ['p/2026-11-22-cat-3f2b8c1e-1', 'p/2026-11-22-cat-3f2b8c1e-2'],
    ],
    [
      'several by a template that does not tell them apart',
      { out: '{slug}.png', prompt: 'cat', count: 2 },
      ['cat-1.png', 'cat-2.png'],
    ],
    ['several into folders', { out: '{n}/cat.png', count: 2 }, ['1/cat.png', '2/cat.png']],
    ['the rest of a run', { out: 'a-{n}.png', count: 2, startIndex: 5 }, ['a-5.png', 'a-6.png']],
    ['the last of a run', { out: '{id}', startIndex: 2 }, ['3f2b8c1e-2']],
    ['a place in a bucket', { out: 's3://shop/pics/dusk.png' }, ['s3://shop/pics/dusk.png']],
    [
      'a folder that exists in another',
      { out: 'a/pics', outIsFolder: true, prompt: 'cat' },
      ['a/pics/2026-11-22-cat-3f2b8c1e'],
    ],
    ['a folder of Windows', { out: 'a\\', outIsFolder: true, prompt: 'cat' }, ['a\\2026-11-22-cat-3f2b8c1e']],
    [
      'several by a template without an extension',
      { out: '{slug}', prompt: 'cat', count: 2 },
      ['cat-1', 'cat-2'],
    ],
    ['a prompt for each', { out: '{slug}-{n}', count: 2, prompts: ['cat', 'dog'] }, ['cat-1', 'dog-2']],
    ['names with dots at their ends', { out: '.a./..b' }, ['.a./..b']],
    ['a name that ends in a dot', { out: 'dusk.' }, ['dusk.']],
    ['a name that only begins as a format does', { out: 'a.gift' }, ['a.gift']],
    ['braces that hold nothing to fill', { out: 'a{b.png' }, ['a{b.png']],
    ['any script', { prompt: '灯台', out: '{slug}.png' }, ['灯台.png']],
  ])('follow %s', (_, over, expected) => {
    expect(fileNames(spec(over))).toEqual(expected);
  });

  it.each<[string, Partial<NameSpec>, string]>([
    [
      'one file for two images',
      { out: 'a.png', count: 2 },
      "-o a.png is one file name for 2 images. Use -o 'a-{n}.png', or a folder.",
    ],
    ['one file for a later image of the run', { out: 'a.png', startIndex: 2 }, 'one file name for 2 images'],
    ['an empty -o', { out: '' }, '-o is empty'],
    [
      'an unknown placeholder',
      { out: '{prompt}.png' },
      'no {prompt}. There are {date} {time} {model} {slug} {n} {id}.',
    ],
    ['a placeholder in capitals', { out: '{N}.png' }, 'no {N}'],
    ['an empty placeholder', { out: '{}.png' }, 'no {}'],
    ['a placeholder that every object has', { out: '{constructor}.png' }, 'no {constructor}'],
    ['NUL', { out: 'a\0.png' }, 'control character'],
    ['a line break', { out: 'a\nb.png' }, 'control character'],
    ['an escape sequence in a placeholder', { out: '{\u001b[2J}.png' }, 'control character'],
    ['a lone surrogate', { out: 'a\ud800.png' }, 'control character'],
    ['an empty name', { out: 'a//b.png' }, 'empty name'],
    ['two roots', { out: '//b.png' }, 'empty name'],
    ['a folder where a file is meant', { out: 'a/..' }, 'names a folder'],
    ['a format that is not made', { out: 'a.GIF' }, 'writes png, jpeg, webp, avif'],
    ['a format of two spellings that is not made', { out: 'a.tif' }, 'writes png, jpeg, webp, avif'],
    ['a format of two kinds that is not made', { out: 'a.heic' }, 'writes png, jpeg, webp, avif'],
    ['an empty name in a bucket', { out: 's3://shop//a.png' }, 'empty name'],
    ['a name that is too long', { out: `${'x'.repeat(250)}.png` }, '254 bytes is too long, 245 are possible'],
    ['a name that is too long in bytes', { out: '灯'.repeat(85) }, '255 bytes'],
    ['a folder name that is too long', { out: `${'x'.repeat(300)}/a.png` }, '300 bytes'],
  ])('refuse %s', (_, over, message) => {
    expect(() => fileNames(spec(over))).toThrow(
      expect.toSatisfy(
        (error) =>
          error instanceof Failure &&
          error.kind === 'usage' &&
          `${error.message} ${error.hint}`.includes(message),
      ),
    );
  });

  it('take a name of 245 bytes, which leaves room for an extension and a number', () => {
    const out = `${'x'.repeat(241)}.png`;
    expect(fileNames(spec({ out }))).toEqual([out]);
    expect(() => fileNames(spec({ out: `x${out}` }))).toThrow('246 bytes');
  });

  it('never leave their folder, are never empty and never collide, whatever the values', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc
        .array(fc.constantFrom('.', '..', '/', '\\', '-', ':', 'a', ' ', '\u202e', '{n}'), { maxLength: 8 })
        .map((parts) => parts.join('')),
    );
    const about = fc.record({ prompt: text, model: text, date: text, time: text, id: text });
    const literal = fc.constantFrom('', '.', '..', '-', 'x', '1');
    const placeholder = fc.constantFrom('{date}', '{time}', '{model}', '{slug}', '{n}', '{id}');
    const template = fc
      .array(fc.tuple(literal, placeholder), { minLength: 1, maxLength: 3 })
      .map((pairs) => `${pairs.flat().join('')}y`);
    fc.assert(
      fc.property(about, template, fc.integer({ min: 1, max: 100 }), (some, name, count) => {
        const names = fileNames(spec({ ...some, count, out: `pics/${name}` }));
        const paths = names.map((path) => withExtension(path, 'image/png'));
        expect(new Set(paths).size).toBe(count);
        for (const platform of [posix, win32]) {
          const resolved = paths.map((path) => platform.resolve('/work', path));
          expect(
            resolved.filter((path) => platform.dirname(path) !== platform.resolve('/work/pics')),
          ).toEqual([]);
          expect(resolved.filter((path) => platform.basename(path, '.png') === '')).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('fillTemplate', () => {
  it.each(['..', '../..', '/', '\\', '/etc/passwd', '.', '', '\0', 'a/../b', '..\\..', '．．／'])(
    'lets the value %j add no folder',
    (value) => {
      const name = fillTemplate('.{slug}', { ...values, slug: value });
      expect(name).toMatch(/^\.[^./\\\p{Cc}][^/\\\p{Cc}]*$/u);
      expect(name).not.toContain('..');
    },
  );

  it.each([
    ['--a--', 'a'],
    ['a..b', 'a.b'],
    ['a.-b', 'a.-b'],
    ['a / b', 'a-b'],
  ])('writes the value %j as %j', (value, name) => {
    expect(fillTemplate('{slug}', { ...values, slug: value })).toBe(name);
  });

  it('fills in no placeholder that a value brings along', () => {
    expect(fillTemplate('{slug}', { ...values, slug: '{id}' })).toBe('id');
  });

  it('knows every placeholder of the default template', () => {
    expect(fillTemplate(DEFAULT_TEMPLATE, values)).toBe('2026-11-22-s-abc');
  });
});

describe('a picture whose name is taken', () => {
  it.each([
    ['a.jpg', 1, 'a.jpg'],
    ['a.jpg', 2, 'a-2.jpg'],
    ['a.b.jpg', 3, 'a.b-3.jpg'],
    ['x.d/a', 2, 'x.d/a-2'],
    ['x.d\\a', 2, 'x.d\\a-2'],
    ['x/.jpg', 2, 'x/.jpg-2'],
    ['a.', 2, 'a-2.'],
  ])('as %s is, is numbered %i before its extension: %s', (path, number, expected) => {
    expect(numberedPath(path, number)).toBe(expected);
  });

  it.each([
    ['x/cat.jpg', 'x/cat.draft-1.jpg'],
    ['cat', 'cat.draft-1'],
    ['v1.5', 'v1.5.draft-1'],
  ])('goes beside %s as %s', (path, expected) => {
    expect(beside(path, 'draft-1')).toBe(expected);
  });
});

describe('extensionOf', () => {
  it.each([
    ['a.png', 'png'],
    ['a.JPG', 'jpeg'],
    ['a.jpeg', 'jpeg'],
    ['x/a.b.webp', 'webp'],
    ['a.avif', 'avif'],
    ['a', null],
    ['a.', null],
    ['.png', null],
    ['x/.png', null],
    ['a.gif', null],
    ['a.png/b', null],
    ['a.constructor', null],
  ])('of %s is %s', (path, format) => {
    expect(extensionOf(path)).toBe(format);
  });
});

describe('withExtension', () => {
  it.each([
    ['a', 'image/jpeg', 'a.jpg'],
    ['a', 'image/png', 'a.png'],
    ['a.png', 'image/jpeg', 'a.jpg'],
    ['a.jpeg', 'image/jpeg', 'a.jpeg'],
    ['a.JPG', 'image/jpeg', 'a.JPG'],
    ['a.jpg', 'image/webp', 'a.webp'],
    ['v1.5', 'image/png', 'v1.5.png'],
    ['x.png/a', 'image/avif', 'x.png/a.avif'],
    ['a.png', 'image/gif', 'a.png'],
    ['a', 'image/../../b', 'a'],
    ['a', 'x-image/png', 'a'],
  ])('makes %s as %s %s', (path, mimeType, expected) => {
    expect(withExtension(path, mimeType)).toBe(expected);
  });

  it('is settled after once', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('png', 'jpeg', 'webp', 'avif'), (path, format) => {
        const once = withExtension(`${path}x`, `image/${format}`);
        expect(withExtension(once, `image/${format}`)).toBe(once);
        expect(extensionOf(once)).toBe(format);
      }),
    );
  });
});
