import { expect, it } from 'vitest';
import { MODELS } from '../../../src/core/catalogue/catalogue.ts';
import { MOST_PIXELS } from '../../../src/core/files/format.ts';

it.each(MODELS)('opens every picture that $name makes', ({ resolutions }) => {
  const areas = Object.values(resolutions).flatMap(({ pixels }) =>
    Object.values(pixels ?? {}).map(({ width, height }) => width * height),
  );
  expect(Math.max(0, ...areas)).toBeLessThanOrEqual(MOST_PIXELS);
});
