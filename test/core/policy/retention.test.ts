import { expect, it } from 'vitest';
import { forgetBefore } from '../../../src/core/policy/retention.ts';

const now = 100 * 86_400_000;

it.each([
  [undefined, null],
  ['1', now - 86_400_000],
  ['90', now - 90 * 86_400_000],
])('keeps prompts for %j days', (days, before) => {
  expect(forgetBefore(days, { from: 'PIXTAB_FORGET_AFTER', now })).toBe(before);
});

it.each(['0', '-1', '1.5', '90d', '', '99999'])('does not take %j for days', (days) => {
  expect(() => forgetBefore(days, { from: 'PIXTAB_FORGET_AFTER', now })).toThrow(
    /^PIXTAB_FORGET_AFTER: .* 1 to 36500/,
  );
});
