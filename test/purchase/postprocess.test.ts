import { expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { postprocess } from '../../src/purchase/postprocess.ts';
import { rejection } from '../support/failure.ts';
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

it.each([
  ['resized', null, 'The picture could not be resized. It is too wide.'],
  ['converted', 'webp', 'The picture could not be converted to webp. It is too wide.'],
] as const)('of a picture that cannot be %s it is said why', async (_, format, message) => {
  const convert = () => Promise.reject(new Failure('usage', 'It is too wide.'));
  const context = fakeSaver({ pictures: { ...fakePictures(), convert } });
  const resize = { width: 2, height: 2, fit: 'cover' } as const;
  const plan = { ...aPlan().save, format, ...(format === null && { resize }) };
  const made = postprocess(fakePicture('png', 4, 3), { mimeType: 'image/png' }, plan, context, null);
  expect(await rejection(made)).toMatchObject({ kind: 'disk', message });
});

it.each([
  ['as it came where its format is not said', { format: null, quality: 80 }, false],
  ['as it came where it has the format already', { format: 'png', quality: null }, false],
  ['anew for its quality', { format: 'png', quality: 80 }, true],
] as const)('a picture is written %s', async (_, save, isMade) => {
  const made = new Uint8Array([1]);
  const bytes = fakePicture('png', 4, 3);
  const context = fakeSaver({ pictures: { ...fakePictures(), convert: async () => made } });
  const plan = { ...aPlan().save, ...save };
  expect(await postprocess(bytes, { mimeType: 'image/png' }, plan, context, null)).toBe(
    isMade ? made : bytes,
  );
});
