import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/core/catalogue/compare-with.ts';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { toDecimal } from '../../../src/core/pricing/money.ts';
import { MODELS_TODAY, TODAY } from '../../support/pricing.ts';

const LITE = 'gemini-3.1-flash-lite-image';
const PRO = 'gemini-3-pro-image';

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
    expect(compare({ [LITE]: entry }, '2026-10-05')?.unknown).not.toContain('gemini-nano-banana-2.1');
    expect(compare({ [LITE]: 'a text', x: entry }, TODAY)?.unknown).toContain(LITE);
  });

  it('names what it has no field for', () => {
    expect(compare({ [LITE]: entry }, TODAY)).toMatchObject({ format: 'litellm', uncompared: ['search'] });
  });

  it.each([
    ['flex', 'flex'],
    ['batch', 'batches'],
  ])('has fields of its own for lane %s', (lane, suffix) => {
    const json = { [PRO]: { litellm_provider: 'gemini', [`output_cost_per_token_${suffix}`]: 6e-6 } };
    expect(said(json, PRO, lane)).toContainEqual(['text output', 'same', '6']);
    expect(said(json, PRO)).toContainEqual(['text output', 'missing', null]);
  });

  it('is taken at its word for thinking and for pictures that are sent, where it says one', () => {
    const own = { ...entry, output_cost_per_reasoning_token: 2e-6, input_cost_per_image_token: 3e-7 };
    const rows = said({ [LITE]: own });
    expect(rows).toContainEqual(['thinking', 'differs', '2']);
    expect(rows).toContainEqual(['image input', 'differs', '0.3']);
  });

  it("goes by Google's own entry before another seller's", () => {
    const other = { ...entry, input_cost_per_token: 1e-6 };
    expect(said({ [LITE]: other, [`gemini/${LITE}`]: entry })?.[0]).toEqual(['text input', 'same', '0.25']);
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

  const NAMED = LITE.slice(0, -1);
  it.each<[string, object | null, boolean]>([
    ['all of its parts', { and: [{ starts_with: 'gemini' }, { ends_with: 'lite-image' }] }, true],
    ['one of its parts alone', { and: [{ starts_with: 'gemini' }, { ends_with: 'pro' }] }, false],
    ['none of its parts', { or: [{ equals: NAMED }, { ends_with: NAMED }] }, false],
    ['a part inside of the other kind', { and: [{ or: [{ equals: LITE }] }] }, true],
    ['what it contains', { contains: 'flash-lite' }, true],
    ['what it does not contain', { contains: 'flash--lite' }, false],
    ['its beginning at the end', { ends_with: 'gemini-3.1' }, false],
    ['its end at the beginning', { starts_with: 'lite-image' }, false],
    ['no kind that is known', { regex: '.*' }, false],
    ['no clause', null, false],
  ])('matches by %s', (_, match, isKnown) => {
    const unknown = compare(file([{ id: 'theirs', match, prices }]), TODAY)?.unknown;
    expect(unknown?.includes(LITE)).toBe(!isKnown);
  });

  it('has the prices of Google and of no other seller', () => {
    const others = [{ id: 'openai', models: [{ id: LITE, prices }] }];
    expect(compare(others, TODAY)?.unknown).toContain(LITE);
    expect(compare([...others, { id: 'google', models: 'none' }], TODAY)?.unknown).toContain(LITE);
  });

  it('takes a price from the day on which it begins, and none before the first', () => {
    const from = (start_date: string) =>
      said(file([{ id: LITE, prices: [{ constraint: { start_date }, prices }] }]))?.[0];
    expect(from(TODAY)).toEqual(['text input', 'same', '0.25']);
    expect(from('2026-11-23')).toEqual(['text input', 'missing', null]);
    expect(said(file([{ id: LITE, prices: [{ prices }] }]))?.[0]).toEqual(['text input', 'same', '0.25']);
  });

  it('names what it has no field for', () => {
    const { format, uncompared } = compare(file([{ id: LITE, prices }]), TODAY, MODELS_TODAY) ?? {};
    expect([format, uncompared]).toEqual(['genai-prices', ['search', 'image']]);
    const imagen = findModel('imagen-4');
    expect(compare(file([{ id: imagen.id, prices }]), '2026-03-15', [imagen])).toMatchObject({
      findings: [],
      unknown: [],
      uncompared: ['image'],
    });
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

it.each([['NaN'], [-1], [1e6], ['Infinity'], [true], [null], [{ base: 1 }]])(
  'does not trust %j for the price of a token',
  (price) => {
    const json = {
      [LITE]: { litellm_provider: 'gemini', input_cost_per_token: price, output_cost_per_token: price },
    };
    expect(said(json)?.map(([, verdict]) => verdict)).toEqual(Array.from({ length: 5 }, () => 'missing'));
  },
);

it.each([
  ['2.5e-7', 'same', '0.25'],
  [0, 'differs', '0'],
])('takes %j for the price of a token', (price, verdict, dollars) => {
  const json = { [LITE]: { litellm_provider: 'gemini', input_cost_per_token: price } };
  expect(said(json)?.[0]).toEqual(['text input', verdict, dollars]);
});
