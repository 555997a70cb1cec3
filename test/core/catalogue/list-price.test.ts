import { expect, it } from 'vitest';
import { findModel } from '../../../src/core/catalogue/catalogue.ts';
import { listPrice } from '../../../src/core/catalogue/list-price.ts';
import type { Lane, Model, Size } from '../../../src/core/catalogue/model.ts';
import { toDecimal } from '../../../src/core/pricing/money.ts';
import { TODAY } from '../../support/pricing.ts';

it.each<[string, Lane, Size, string, string | null]>([
  ['nano-banana-pro', 'now', '1K', TODAY, '0.1344'],
  ['nano-banana-pro', 'now', '4K', TODAY, '0.24'],
  ['nano-banana-pro', 'batch', '4K', TODAY, '0.12'],
  ['nano-banana-2.1', 'batch', '1K', TODAY, '0.0168'],
  ['imagen-4', 'now', '2K', TODAY, '0.04'],
  ['imagen-4', 'now', '4K', TODAY, null],
  ['imagen-4', 'batch', '1K', TODAY, null],
  ['nano-banana-2.1', 'now', '1K', '2026-10-05', null],
])('the list price of %s in lane %s at %s on %s is %s', (name, lane, size, day, price) => {
  const found = listPrice(findModel(name), lane, size, day);
  expect(found && toDecimal(found.price)).toBe(price);
});

it('is nobody knows what where the tokens of a size are not known', () => {
  const pro = findModel('nano-banana-pro');
  const { pixels } = pro.resolutions['1K'] ?? { pixels: {} };
  const model: Model = { ...pro, resolutions: { '1K': { tokens: null, pixels } } };
  expect(listPrice(model, 'now', '1K', TODAY)).toBeNull();
});

it('says where the price comes from, which may differ by size', () => {
  const noteAt = (size: Size) => listPrice(findModel('nano-banana-2.1'), 'batch', size, TODAY)?.cited.note;
  expect(noteAt('1K')).toBe('$0.0168 an image is printed for 1K');
  expect(noteAt('2K')).toMatch(/2K and 4K are not printed/);
});
