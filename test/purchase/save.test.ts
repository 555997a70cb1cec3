import { describe, expect, it } from 'vitest';
import type { SavePlan } from '../../src/ports/index.ts';
import { save } from '../../src/purchase/save.ts';
import type { Paid, Saver } from '../../src/purchase/types.ts';
import { fakePicture, fakePictures } from '../support/fakes/pictures.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { fakeSaver } from '../support/fakes/saver.ts';
import { aBill, aPlan } from '../support/purchases.ts';

const bytes = fakePicture('png', 100, 80);

/** What is saved of a picture of 100 by 80, and what is said of it. */
async function saved(
  plan: Partial<SavePlan> = {},
  { paid = null, saver = {} }: { paid?: Paid | null; saver?: Partial<Saver> } = {},
  picture = bytes,
) {
  const remarks: string[] = [];
  const files = fakePictureFiles();
  const by = fakeSaver({ pictureFiles: files, remark: (text) => void remarks.push(text), ...saver });
  const whole = { ...aPlan().save, ...plan };
  const image = await save({ mimeType: 'image/png', bytes: picture }, 'cat', whole, by, paid);
  return { image, remarks, files: [...files.files.keys()] };
}

const sized = (width: number, height: number): Partial<SavePlan> => ({
  resize: { width, height, fit: 'cover' },
});

describe('a picture', () => {
  it('that was not paid for now is not shown to those who keep what is paid for', async () => {
    const shown: unknown[] = [];
    const saver = { onPicture: async (each: unknown) => void shown.push(each) };
    await saved({}, { saver });
    expect(shown).toEqual([]);
    const paid = { plan: aPlan(), bill: aBill('0.03') };
    await saved({}, { paid, saver });
    expect(shown).toEqual([{ bytes, path: 'cat', paid }]);
  });

  it.each([
    ['of which nobody knows the model', null, 'cat-2.png'],
    ['whose model names its format', aPlan({ model: 'imagen-4.0-generate-001' }), 'cat.png'],
    ['whose model is gone', aPlan(), 'cat-2.png'],
  ])('%s replaces what was named before it was paid for, and nothing else', async (_, plan, path) => {
    const files = fakePictureFiles();
    await files.put('cat.png', Buffer.from('there'), { replace: true });
    const paid = plan && { plan, bill: aBill('0.03') };
    const { image } = await saved({ replace: true }, { paid, saver: { pictureFiles: files } });
    expect(image.path).toBe(path);
  });

  it('of which nothing can be made that decodes is no picture', async () => {
    const pictures = { ...fakePictures(), convert: async () => Buffer.from('broken') };
    await expect(saved({ format: 'webp' }, { saver: { pictures } })).rejects.toMatchObject({
      kind: 'disk',
      message: 'What was made of the picture does not decode.',
    });
  });

  it.each([
    ['twice as large', sized(200, 160), 'cat.png came as 100x80 and was enlarged 2.00 times, which shows.'],
    ['as large as goes unseen', sized(150, 120), undefined],
    ['smaller', sized(50, 40), undefined],
    ['as it came', {}, undefined],
  ])('made %s says so where it shows', async (_, plan, remark) => {
    expect((await saved(plan)).remarks[0]).toBe(remark);
  });

  it('whose credentials end with its bytes says so', async () => {
    const signed = fakePicture('png', 100, 80, 'c2pa');
    expect((await saved({}, {}, signed)).remarks).toEqual([]);
    expect((await saved({ format: 'webp' }, {}, signed)).remarks).toEqual([
      'The content credentials (C2PA) of cat.webp no longer hold, since the file is not as it came; the SynthID watermark is in its pixels.',
    ]);
  });
});
