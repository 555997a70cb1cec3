import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { CLAIMS, claimsAbout, concerns, refuted } from '../../../src/core/catalogue/false-claims.ts';
import type { Lane, Size } from '../../../src/core/catalogue/model.ts';
import { PLATFORMS } from '../../../src/core/catalogue/other-services.ts';
import { Failure } from '../../../src/core/errors.ts';
import { MODELS_TODAY, TODAY } from '../../support/pricing.ts';

it('every claim says who says it, why it is not so, and where that is written', () => {
  for (const { says, by, url, said, why, evidence } of CLAIMS) {
    expect(says && by && why).not.toBe('');
    expect(url ?? 'https://').toMatch(/^https:\/\//);
    expect(said <= TODAY && evidence.checked <= TODAY).toBe(true);
    expect(evidence.source).toMatch(/^https:\/\//);
  }
});

const lanes = (name: string) => claimsAbout(findModel(name)).map(({ lane }) => lane);

it('the half price of Imagen is claimed of Imagen alone', () => {
  expect(lanes('imagen-4-ultra')).toContain('batch');
  expect(lanes('nano-banana-2.1')).not.toContain('batch');
});

it.each([
  [
    'a free API key',
    ['nano-banana-2.1', 'nano-banana-2-lite', 'nano-banana-pro', 'nano-banana-2', 'nano-banana'],
  ],
  ['Imagen 4 Fast at', ['imagen-4-fast']],
  ['Imagen 4 draws', ['imagen-4-fast', 'imagen-4', 'imagen-4-ultra']],
  ['Nano Banana Pro draws', ['nano-banana-pro']],
  ['Nano Banana Pro cannot', ['nano-banana-pro']],
])('"%s …" is claimed of %j', (start, names) => {
  const about = MODELS_TODAY.filter((model) => claimsAbout(model).some(({ says }) => says.startsWith(start)));
  expect(about.map(({ id }) => id)).toEqual(names.map((name) => findModel(name).id));
});

describe('what is asked for', () => {
  const asked = (lane: Lane, size: Size | null) =>
    CLAIMS.filter((claim) => concerns(claim, { lane, size })).map(({ says }) => says.slice(0, 15));

  it('is claimed by its lane, or by its size', () => {
    expect(asked('batch', '1K')).toEqual(['Imagen 4 costs ']);
    expect(asked('now', '512')).toEqual(['Imagen 4 draws ']);
    expect(asked('now', '4K')).toEqual(['Imagen 4 draws ', 'Nano Banana Pro']);
    expect(asked('now', null)).toEqual([]);
  });

  it('is refused with who promised it, before what would be right', () => {
    const refusal = new Failure('usage', 'Imagen 4 makes 1K, 2K, not 4K.', { hint: 'Ask another.' });
    const refute = (size: Size, one: Failure) => refuted(one, findModel('imagen-4'), { lane: 'now', size });
    expect(refute('4K', refusal)).toMatchObject({
      kind: 'usage',
      message: refusal.message,
      hint: expect.stringMatching(
        /^"Imagen 4 draws 512 to 4096 .*" \(a widely read pricing guide\): Imagen drew 1K and 2K alone \(https:\S+, 2026-08-07\)\. Ask another\.$/,
      ),
    });
    expect(refute('4K', new Failure('usage', 'No.')).hint).toMatch(/, 2026-08-07\)\.$/);
    expect(refute('1K', refusal)).toBe(refusal);
  });
});

it('every reference row has a status, a source and a day', () => {
  for (const { name, status, price, source, checked } of PLATFORMS) {
    expect(name && status && price).not.toBe('');
    expect(source).toMatch(/^https:\/\//);
    expect(checked <= '2026-11-27').toBe(true);
  }
});
