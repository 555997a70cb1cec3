import { describe, expect, it } from 'vitest';
import { googleError } from '../../support/answers.ts';
import { answered, context } from '../../support/judged.ts';
import { providerAt } from '../../support/provider.ts';

const FIRST_4XX = Array.from({ length: 32 }, (_, index) => index + 400);
const OTHERS = [300, 302, 399, 451, 499, 500, 501, 502, 503, 504, 505, 520, 524, 529, 599];
const STATUSES = [...FIRST_4XX, ...OTHERS];
const NOTHING = 'It went wrong.';

/** The statuses at which an error means something else because of what it says. */
const matters = (body: (status: number, words: string) => object, words: string, by = context) => {
  const told = (status: number, said: string) => {
    const failure = answered(status, body(status, said), {}, by);
    return JSON.stringify([
      failure.kind,
      failure.lost,
      failure.message.replace(said, '…').replace(NOTHING, '…'),
    ]);
  };
  return STATUSES.filter((status) => told(status, words) !== told(status, NOTHING));
};

const google = (status: number, words: string) => googleError(status, 'ODD', words);
/** The 4xx that mean the same whatever is said with them. */
const without = (...taken: readonly number[]) =>
  STATUSES.filter((status) => status >= 400 && status < 500 && !taken.includes(status));

describe('what Google says counts under the status that it says it with', () => {
  it.each<[string, readonly number[]]>([
    ['API key not valid. Please pass a valid API key.', [400]],
    ['API key expired.', [400]],
    ['Your prepaid credits are depleted.', [429]],
    ['Your credit is used up.', [429]],
    ['Please enable billing on project 1.', [400]],
    ['Billing for project 1 is disabled.', [400, 429]],
    ['User location is not supported for the API use.', [400]],
    ['This is not available in your country.', [400]],
    ['Quota exceeded for free tier, limit: 0, model: x', [429]],
    ['You have reached your monthly spend limit.', [429]],
    ['The spending cap is reached.', [429]],
    ['The spend cap is reached.', [429]],
    ['Spend rate exceeded.', [429]],
    ['SpendLimit', [429]],
    ['Too much within 10 min.', [429]],
    ['SpendPer10Minutes', [429]],
    ['Requests per day are used up.', [429]],
    ['The daily quota is used up.', [429]],
    ['The prompt could not be submitted.', [400]],
    ['It violates policies. Support codes: 5', [400]],
    ['It violates policies. Support code: 5', [400]],
    ['File files/x does not exist.', [403, 404]],
    ['The file x was not found.', [403, 404]],
    ['Files x, y do not exist.', [403, 404]],
    ['A thoughtSignature is missing.', without(401, 402, 403, 404, 408, 413, 429, 499)],
    ['A thought signature is missing.', without(401, 402, 403, 404, 408, 413, 429, 499)],
  ])('%s', (words, statuses) => {
    expect(matters(google, words)).toEqual(statuses);
  });

  it.each([
    'limit: 0.5',
    'limit: 01',
    'monthly report',
    'a profile that does not exist',
    'profiles not found',
    // These are words of gateways.
    'insufficient quota',
    'insufficient_user_quota',
    'budget_exceeded',
    'no available channel',
    'flagged by moderation',
  ])('of itself, "%s" means nothing', (words) => {
    expect(matters(google, words)).toEqual([]);
  });

  it('a leaked key is to be deleted', () => {
    expect(answered(403, google(403, 'The key was leaked.')).hint).toMatch(/^Delete the key/);
    expect(answered(403, google(403, 'No.')).hint).not.toMatch(/^Delete the key/);
  });

  it('a 403 that no API sent is none about the key', () => {
    expect(answered(403, '<html>No.</html>').kind).toBe('unavailable');
  });
});

describe('what a gateway says of its own account counts in a form of its own', () => {
  const gateway = {
    ...context,
    provider: providerAt('https://relay.example', 'AIzaSecret', {
      title: 'The relay',
      speaksForGoogle: false,
    }),
  };
  const own = (_: number, words: string) => ({ error: { message: words, code: 'odd' } });
  const kind = (_: number, words: string) => ({ error: { message: NOTHING, code: words } });
  const all = without();
  const errors = STATUSES.filter((status) => status >= 400 && status !== 402);

  it.each<[string, readonly number[]]>([
    ['budget_exceeded', all],
    ['insufficient_user_quota', without(402)],
    ['model_not_found', errors],
    ['moderation', [403]],
    ['per-day', [429]],
    ['RequestsPerDay', [429]],
  ])('as its kind: %s', (words, statuses) => {
    expect(matters(kind, words, gateway)).toEqual(statuses);
  });

  it.each<[string, readonly number[]]>([
    ['Budget has been exceeded!', all],
    ['The budget was used', all],
    ['Your budget is empty', all],
    ['the budget limit', all],
    ['User over budget', all],
    ['exceeded the monthly budget', all],
    ['Max budget: 25', all],
    ['insufficient credits', without(402)],
    ['insufficient credit', without(402)],
    ['insufficient balance', without(402)],
    ['insufficient user quota', without(402)],
    ['insufficient funds', without(402)],
    ['the token quota not enough', without(402)],
    ['用户余额不足', without(402)],
    ['No endpoints found that support it', errors],
    ['x is not a valid model ID', errors],
    ['当前分组无可用渠道', errors],
    ['It was flagged', [403]],
    ['Daily limit', [429]],
    ['requests per day', [429]],
  ])('as its words: %s', (words, statuses) => {
    expect(matters(own, words, gateway)).toEqual(statuses);
  });
});
