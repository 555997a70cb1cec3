import { describe, expect, it } from 'vitest';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import type { Profile } from '../../../src/core/providers/profile.ts';
import { googleError } from '../../support/answers.ts';
import { answered, broken, context } from '../../support/judged.ts';
import { providerAt } from '../../support/provider.ts';

const advice = Object.fromEntries(
  Object.keys(GOOGLE.advice).map((name) => [name, `Look after ${name}.`]),
) as unknown as Profile['advice'];
const by = { ...context, provider: providerAt('https://relay.example', 'AIzaSecret', { advice }) };

/** A failure of Google's form, or of a gateway's own. */
const google = (status: number, message: string) =>
  answered(status, googleError(status, 'ODD', message), {}, by);
const own = (status: number, message: string) => answered(status, { error: { message } }, {}, by);

describe('the advice leads to where the provider mends it', () => {
  it.each([
    [google(401, 'No.'), 'key'],
    [google(403, 'No.'), 'key'],
    [google(402, 'No.'), 'billing'],
    [google(400, 'Please enable billing.'), 'billing'],
    [google(400, 'User location is not supported.'), 'region'],
    [google(429, 'limit: 0'), 'billing'],
    [google(429, 'The monthly spending cap is reached.'), 'spendingCap'],
    [google(429, 'Quota per day.'), 'limits'],
    [google(429, 'Slow down.'), 'limits'],
    [google(499, 'Cancelled.'), 'spending'],
    [google(502, 'Odd.'), 'spending'],
    [broken('sent', { by: 'caller' }, null, by), 'spending'],
    [broken('sent', { by: 'timeout' }, null, by), 'spending'],
    [broken('answering', { by: 'size' }, 200, by), 'spending'],
    [broken('answering', { code: 'X' }, 200, by), 'spending'],
    [broken('sent', { code: 'X' }, null, by), 'spending'],
    [own(400, 'max budget'), 'spendingCap'],
    [own(402, 'No.'), 'billing'],
    [own(429, 'per day'), 'limits'],
  ])('$message', ({ hint }, name) => {
    expect(hint).toContain(`Look after ${name}.`);
  });

  it.each([
    ['Please retry in 0.2s.', 'asks to wait 1 second.'],
    ['Please retry in 1s.', 'asks to wait 1 second.'],
    ['Please retry in 1.5s.', 'asks to wait 2 seconds.'],
    ['Slow down.', 'takes no more requests for now.'],
  ])('says how long to wait: %s', (words, told) => {
    expect(google(429, words).message).toContain(told);
  });
});

describe('no quota is a matter of billing', () => {
  const violated = (quotaId: string, quotaValue?: string) =>
    answered(
      429,
      googleError(429, 'RESOURCE_EXHAUSTED', 'Quota.', [{ violations: [{ quotaId, quotaValue }] }]),
    ).kind;

  it.each([
    ['RequestsFreeTier', undefined, 'auth'],
    ['requests_free_tier', '0', 'auth'],
    ['RequestsFreeTier', '5', 'rate-limited'],
    ['RequestsPaidTier', '0', 'rate-limited'],
  ])('%s of %s: %s', (quotaId, value, kind) => {
    expect(violated(quotaId, value)).toBe(kind);
  });
});
