import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { SKUS } from '../../../src/core/invoice/sku-table.ts';
import { guessOf, skuFinder } from '../../../src/core/invoice/skus.ts';

describe('the table of SKUs', () => {
  it('names models of the catalogue, and has each SKU once, with a source and a day', () => {
    for (const { models, source, checked } of SKUS) {
      expect(models.map((model) => findModel(model).id)).toEqual(models);
      expect([source, checked]).toEqual([
        expect.stringMatching(/^https:/),
        expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      ]);
    }
    expect(new Set(SKUS.map(({ description }) => description)).size).toBe(SKUS.length);
  });

  it('says what each counts, and that a SKU without a word of pictures is not of pictures alone', () => {
    for (const { description, models, meters, shared } of SKUS) {
      expect([description, models.length > 0, meters.length > 0]).toEqual([description, true, true]);
      expect([description, shared ?? false]).toEqual([description, !/image|banana/i.test(description)]);
    }
  });

  it('is asked by id first, and by words in any case', () => {
    const find = skuFinder(SKUS);
    expect(find({ sku: 'renamed since', skuId: '096D-0370-0236' })?.models).toEqual(['gemini-3-pro-image']);
    expect(
      find({ sku: 'generate content IMAGE output token count for gemini 3 pro image', skuId: '' })?.lane,
    ).toBe('now');
    expect(
      find({ sku: 'Gemini 3.1 Flash Image Image Output - Batch Predictions', skuId: 'X' }),
    ).toMatchObject({
      lane: 'batch',
      meters: ['image output'],
    });
    expect(
      find({ sku: 'Gemini 3.1 Flash Image Image Output - Predictions', skuId: '096D-0370-0236' })?.models,
    ).toEqual(['gemini-3-pro-image']);
    expect(find({ sku: 'Standard Storage', skuId: '' })).toBeNull();
  });

  it('gives way to what a user says of the same SKU', () => {
    const [listed] = SKUS;
    if (listed === undefined) throw new Error('there is none');
    const find = skuFinder([{ ...listed, lane: 'batch' }, ...SKUS]);
    expect(find({ sku: '', skuId: listed.id ?? '' })?.lane).toBe('batch');
    expect(find({ sku: ` ${listed.description.toUpperCase()} `, skuId: '' })?.lane).toBe('batch');
  });
});

describe('what the words of a SKU say', () => {
  it.each([
    [
      'Generate_content image output token count for Nano Banana 2.1',
      'gemini-nano-banana-2.1',
      'now',
      ['image output'],
    ],
    [
      'Generate_content image output token count for Gemini 3 Pro Image batch',
      'gemini-3-pro-image',
      'batch',
      ['image output'],
    ],
    [
      'Generate content output token count gemini 3 pro image text flex',
      'gemini-3-pro-image',
      'flex',
      ['text output', 'thinking'],
    ],
    [
      'Gemini 3.1 Flash Lite Image Image Input - Predictions',
      'gemini-3.1-flash-lite-image',
      'now',
      ['image input'],
    ],
    ['Gemini 2.5 Flash Native Image: text input', 'gemini-2.5-flash-image', 'now', ['text input']],
    ['Nano Banana Pro priority thinking output', 'gemini-3-pro-image', 'priority', ['thinking']],
    ['Nano Banana 2 input', 'gemini-3.1-flash-image', 'now', ['text input', 'image input']],
    ['Input_text of gemini 3  pro image', 'gemini-3-pro-image', 'now', ['text input']],
    ['Input image for Gemini 3 Pro Image', 'gemini-3-pro-image', 'now', ['image input']],
    ['Output image for Gemini 3 Pro Image', 'gemini-3-pro-image', 'now', ['image output']],
    ['Gemini 3 Pro Image grounding queries', 'gemini-3-pro-image', 'now', ['search']],
    ['Imagen 4 Generation', 'imagen-4.0-generate-001', 'now', ['image']],
    ['Imagen 4 Ultra Generation', 'imagen-4.0-ultra-generate-001', 'now', ['image']],
    ['Imagen 4 fast Generation (output)', 'imagen-4.0-fast-generate-001', 'now', ['image']],
  ])('%s', (sku, model, lane, meters) => {
    expect(guessOf(sku)).toEqual({ models: [model], lane, meters });
  });

  it.each([
    'Generate content output token count gemini 3 flash text',
    'Generate_content cached image input token count for gemini 3 pro image',
    'Generate_content caching storage for gemini 3 pro image output',
    'Gemini 3 Pro Image provisioned throughput',
    'Imagen 4 provisioned throughput',
    'Standard Storage US Multi-region',
  ])('is nothing about pictures: %s', (sku) => {
    expect(guessOf(sku)).toBeNull();
  });
});
