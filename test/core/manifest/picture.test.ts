import { describe, expect, it } from 'vitest';
import type { Values } from '../../../src/core/manifest/fields.ts';
import { expand, expectedPath, over, placed } from '../../../src/core/manifest/picture.ts';

const one = (values: Values, defaults: Values = {}) => {
  const pictures = expand({ id: 'hero', prompt: 'a cat', ...values }, defaults);
  if ('message' in pictures) throw new Error(pictures.message);
  return pictures;
};

describe('expand', () => {
  it('takes defaults where nothing nearer is said', () => {
    const [picture] = one({ size: '4K' }, { size: '1K', model: 'nano-banana-pro', lane: 'flex' });
    expect(picture).toMatchObject({ size: '4K', model: 'nano-banana-pro', lane: 'flex', aspect: null });
  });

  it('loses nothing of what was said, and adds nothing', () => {
    const said = { thinking: 'high', needs: ['edit'], inputs: ['a.png'], urgent: true } as const;
    const [picture] = one({ ...said, 'on-retired': 'successor', quality: 80, out: 'a.webp' });
    expect(picture).toMatchObject({ ...said, onRetired: 'successor', quality: 80 });
    expect(one({})[0]).toMatchObject({
      thinking: null,
      needs: [],
      inputs: [],
      urgent: false,
      onRetired: null,
      quality: null,
    });
  });

  it('trims its prompt and its style', () => {
    expect(one({ prompt: ' a cat\n' })[0]?.prompt).toBe('a cat');
    expect(one({ prompt: ' a cat\n', style: '\nink ' })[0]?.prompt).toBe('a cat\n\nink');
    expect(one({ style: ' ' })[0]?.prompt).toBe('a cat');
  });

  it('makes the prompt of its words, the variables and the style', () => {
    const [picture] = one(
      { prompt: 'a {animal} named {id}', vars: { animal: 'dog' } },
      { style: 'in {ink}', vars: { animal: 'cat', ink: 'sepia' } },
    );
    expect(picture?.prompt).toBe('a dog named hero\n\nin sepia');
  });

  it('drops the style for a picture that says so', () => {
    expect(one({ style: '' }, { style: 'ink' })[0]?.prompt).toBe('a cat');
  });

  it('keeps key and file of the first picture, however many there are', () => {
    expect(one({ count: 3 }).map(({ key, out }) => [key, out])).toEqual([
      ['hero', 'images/hero'],
      ['hero#2', 'images/hero-2'],
      ['hero#3', 'images/hero-3'],
    ]);
  });

  it('numbers files by {n} where the template has it, and in front of an extension', () => {
    expect(one({ count: 2, out: '{id}/{n}.webp' }).map(({ out }) => out)).toEqual([
      'hero/1.webp',
      'hero/2.webp',
    ]);
    expect(one({ count: 2, out: '{slug}.webp' }).map(({ out }) => out)).toEqual([
      'a-cat.webp',
      'a-cat-2.webp',
    ]);
  });

  it.each<[Values, string | null]>([
    [{ out: 'a.webp' }, 'webp'],
    [{ out: 'a.jpg' }, 'jpeg'],
    [{ out: 'a', format: 'avif' }, 'avif'],
    [{ out: 'a.webp', format: 'webp' }, 'webp'],
    [{ out: 'a.jpg', format: 'keep' }, null],
    [{}, null],
  ])('stores %j as %j', (values, format) => {
    expect(one(values)[0]?.format).toBe(format);
  });

  it.each<[Values, string, string]>([
    [{ prompt: 'a {thing}' }, 'prompt', 'there is no value for {thing}'],
    [{ style: 'a {thing}' }, 'style', 'there is no value for {thing}'],
    [{ out: '../{id}' }, 'out', "out: ../hero leaves the manifest's folder"],
    [{ out: '{thing}' }, 'out', 'there is no value for {thing}'],
    [{ out: `a/${'x'.repeat(241)}` }, 'out', `out: a/${'x'.repeat(241)} has a name in it that is too long`],
    [{ out: '/tmp/{id}' }, 'out', "out: /tmp/hero leaves the manifest's folder"],
    [{ out: '{dir}/x', vars: { dir: '../..' } }, 'out', "out: ../../x leaves the manifest's folder"],
    [{ out: '{id}.gif' }, 'out', 'out: hero.gif has an extension that is none of png, jpeg, webp, avif'],
    [{ out: 'gs://shop/{id}' }, 'out', 'out: gs:/shop/hero is an address, and takes a path'],
    [{ out: 'a\nb' }, 'out', 'out: a\nb has a control character in it'],
    [{ out: 'a\u007fb' }, 'out', 'out: a\u007fb has a control character in it'],
    ...['.git/x', 'a/.GIT', 'a/.pixtab-trash/x'].map((out): [Values, string, string] => [
      { out },
      'out',
      `out: ${out} is in a folder that is no place for pictures`,
    ]),
    [{ out: 'x'.repeat(241) }, 'out', `out: ${'x'.repeat(241)} has a name in it that is too long`],
    [{ format: 'png', quality: 50 }, 'quality', 'quality works with format jpeg, webp or avif'],
    [{ out: 'x'.repeat(300) }, 'out', `out: ${'x'.repeat(300)} has a name in it that is too long`],
    [{ out: 'a.png', format: 'webp' }, 'format', 'format webp and out a.png disagree'],
    [{ quality: 50 }, 'quality', 'quality works with format jpeg, webp or avif'],
  ])('refuses %j', (values, key, message) => {
    expect(expand({ id: 'hero', prompt: 'a cat', ...values }, {})).toMatchObject({ path: [key], message });
  });

  it.each(['.github/x', 'a.git/x', '.pixtab-trash-2/x', `${'x'.repeat(240)}/${'y'.repeat(240)}`])(
    'lets a picture go to %s',
    (out) => {
      expect(one({ out })[0]?.out).toBe(out);
    },
  );

  it.each<[Values, string]>([
    [{ out: 'a' }, 'a.jpg'],
    [{ out: 'a', format: 'webp' }, 'a.webp'],
    [{ out: 'a.png', format: 'keep' }, 'a.jpg'],
  ])('expects a picture that comes as JPEG, as %j has it, at %s', (values, path) => {
    expect(one(values).map((picture) => expectedPath(picture, 'image/jpeg'))).toEqual([path]);
  });

  it('needs a prompt from somewhere', () => {
    expect(expand({ id: 'hero' }, {})).toEqual({ path: [], at: 'value', message: 'hero has no prompt' });
    expect(expand({ id: 'hero' }, { prompt: 'the {id}' })).toMatchObject([{ prompt: 'the hero' }]);
  });
});

describe('placed', () => {
  it('sees the paths of an included file from the folder of the manifest', () => {
    expect(placed({ inputs: ['a.png', '../b.png', '/c.png'], out: '{id}' }, 'icons')).toEqual({
      inputs: ['icons/a.png', 'b.png', '/c.png'],
      out: 'icons/{id}',
    });
    expect(placed({ size: '2K' }, 'icons')).toEqual({ size: '2K' });
  });

  it('leaves the paths of the manifest itself as they are', () => {
    const values = { inputs: ['./a.png'], out: '{id}' };
    expect(placed(values, '')).toEqual(values);
  });
});

describe('over', () => {
  it('adds variables up and replaces the rest', () => {
    expect(over({ vars: { a: '1', b: '1' }, needs: ['edit'] }, { vars: { b: '2' }, needs: [] })).toEqual({
      vars: { a: '1', b: '2' },
      needs: [],
    });
  });
});
