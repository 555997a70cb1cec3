import { expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { CLAIMS, claimsAbout } from '../../../src/core/catalogue/false-claims.ts';
import { PLATFORMS } from '../../../src/core/catalogue/other-services.ts';
import { TODAY } from '../../support/pricing.ts';

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

it('every reference row has a status, a source and a day', () => {
  for (const { name, status, price, source, checked } of PLATFORMS) {
    expect(name && status && price).not.toBe('');
    expect(source).toMatch(/^https:\/\//);
    expect(checked <= '2026-11-27').toBe(true);
  }
});
