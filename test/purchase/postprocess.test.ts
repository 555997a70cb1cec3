import { expect, it } from 'vitest';
import { postprocess } from '../../src/purchase/postprocess.ts';
import { fakePicture, fakePictures } from '../support/fakes/pictures.ts';
import { fakeSaver } from '../support/fakes/saver.ts';
import { aPlan } from '../support/purchases.ts';

it('a picture whose format nobody here writes stays as it came, also where another size is wanted', async () => {
  const bytes = fakePicture('png', 4, 3);
  const convert = () => Promise.reject(new Error('it was converted'));
  const context = fakeSaver({ pictures: { ...fakePictures(), convert } });
  const plan = { ...aPlan().save, resize: { width: 2, height: 2, fit: 'cover' } as const };
  expect(await postprocess(bytes, { mimeType: 'image/heic' }, plan, context, null)).toBe(bytes);
});
