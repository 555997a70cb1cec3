import { describe, expect, it } from 'vitest';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { differences, type Asked, type Came } from '../../../src/core/order/differences.ts';

const PRO = 'gemini-3-pro-image';
const ASKED: Asked = { model: PRO, size: '4K', aspect: '16:9', lane: 'now' };
const WHOLE = { width: 5504, height: 3072 };
const came = (more: Partial<Came>): Came => ({ modelVersion: PRO, lane: null, pictures: [WHOLE], ...more });

describe('what came, held against what was asked', () => {
  it.each<[what: string, asked: Partial<Asked>, came: Partial<Came>]>([
    ['the same', {}, {}],
    ['the same tier', { lane: 'flex' }, { lane: 'flex' }],
    ['some pixels less', {}, { pictures: [{ width: 5376, height: 3072 }] }],
    ['no picture', {}, { pictures: [] }],
    ['no name of a model', {}, { modelVersion: null }],
    ['a preview of the model', {}, { modelVersion: 'gemini-3-pro-image-preview' }],
    ['the model as a gateway names it', {}, { modelVersion: 'google/Gemini-3-Pro-Image' }],
    ['a version of the model', {}, { modelVersion: 'models/gemini-3-pro-image-001' }],
    ['the ratio of an input', { aspect: null }, { pictures: [{ width: 6336, height: 2688 }] }],
    ['a tier, in the batch lane', { lane: 'batch' }, { lane: 'now' }],
    [
      'a picture at a size that the model is not known to make',
      { model: 'imagen-4.0-generate-001' },
      { modelVersion: null },
    ],
    ['a picture of a model that is not known', { model: 'of-a-newer-pixtab' }, { modelVersion: null }],
  ])('is without a remark: %s', (_, asked, more) => {
    expect(differences({ ...ASKED, ...asked }, came(more))).toEqual([]);
  });

  it.each<[what: string, asked: Partial<Asked>, came: Partial<Came>, says: readonly RegExp[]]>([
    [
      'a square of 1K instead of 16:9 at 4K',
      {},
      { pictures: [{ width: 1024, height: 1024 }] },
      [/1024x1024, another shape and smaller than asked: 16:9 at 4K, which is 5504x3072/],
    ],
    ['a smaller size', {}, { pictures: [{ width: 1376, height: 768 }] }, [/1376x768, smaller than asked/]],
    ['a larger size', { size: '1K' }, {}, [/5504x3072, larger than asked: 16:9 at 1K/]],
    [
      'the shape on its side',
      {},
      { pictures: [{ width: 3072, height: 5504 }] },
      [/another shape than asked/],
    ],
    [
      'the next aspect',
      { aspect: '4:5', size: '1K' },
      { pictures: [{ width: 896, height: 1200 }] },
      [/another shape than asked: 4:5 at 1K/],
    ],
    [
      'a smaller size without an aspect',
      { aspect: null },
      { pictures: [{ width: 1024, height: 1024 }] },
      [/smaller than asked: 4K\.$/],
    ],
    ['another lane', { lane: 'flex' }, { lane: 'now' }, [/served in lane now, and not in flex/]],
    [
      'another model that is known',
      {},
      { modelVersion: 'gemini-3.1-flash-lite-image' },
      [/gemini-3\.1-flash-lite-image instead of gemini-3-pro-image; the bill is the dearer/],
    ],
    [
      'a newer model, whose name begins with the one that was asked',
      { model: 'gemini-2.5-flash-image', size: '1K' },
      { modelVersion: 'google/nano-banana-2', pictures: [] },
      [/google\/nano-banana-2 instead of gemini-2\.5-flash-image; the bill is the dearer/],
    ],
    ['a long name of nobody', {}, { modelVersion: 'x'.repeat(101) }, [/: x{100} instead of gemini/]],
    ['a model nobody knows', {}, { modelVersion: 'flux\u001B[2J' }, [/flux\S* instead of .*no price here/]],
    [
      'two pictures of the same wrong size',
      {},
      {
        pictures: [
          { width: 1376, height: 768 },
          { width: 1376, height: 768 },
        ],
      },
      [/smaller/],
    ],
    [
      'everything at once',
      { lane: 'priority' },
      { lane: 'now', modelVersion: 'x', pictures: [{ width: 1, height: 1 }] },
      [/another model/, /lane now/, /1x1/],
    ],
  ])('is remarked upon: %s', (_, asked, more, says) => {
    const sentences = differences({ ...ASKED, ...asked }, came(more));
    expect(sentences).toEqual(says.map((said) => expect.stringMatching(said)));
  });

  it('takes every documented size and shape of every model for what was asked', () => {
    for (const { id, resolutions } of MODELS) {
      for (const [size, resolution] of Object.entries(resolutions)) {
        for (const [aspect, picture] of Object.entries(resolution.pixels)) {
          const asked = { model: id, size, aspect, lane: 'now' } as Asked;
          expect(differences(asked, { modelVersion: id, lane: null, pictures: [picture] })).toEqual([]);
        }
      }
    }
  });
});
