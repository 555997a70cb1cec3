import { describe, expect, it } from 'vitest';
import { ageOfPrices } from '../../../src/core/catalogue/age.ts';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { ending } from '../../../src/core/catalogue/life.ts';
import type { Life, Model, PlatformLife } from '../../../src/core/catalogue/model.ts';

const BANANA = findModel('nano-banana-2.1');

const mango = (life: Partial<Life>, successor: string | null = null): Model => ({
  ...BANANA,
  name: 'Mango',
  successor,
  life: { ...BANANA.life, released: '2026-01-01', ...life },
});

const on = (platform: string, shutdown: string, isEarliest = false): PlatformLife => ({
  ...BANANA.life,
  platform,
  shutdown,
  isEarliest,
});

const SPRING = '2026-05-01';
const WINTER = '2026-12-01';

describe("what is said of a model's end", () => {
  it.each<[what: string, model: Model, day: string, says: string | null]>([
    [
      'before its release',
      mango({}),
      '2025-12-31',
      'Mango did not exist on 2025-12-31: it was released on 2026-01-01.',
    ],
    ['while none is announced', mango({}), WINTER, null],
    [
      'while its end alone is announced',
      mango({ shutdown: WINTER }),
      SPRING,
      'Mango is in service and ends on 2026-12-01.',
    ],
    ['before it is deprecated', mango({ deprecated: SPRING, shutdown: WINTER }), '2026-04-30', null],
    [
      'without a day of its end',
      mango({ deprecated: SPRING }),
      SPRING,
      'Mango is deprecated since 2026-05-01, with no end announced.',
    ],
    [
      'with a day and a successor',
      mango({ deprecated: SPRING, shutdown: WINTER }, 'gemini-3-pro-image'),
      SPRING,
      'Mango is deprecated since 2026-05-01 and ends on 2026-12-01. Nano Banana Pro replaces it.',
    ],
    [
      'when it is closed to newcomers',
      mango({ closedSince: SPRING, shutdown: WINTER }),
      SPRING,
      'Mango answers only projects that used it before 2026-05-01 and ends on 2026-12-01.',
    ],
    ['when it is gone', mango({ shutdown: SPRING }), SPRING, 'Mango was shut down on 2026-05-01.'],
    [
      'when it is gone elsewhere on the same day',
      mango({ shutdown: SPRING, elsewhere: [on('Here', SPRING), on('There', SPRING)] }),
      SPRING,
      'Mango was shut down on 2026-05-01, on Here too, on There too.',
    ],
    [
      'when it lives longer elsewhere',
      mango({ shutdown: SPRING, elsewhere: [on('Here', WINTER), on('There', WINTER, true)] }),
      '2026-11-30',
      'Mango was shut down on 2026-05-01. On Here it ends on 2026-12-01. On There it ends on 2026-12-01 or later.',
    ],
    [
      'when a day elsewhere is over, which may have been the earliest alone',
      mango({ deprecated: SPRING, elsewhere: [on('Here', WINTER), on('There', WINTER, true)] }),
      WINTER,
      'Mango is deprecated since 2026-05-01, with no end announced. On Here it was shut down on 2026-12-01. On There it ends on 2026-12-01 or later.',
    ],
  ])('%s', (_, model, day, says) => {
    expect(ending(model, day)).toBe(says);
  });
});

describe('the age of the prices', () => {
  it.each([
    ['2026-10-10', 'prices checked on 2026-10-09, 1 day ago'],
    ['2026-12-08', 'prices checked on 2026-10-09, 60 days ago'],
    ['2026-12-09', 'prices checked on 2026-10-09, 61 days ago; a newer pixtab may know better'],
  ])('is said on %s, with advice when they are old', (day, says) => {
    expect(ageOfPrices(day)).toBe(says);
  });
});
