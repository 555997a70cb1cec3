import { describe, expect, it } from 'vitest';
import { findModel, lanesOf, MODELS, sizesOf } from '../../src/core/catalogue/catalogue.ts';
import type { Aspect, Model } from '../../src/core/catalogue/model.ts';
import { orderFor } from '../../src/core/order/request.ts';
import { toDecimal, usd } from '../../src/core/pricing/money.ts';
import { sniff } from '../../src/sandbox/generate/sniff.ts';
import { MODELS as SANDBOX_MODELS } from '../../src/sandbox/models/models.ts';
import { aWant, TODAY } from '../support/pricing.ts';
import { buy } from './buying.ts';
import { gapsOf } from './gaps.ts';
import { running } from './support.ts';

// The sandbox's notes on a model are independent of the catalogue's, so that two accounts can be held against each other.
// What the catalogue sells, they have to cover.

const soldAt = (
  model: Model,
  size: string,
): readonly { readonly aspect: Aspect; readonly pixels: unknown }[] =>
  Object.entries(model.resolutions)
    .filter(([each]) => each === size)
    .flatMap(([, { pixels }]) => Object.entries(pixels))
    .map(([aspect, pixels]) => ({ aspect: aspect as Aspect, pixels }));

describe('the sandbox', () => {
  it.each(MODELS)('has all that the catalogue sells of $id', (model) => {
    expect(gapsOf(model, SANDBOX_MODELS, TODAY)).toEqual([]);
  });

  it.each(MODELS)(
    'answers $id in every size and aspect that is sold, with a picture of that many pixels',
    async (model) => {
      await using sandbox = await running();
      for (const size of sizesOf(model)) {
        for (const { aspect, pixels } of soldAt(model, size)) {
          const { reply } = await buy(sandbox, orderFor(model, aWant({ size, aspect })));
          expect(reply.images.map(({ bytes }) => sniff(bytes))).toEqual([pixels]);
        }
      }
    },
  );

  it.each(
    MODELS.flatMap((model) => lanesOf(model, TODAY).map((lane) => ({ id: model.id, model, lane }))).filter(
      ({ lane }) => lane !== 'batch',
    ),
  )('charges $id in the lane $lane what pixtab bills', async ({ model, lane }) => {
    await using sandbox = await running();
    const { bill } = await buy(sandbox, orderFor(model, aWant({ lane })));
    expect(toDecimal(bill.amount)).toBe(sandbox.meter().total);
  });
});

describe('what is missing in the sandbox', () => {
  const PRO = findModel('nano-banana-pro');
  const pixels = { '1:1': { width: 1024, height: 1024 } };
  const dearer = PRO.rates.map((rate) => ({ ...rate, price: usd('130') }));
  const inPriority = findModel('nano-banana-2').rates.map((rate) => ({ ...rate, lane: 'priority' as const }));

  it.each<[string, Partial<Model>, string]>([
    ['a model', { id: 'gemini-4-image' }, 'write an object for it in src/sandbox/models/'],
    ['a family', { family: 'imagen' }, 'say so in the object of gemini-3-pro-image in src/sandbox/models/.'],
    ['a size', { resolutions: { '512': { tokens: 747, pixels } } }, "add '512' to `tokens`"],
    ['a number of tokens', { resolutions: { '1K': { tokens: 1121, pixels } } }, 'correct `tokens`'],
    [
      'an aspect',
      { resolutions: { '1K': { tokens: 1120, pixels: { '8:1': { width: 3072, height: 384 } } } } },
      "add '8:1' to `pixels`",
    ],
    [
      'the pixels of an aspect',
      { resolutions: { '1K': { tokens: 1120, pixels: { '1:1': { width: 1000, height: 1000 } } } } },
      'measures 1000x1000 at 1K 1:1, the sandbox draws 1024x1024: correct `pixels`',
    ],
    ['a lane', { rates: inPriority }, "add 'priority' to `tiers`"],
    [
      'a price',
      { rates: dearer },
      'prices text input of gemini-3-pro-image in the lane now at 130000 nano-dollars, the sandbox charges 2000',
    ],
    ['input images', { inputs: { ...PRO.inputs, maxImages: 15 } }, 'raise `maxInputs`'],
    ['a long prompt', { inputs: { ...PRO.inputs, maxPromptTokens: 131_073 } }, 'raise `inputTokenLimit`'],
    ['a level of thinking', { thinkingLevels: ['low'] }, 'add them to `thinking`'],
  ])('is named with its place, for %s', (_, change, says) => {
    expect(gapsOf({ ...PRO, ...change }, SANDBOX_MODELS, TODAY)[0]).toContain(says);
  });

  it('is named for search, for a size in the request, and for pictures of Imagen', () => {
    const [lite, fast] = [findModel('nano-banana-2-lite'), findModel('imagen-4-fast')];
    const gaps = [
      { ...lite, abilities: [...lite.abilities, 'search' as const] },
      { ...lite, sendsSize: true },
      { ...fast, maxPerRequest: 8 },
    ].flatMap((model) => gapsOf(model, SANDBOX_MODELS, TODAY));
    expect(gaps).toEqual([
      expect.stringContaining('set `searches`'),
      expect.stringContaining('set `takesSize`'),
      expect.stringContaining('raise `maxSamples`'),
    ]);
  });
});
