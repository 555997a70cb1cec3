import { describe, expect, it } from 'vitest';
import {
  aliasOf,
  catalogueAge,
  findModel,
  formerName,
  isAuto,
  lanesOf,
  MODELS,
  nameOf,
  ratesAt,
  sizesOf,
  statusOf,
} from '../../../src/core/catalogue/catalogue.ts';
import type { Cited } from '../../../src/core/catalogue/model.ts';
import { ABILITIES, abilityNow, SIZES } from '../../../src/core/catalogue/model.ts';
import { Failure } from '../../../src/core/errors.ts';
import { TODAY } from '../../support/pricing.ts';

const names = MODELS.flatMap(({ id, aliases }) => [id, ...aliases]);

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the catalogue', () => {
  it('names every model once, in lower case', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name !== name.toLowerCase())).toEqual([]);
  });

  it.each(MODELS)('$id: every row says where it comes from and when', (model) => {
    const rows: readonly (Cited | null)[] = [
      model.life,
      ...model.life.claims,
      ...model.rates,
      model.inputs.tokensPerImage,
      model.remainderTokens,
      model.imageParts,
      ...Object.values(model.thinkingTokens),
    ];
    for (const row of rows) {
      if (row === null) continue;
      expect(row.source).toMatch(/^https:\/\/[a-z.-]+\//);
      expect(row.checked).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(row.checked <= TODAY).toBe(true);
    }
  });

  it.each(MODELS)('$id: has sizes, each with 1:1, and rates from its first day at the earliest', (model) => {
    expect(sizesOf(model).length).toBeGreaterThan(0);
    for (const size of sizesOf(model)) expect(model.resolutions[size]?.pixels).toHaveProperty('1:1');
    expect(model.rates.every(({ from }) => from >= model.life.released)).toBe(true);
  });

  it.each(MODELS)('$id: has one rate for a meter and lane on any day', (model) => {
    const keys = model.rates.map(({ lane, meter, size }) => `${lane} ${meter} ${size}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  const days = ['2025-12-01', '2026-03-15', '2026-08-01', TODAY];

  it.each(MODELS.flatMap((model) => days.map((day) => ({ model, day, id: model.id }))))(
    '$id on $day: a lane prices every meter that its pictures count',
    ({ model, day }) => {
      for (const lane of lanesOf(model, day)) {
        const meters = ratesAt(model, lane, day).map(({ meter }) => meter);
        const needed =
          model.family === 'imagen'
            ? ['image']
            : ['text input', 'image input', 'image output', 'text output', 'thinking'];
        expect(meters).toEqual(expect.arrayContaining(needed));
      }
    },
  );

  it.each(MODELS)('$id: a bigger size has at least as many pixels and tokens', (model) => {
    const sizes = sizesOf(model).map((size) => model.resolutions[size]);
    for (const [index, larger] of sizes.entries()) {
      const smaller = sizes[index - 1];
      if (!smaller || !larger) continue;
      expect(larger.tokens ?? 0).toBeGreaterThanOrEqual(smaller.tokens ?? 0);
      const doubled = Object.entries(smaller.pixels).map(([aspect, { width, height }]) => [
        aspect,
        { width: width * 2, height: height * 2 },
      ]);
      expect(larger.pixels).toEqual(Object.fromEntries(doubled));
    }
  });

  it.each(MODELS)('$id: pictures have about the shape their aspect says', (model) => {
    for (const size of sizesOf(model)) {
      for (const [aspect, { width, height }] of Object.entries(model.resolutions[size]?.pixels ?? {})) {
        const [across = 1, down = 1] = aspect.split(':').map(Number);
        expect(Math.abs(Math.log(width / height / (across / down)))).toBeLessThan(0.09);
      }
    }
  });

  it('names a successor that exists and is newer, for whatever ends', () => {
    for (const model of MODELS.filter(({ life }) => life.deprecated !== null)) {
      expect(findModel(model.successor ?? '').life.released > model.life.released).toBe(true);
    }
  });

  it('has no half price for Imagen, whatever articles say', () => {
    const imagen = MODELS.filter(({ family }) => family === 'imagen');
    expect(imagen.map((model) => lanesOf(model, '2026-03-15'))).toEqual([['now'], ['now'], ['now']]);
  });

  it('lists sizes from small to large', () => {
    expect(sizesOf(findModel('nano-banana-2'))).toEqual(SIZES);
  });
});

describe('findModel', () => {
  it.each([
    ['imagen-4-fast', 'imagen-4.0-fast-generate-001'],
    ['imagen-4', 'imagen-4.0-generate-001'],
    ['imagen-4-ultra', 'imagen-4.0-ultra-generate-001'],
    ['gemini-flash-image', 'gemini-2.5-flash-image'],
    ['nano-banana', 'gemini-2.5-flash-image'],
    ['gemini-2.5-flash-image-preview', 'gemini-2.5-flash-image'],
    ['nano-banana-2', 'gemini-3.1-flash-image'],
    ['gemini-3.1-flash-image-preview', 'gemini-3.1-flash-image'],
    ['nano-banana-2-lite', 'gemini-3.1-flash-lite-image'],
    ['nano-banana-2.1', 'gemini-nano-banana-2.1'],
    ['nano-banana-pro', 'gemini-3-pro-image'],
    ['nano-banana-pro-preview', 'gemini-3-pro-image'],
    ['gemini-3-pro-image-preview', 'gemini-3-pro-image'],
    ['Nano-Banana-PRO', 'gemini-3-pro-image'],
    [' models/gemini-3-pro-image ', 'gemini-3-pro-image'],
    ['Nano  Banana_Pro', 'gemini-3-pro-image'],
  ])('%s is %s', (name, id) => {
    expect(findModel(name).id).toBe(id);
  });

  it.each([
    ['nano-bananna-pro', 'nano-banana-pro'],
    ['imagen4', 'imagen-4'],
    ['gemini-3-pro', 'gemini-3-pro-image'],
    ['gemini-2.5-flash', 'gemini-2.5-flash-image'],
  ])('%s is unknown, and %s is suggested', (name, near) => {
    const failure = failureOf(() => findModel(name));
    expect(failure.kind).toBe('usage');
    expect(failure.hint).toContain(`Did you mean ${near}?`);
    expect(failure.hint).toContain('pixtab models');
  });

  it('suggests nothing for what resembles nothing', () => {
    expect(failureOf(() => findModel('qwertz')).hint).toBe('pixtab models lists what there is.');
  });

  it('prints no control character of a name, and is quick with a very long one', () => {
    expect(failureOf(() => findModel(`\u001B[31m${'x'.repeat(1_000_000)}`)).message).toMatch(
      /^[\x20-\x7E…]{1,160}$/,
    );
  });

  it.each([
    ['gemini-2.0-flash-preview-image-generation', 'gemini-3.1-flash-lite-image'],
    ['imagen-3', 'gemini-nano-banana-2.1'],
    ['imagen-3.0-generate-002', 'gemini-nano-banana-2.1'],
    ['imagen-3-fast', 'gemini-nano-banana-2.1'],
    ['gemini-2.0-flash-exp-image-generation', 'gemini-3.1-flash-lite-image'],
    ['gemini-2.0-flash-image-generation', 'gemini-3.1-flash-lite-image'],
  ])('%s is gone, and %s replaces it', (name, instead) => {
    const failure = failureOf(() => findModel(name));
    expect(failure.kind).toBe('unavailable-model');
    expect(failure.hint).toContain(instead);
  });

  it.each(['dall-e-3', 'DALLE 2', ' FLUX.2 ', 'gpt-image-2', 'sdxl'])(
    '%s is sold by others, who are shown',
    (name) => {
      const failure = failureOf(() => findModel(name));
      expect([failure.kind, failure.message]).toEqual([
        'usage',
        `${name.trim()} is no model of Google's, and pixtab sells those alone.`,
      ]);
      expect(failure.hint).toContain('pixtab estimate --platforms');
    },
  );

  it.each([
    'imagen-30',
    'my-imagen-3',
    'imagen-4models/',
    'gemini-2.0-flash-image-generation-2',
    'old-gemini-2.0-flash-image-generation',
    'my-flux',
  ])('%s is a name that nobody ever had', (name) => {
    expect(failureOf(() => findModel(name)).message).toBe(`There is no model "${name}".`);
  });
});

it('calls an ability by its name of today, and understands the one that it had', () => {
  expect(['text', ...ABILITIES].map(abilityNow)).toEqual(['commentary', ...ABILITIES]);
});

describe('the names of a model', () => {
  it.each(['auto', ' Cheapest ', 'AUTO'])('are none in %j, which leaves the choice', (name) => {
    expect(isAuto(name)).toBe(true);
  });

  it.each(['automatic', 'the cheapest', 'nano-banana-pro', ''])('may be meant by %j', (name) => {
    expect(isAuto(name)).toBe(false);
  });

  it('are a long one for messages and a short one for tables, and its id where nobody knows it', () => {
    expect([nameOf('gemini-3-pro-image'), aliasOf('gemini-3-pro-image')]).toEqual([
      'Nano Banana Pro',
      'nano-banana-pro',
    ]);
    expect([nameOf('painter-2'), aliasOf('painter-2')]).toEqual(['painter-2', 'painter-2']);
    expect(aliasOf('painter-2', [{ id: 'painter-2', aliases: [] }])).toBe('painter-2');
  });
});

describe('statusOf', () => {
  it.each([
    ['gemini-nano-banana-2.1', '2026-10-05', 'unreleased'],
    ['gemini-nano-banana-2.1', '2026-10-06', 'active'],
    ['gemini-3.1-flash-lite-image', '2026-06-29', 'unreleased'],
    ['gemini-3.1-flash-lite-image', TODAY, 'active'],
    ['gemini-3-pro-image', TODAY, 'active'],
    ['gemini-3.1-flash-image', '2026-10-05', 'active'],
    ['gemini-3.1-flash-image', '2026-10-06', 'deprecated'],
    ['gemini-3.1-flash-image', TODAY, 'deprecated'],
    ['gemini-2.5-flash-image', '2026-09-17', 'active'],
    ['gemini-2.5-flash-image', '2026-09-18', 'restricted'],
    ['gemini-2.5-flash-image', TODAY, 'restricted'],
    ['gemini-2.5-flash-image', '2027-03-15', 'retired'],
    ['imagen-4-fast', '2026-03-15', 'active'],
    ['imagen-4-fast', '2026-06-15', 'deprecated'],
    ['imagen-4-fast', '2026-08-16', 'deprecated'],
    ['imagen-4-fast', '2026-08-17', 'retired'],
  ])('%s on %s is %s', (name, day, status) => {
    expect(statusOf(findModel(name), day)).toBe(status);
  });
});

describe('catalogueAge', () => {
  it.each([
    ['2026-10-09', 0, false],
    [TODAY, 44, false],
    ['2026-12-08', 60, false],
    ['2026-12-09', 61, true],
  ])('on %s is %i days', (day, days, stale) => {
    expect(catalogueAge(day)).toEqual({ checked: '2026-10-09', days, stale });
  });

  it('is none while nothing is sold', () => {
    expect(catalogueAge('2025-01-01')).toEqual({ checked: '2025-01-01', days: 0, stale: false });
  });
});

describe('formerName', () => {
  const pro = findModel('nano-banana-pro');

  it('says that a preview name was shut down', () => {
    expect(formerName('Gemini-3-Pro-Image-Preview', pro, TODAY)).toBe(
      'gemini-3-pro-image-preview was shut down on 2026-06-25; the same model is now gemini-3-pro-image.',
    );
  });

  it('says so from the day on which it was', () => {
    const model = findModel('gemini-3.1-flash-image-preview');
    expect(formerName('gemini-3.1-flash-image-preview', model, '2026-06-25')).toContain('on 2026-06-25');
    expect(formerName('gemini-3.1-flash-image-preview', model, '2026-06-24')).toBeNull();
  });

  it('says nothing while the preview lived, or of a name in use', () => {
    expect(formerName('gemini-3-pro-image-preview', pro, '2026-06-24')).toBeNull();
    expect(formerName('nano-banana-pro', pro, TODAY)).toBeNull();
  });
});
