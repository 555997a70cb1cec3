import { expect, it } from 'vitest';
import { forgetBefore, sessionsBefore } from '../../../src/core/policy/retention.ts';

const now = 100 * 86_400_000;

it.each([
  [undefined, null],
  ['1', now - 86_400_000],
  ['90', now - 90 * 86_400_000],
  ['36500', now - 36_500 * 86_400_000],
])('keeps prompts for %j days', (days, before) => {
  expect(forgetBefore(days, { from: 'PIXTAB_FORGET_AFTER', now })).toBe(before);
});

it.each(['0', '-1', '1.5', '90d', '', '36501', '99999'])('does not take %j for days', (days) => {
  expect(() => forgetBefore(days, { from: 'PIXTAB_FORGET_AFTER', now })).toThrow(
    /^PIXTAB_FORGET_AFTER: .* 1 to 36500/,
  );
});

it.each([
  ['90 days, where nobody says anything', undefined, 90],
  ['as many days as somebody says', '7', 7],
])('keeps sessions for %s', (_, said, days) => {
  const settings = { defaults: { 'session-days': said }, origins: {} };
  expect(sessionsBefore(settings, now)).toBe(now - days * 86_400_000);
});

it.each([
  ['config.json', { 'session-days': 'config.json' }],
  ['session-days', {}],
])('says of sessions for no days that %s says so', (from, origins) => {
  const settings = { defaults: { 'session-days': '0' }, origins };
  expect(() => sessionsBefore(settings, now)).toThrow(
    `${from}: sessions are kept for a whole number of days`,
  );
});
