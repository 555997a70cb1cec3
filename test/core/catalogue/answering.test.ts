import { expect, it } from 'vitest';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { modelAnswering, namesModel } from '../../../src/core/catalogue/answering.ts';

const PRO = 'gemini-3-pro-image';

it.each([
  [PRO, true],
  ['GEMINI-3-Pro-Image', true],
  ['models/google/gemini-3-pro-image', true],
  ['gemini-3-pro-image-preview-09-2026', true],
  ['gemini-3-pro-image-latest', true],
  ['gemini-3-pro-image-001', true],
  ['nano-banana-pro', true],
  ['nano-banana-pro-exp.2', true],
  ['gemini-3-pro-image-lite', false],
  ['gemini-3-pro-image2', false],
  ['gemini-3-pro-image-001 of theirs', false],
  ['their-gemini-3-pro-image', false],
  ['gemini-3.1-flash-image', false],
  ['', false],
])('an answer of %j names Nano Banana Pro: %s', (version, named) => {
  expect(namesModel(version, PRO)).toBe(named);
  expect(modelAnswering(version)?.id === PRO).toBe(named);
});

it.each(MODELS)(
  'an answer by any name of $name names that model, and no other whose name begins it',
  (model) => {
    for (const name of [model.id, ...model.aliases]) {
      for (const version of [name, `google/${name}-001`]) {
        expect(MODELS.flatMap(({ id }) => (namesModel(version, id) ? [id] : []))).toEqual([model.id]);
        expect(modelAnswering(version)?.id).toBe(model.id);
      }
    }
  },
);

it('names a model that nobody knows by its id alone', () => {
  expect(namesModel('models/painter-2-latest', 'painter-2')).toBe(true);
  expect(namesModel('painter-3', 'painter-2')).toBe(false);
  expect(modelAnswering('painter-2')).toBeNull();
});
