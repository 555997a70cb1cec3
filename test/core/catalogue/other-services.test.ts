import { describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../../src/core/catalogue/other-services.ts';
import { usd } from '../../../src/core/pricing/money.ts';

describe('what other services charge', () => {
  it.each(PLATFORMS)('is said of $name with a source and its day', ({ source, checked }) => {
    expect(source).toMatch(/^https:\/\//);
    expect(checked).toMatch(/^2026-\d\d-\d\d$/);
  });

  const priced = PLATFORMS.flatMap(({ name, perImage }) => (perImage ? [{ name, ...perImage }] : []));
  it.each(priced)('goes for an image of $name from the cheaper to the dearer', ({ low, high }) => {
    expect(usd(low) < usd(high)).toBe(true);
  });

  it('is for each picture of a subscription what its hours come to', () => {
    const each = (dollars: number, hours: number): string => (dollars / (hours * 60 * 4)).toFixed(4);
    const { perImage } = PLATFORMS.find(({ name }) => name === 'Midjourney') ?? {};
    expect(perImage).toEqual({ low: each(120, 60), high: each(10, 3.3) });
  });
});
