import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/core/catalogue/compare-with.ts';
import { toDecimal } from '../../../src/core/pricing/money.ts';
import { TODAY } from '../../support/pricing.ts';

const LITE = 'gemini-3.1-flash-lite-image';

const said = (json: unknown, model = LITE, lane = 'now') =>
  compare(json, TODAY)
    ?.findings.filter((finding) => finding.model === model && finding.lane === lane)
    .map(({ meter, verdict, theirs }) => [meter, verdict, theirs === null ? null : toDecimal(theirs)]);

describe("LiteLLM's price map", () => {
  const entry = {
    litellm_provider: 'gemini',
    input_cost_per_token: 2.5e-7,
    output_cost_per_token: 1.5e-6,
    output_cost_per_image_token: 3e-5,
    output_cost_per_token_batches: 7.5e-7,
    output_cost_per_image: 0.0336,
  };

  it('agrees where it says the same, to the last digit of a float', () => {
    expect(said({ [`gemini/${LITE}`]: entry })).toEqual([
      ['text input', 'same', '0.25'],
      ['image input', 'same', '0.25'],
      ['image output', 'same', '30'],
      ['text output', 'same', '1.5'],
      ['thinking', 'same', '1.5'],
    ]);
  });

  it('is missing what it does not say of the half-price lane', () => {
    expect(said({ [LITE]: entry }, LITE, 'batch')).toEqual([
      ['text input', 'missing', null],
      ['image input', 'missing', null],
      ['image output', 'missing', null],
      ['text output', 'same', '0.75'],
      ['thinking', 'same', '0.75'],
    ]);
  });

  it('differs where image tokens have the price of text, the twelvefold error', () => {
    const { output_cost_per_image_token: _, ...wrong } = entry;
    expect(said({ [LITE]: { ...wrong, output_cost_per_image_token: 1.5e-6 } })).toContainEqual([
      'image output',
      'differs',
      '1.5',
    ]);
    expect(said({ [LITE]: wrong })).toContainEqual(['image output', 'missing', null]);
  });

  it('has the price of an Imagen picture', () => {
    const json = {
      'gemini/imagen-4.0-generate-001': { litellm_provider: 'gemini', output_cost_per_image: 0.04 },
    };
    expect(said(json, 'imagen-4.0-generate-001')).toEqual([['image', 'same', '0.04']]);
  });

  it('names the models that it does not know', () => {
    const unknown = compare({ [LITE]: entry }, TODAY)?.unknown;
    expect(unknown).toContain('gemini-nano-banana-2.1');
    expect(unknown).not.toContain(LITE);
  });
});

const file = (models: readonly object[]) => [
  { id: 'openai', models: [] },
  { id: 'google', models },
];

describe("genai-prices' data", () => {
  const prices = { input_mtok: 0.25, output_mtok: 1.5, output_image_mtok: 30 };
  it.each([
    ['a list of providers', file([{ id: LITE, prices }])],
    ['an object of providers', { providers: file([{ id: LITE, prices }]) }],
    [
      'a match clause',
      file([
        { id: 'lite', match: { or: [{ equals: 'x' }, { starts_with: 'gemini-3.1-flash-lite' }] }, prices },
      ]),
    ],
    ['prices in tiers', file([{ id: LITE, prices: { ...prices, input_mtok: { base: 0.25, tiers: [] } } }])],
    [
      'prices by date',
      file([
        {
          id: LITE,
          prices: [
            { prices: { input_mtok: 9 } },
            { constraint: { start_date: '2026-10-01' }, prices },
            { constraint: { start_date: '2027-01-01' }, prices: {} },
          ],
        },
      ]),
    ],
  ])('is read from %s', (_, json) => {
    expect(said(json)).toEqual([
      ['text input', 'same', '0.25'],
      ['image input', 'same', '0.25'],
      ['image output', 'same', '30'],
      ['text output', 'same', '1.5'],
      ['thinking', 'same', '1.5'],
    ]);
  });

  it('prefers the entry of that name to an earlier one that matches it too', () => {
    const broad = {
      id: 'gemini-3.1-flash',
      match: { starts_with: 'gemini-3.1-flash' },
      prices: { input_mtok: 9 },
    };
    expect(said(file([broad, { id: LITE, prices }]))?.[0]).toEqual(['text input', 'same', '0.25']);
  });

  it('knows no half-price lane', () => {
    expect(said(file([{ id: LITE, prices }]), LITE, 'batch')?.map(([, verdict]) => verdict)).toEqual(
      Array.from({ length: 5 }, () => 'missing'),
    );
  });
});

it.each([[null], [[]], [{}], ['text'], [{ a: 1 }], [[{ id: 'google' }]]])('%j is neither', (json) => {
  expect(compare(json, TODAY)).toBeNull();
});

it('does not trust a number that is none', () => {
  const json = {
    [LITE]: { litellm_provider: 'gemini', input_cost_per_token: 'NaN', output_cost_per_token: -1 },
  };
  expect(said(json)?.map(([, verdict]) => verdict)).toEqual(Array.from({ length: 5 }, () => 'missing'));
});
