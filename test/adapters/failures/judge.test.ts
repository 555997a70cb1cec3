import { describe, expect, it } from 'vitest';
import type { Broke, Stage } from '../../../src/adapters/http/fetch.ts';
import { exitCodeOf, type Failure } from '../../../src/core/errors.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import type { Profile } from '../../../src/core/providers/profile.ts';
import { googleError } from '../../support/answers.ts';
import { answered, broken, context } from '../../support/judged.ts';
import { providerAt } from '../../support/provider.ts';

/** What a script and the ledger see of a failure. */
const verdictOf = (failure: Failure) => [
  failure.kind,
  exitCodeOf(failure),
  failure.charged,
  failure.repeat,
  failure.retryAfterSeconds,
];

const QUOTA = 'You exceeded your current quota, please check your plan and billing details.';
const exhausted = (message: string, details?: readonly unknown[]) =>
  googleError(429, 'RESOURCE_EXHAUSTED', message, details);
const violated = (...violations: readonly object[]) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations,
});
const retryInfo = (retryDelay: string) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});
const perMinute = { quotaId: 'GenerateContentPaidTierInputTokensPerModelPerMinute', quotaValue: '1000000' };
const perDay = { quotaId: 'GenerateRequestsPerDayPerProjectPerModel', quotaValue: '250' };

const GONE = 'You do not have permission to access the File pixtab-0a or it may not exist.';

it.each([
  [403, GONE, true],
  [404, 'File files/pixtab-0a does not exist.', true],
  [404, 'models/x is not found for API version v1beta.', false],
  [403, 'The caller does not have permission', false],
  [500, GONE, false],
])('a %d "%s" tells of a lost file: %s', (status, message, lost) => {
  expect(answered(status, googleError(status, 'X', message)).lost).toBe(lost);
});

describe('an answer that is an error', () => {
  const page = '<!DOCTYPE html><html><style>p{color:red}</style><p><b>404.</b> <ins>That is an error.</ins>';
  it.each<[string, number, unknown, readonly unknown[]]>([
    // ---- the account
    [
      'an invalid key, which is a 400',
      400,
      googleError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
      ]),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'an expired key',
      400,
      googleError(400, 'INVALID_ARGUMENT', 'API key expired.'),
      ['auth', 3, 'no', false, undefined],
    ],
    ['no valid login', 401, googleError(401, 'UNAUTHENTICATED', 'Bad.'), ['auth', 3, 'no', false, undefined]],
    [
      'a leaked key',
      403,
      googleError(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked.'),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'an API that is switched off',
      403,
      googleError(403, 'PERMISSION_DENIED', 'It is disabled.', [{ reason: 'SERVICE_DISABLED' }]),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'a file that is gone, said like a matter of permission',
      403,
      googleError(403, 'PERMISSION_DENIED', GONE),
      ['unavailable', 10, 'no', false, undefined],
    ],
    ['a 403 without a word', 403, '', ['auth', 3, 'no', false, undefined]],
    [
      'a place that is not served',
      400,
      googleError(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'a country that needs billing',
      400,
      googleError(
        400,
        'FAILED_PRECONDITION',
        'Gemini API free tier is not available in your country. Please enable billing.',
      ),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'used up credits',
      429,
      exhausted('Your prepayment credits are depleted. Please go to AI Studio.'),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'used up credits, newer',
      402,
      { error: { code: 'payment_required', message: 'Pay first.' } },
      ['auth', 3, 'no', false, undefined],
    ],

    // ---- five things under one number
    [
      'no quota at all: three violations without a value',
      429,
      exhausted(QUOTA, [
        violated(
          {
            quotaMetric: 'x/generate_content_free_tier_input_token_count',
            quotaId: 'InputTokensPerModelPerMinute-FreeTier',
          },
          {
            quotaMetric: 'x/generate_content_free_tier_requests',
            quotaId: 'RequestsPerMinutePerProjectPerModel-FreeTier',
          },
          {
            quotaMetric: 'x/generate_content_free_tier_requests',
            quotaId: 'RequestsPerDayPerProjectPerModel-FreeTier',
          },
        ),
      ]),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'no quota at all, in the text',
      429,
      exhausted(
        `${QUOTA}\n* Quota exceeded for metric: free_tier_requests, limit: 0, model: x\nPlease retry in 37s.`,
      ),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'no quota at all, in JSON with a raw line break',
      429,
      JSON.stringify(exhausted('one two', [violated({ quotaId: 'x-FreeTier' })])).replace(
        'one two',
        'one\ntwo',
      ),
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'no quota at all, in an array',
      429,
      [exhausted(QUOTA, [violated({ quotaId: 'x-FreeTier' })])],
      ['auth', 3, 'no', false, undefined],
    ],
    [
      'a quota below one',
      429,
      exhausted('Quota exceeded, limit: 0.5'),
      ['rate-limited', 7, 'no', true, undefined],
    ],
    [
      'the spending cap of the month',
      429,
      exhausted('The project exceeded its monthly spending cap.'),
      ['rate-limited', 7, 'no', false, undefined],
    ],
    [
      'the spending of ten minutes',
      429,
      exhausted('Spend rate limit exceeded.'),
      ['rate-limited', 7, 'no', true, 300],
    ],
    [
      'the spending of ten minutes with a longer wait',
      429,
      exhausted('10-minute spend limit. Please retry in 8m.'),
      ['rate-limited', 7, 'no', true, 480],
    ],
    // Midnight in California is 08:00 in UTC: twenty hours after noon, whatever RetryInfo says.
    [
      'a quota of a day',
      429,
      exhausted(QUOTA, [violated(perDay), retryInfo('36s')]),
      ['rate-limited', 7, 'no', false, 72_000],
    ],
    [
      'a quota of a day and one of a minute',
      429,
      exhausted(QUOTA, [violated(perMinute, perDay)]),
      ['rate-limited', 7, 'no', false, 72_000],
    ],
    [
      'a quota of a minute',
      429,
      exhausted(`${QUOTA} limit: 1000000\nPlease retry in 48.939935699s.`, [
        violated(perMinute),
        retryInfo('48s'),
      ]),
      ['rate-limited', 7, 'no', true, 48.94],
    ],
    [
      'a wait in milliseconds',
      429,
      exhausted(`${QUOTA} limit: 2\nPlease retry in 900.2ms.`),
      ['rate-limited', 7, 'no', true, 0.901],
    ],
    [
      'an absurd wait',
      429,
      exhausted(QUOTA, [violated(perMinute), retryInfo('68940s')]),
      ['rate-limited', 7, 'no', true, 68_940],
    ],
    [
      'no wait',
      429,
      exhausted('Resource has been exhausted (e.g. check quota).'),
      ['rate-limited', 7, 'no', true, undefined],
    ],
    [
      'JSON with a raw line break and odd keys',
      429,
      `{"error":{"code":429,"message":"${QUOTA}\\n* limit: 2\nPlease retry in 54.887755558s.","status":"RESOURCE_EXHAUSTED","details":[{" @type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generate_content_free_tier_requests","quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaValue":"2"}]},{" @type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"54s"}]}}`,
      ['rate-limited', 7, 'no', true, 54.888],
    ],
    [
      'JSON that breaks off',
      429,
      `{"error":{"code":429,"message":"${QUOTA} Please retry in 12.5s.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"`,
      ['rate-limited', 7, 'no', true, 12.5],
    ],
    [
      'JSON that breaks off after a quota of a day',
      429,
      `{"error":{"message":"${QUOTA}","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject`,
      ['rate-limited', 7, 'no', false, 72_000],
    ],
    [
      'JSON inside the message',
      429,
      googleError(429, 'x', JSON.stringify(exhausted(QUOTA, [violated(perMinute), retryInfo('7s')]))),
      ['rate-limited', 7, 'no', true, 7],
    ],
    ['a page', 429, page, ['rate-limited', 7, 'no', true, undefined]],

    // ---- the request
    [
      'an argument that is not valid',
      400,
      googleError(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'),
      ['usage', 2, 'no', false, undefined],
    ],
    [
      'a prompt that Imagen refuses',
      400,
      googleError(
        400,
        'INVALID_ARGUMENT',
        'Image generation failed: The prompt could not be submitted. Support codes: 42876398',
      ),
      ['refused', 5, 'no', false, undefined],
    ],
    [
      'a model that was shut down',
      404,
      googleError(
        404,
        'NOT_FOUND',
        'models/imagen-4.0-generate-001 is not found for API version v1beta, or is not supported for predict.',
      ),
      ['unavailable-model', 9, 'no', false, undefined],
    ],
    ['a page that does not exist', 404, page, ['unavailable', 10, 'no', false, undefined]],
    ['a login page of a proxy', 407, page, ['unavailable', 10, 'no', false, undefined]],
    ['a wall of a proxy', 403, page, ['unavailable', 10, 'no', false, undefined]],
    ['a request that is too large', 413, page, ['usage', 2, 'no', false, undefined]],
    [
      'a request cancelled on its way',
      499,
      googleError(499, 'CANCELLED', 'The operation was cancelled.'),
      ['unconfirmed', 8, 'unknown', false, undefined],
    ],
    ['a redirect', 307, '', ['unavailable', 10, 'no', false, undefined]],
    // The request was carried out, and what it made is elsewhere.
    ['a redirect to what was made', 303, '', ['unconfirmed', 8, 'unknown', false, undefined]],
    ['an answer that nothing has changed', 304, '', ['unconfirmed', 8, 'unknown', false, undefined]],
    ['a status that there is not', 0, '', ['unconfirmed', 8, 'unknown', false, undefined]],

    // ---- the service
    [
      'an overload',
      503,
      googleError(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
      ['unavailable', 10, 'no', true, undefined],
    ],
    // Whoever wrote it may have had the request already.
    ['an overload as a page', 503, page, ['unconfirmed', 8, 'unknown', false, undefined]],
    [
      'an overload in the form of another API',
      503,
      { error: { message: 'Service busy', type: 'server_error', code: '503' } },
      ['unconfirmed', 8, 'unknown', false, undefined],
    ],
    [
      'an internal error',
      500,
      [googleError(500, 'INTERNAL', 'An internal error has occurred.')],
      ['unavailable', 10, 'no', false, undefined],
    ],
    ['an internal error without a word', 500, '', ['unconfirmed', 8, 'unknown', false, undefined]],
    ['an internal error as a page', 500, page, ['unconfirmed', 8, 'unknown', false, undefined]],
    [
      'half an internal error',
      500,
      '{"error":{"code":500,"message":"An inte',
      ['unconfirmed', 8, 'unknown', false, undefined],
    ],
    ['a bad gateway', 502, page, ['unconfirmed', 8, 'unknown', false, undefined]],
    [
      'a deadline',
      504,
      googleError(504, 'DEADLINE_EXCEEDED', 'Deadline expired.'),
      ['unconfirmed', 8, 'unknown', false, undefined],
    ],
    ['a number nobody knows', 799, 'x', ['unconfirmed', 8, 'unknown', false, undefined]],
  ])('%s', (_, status, body, expected) => {
    const failure = answered(status, body);
    expect(verdictOf(failure)).toEqual(expected);
    expect(failure.message).toMatch(/^\S.*\S$/);
    expect(failure.message.length).toBeLessThan(320);
    expect(failure.detail).toMatch(new RegExp(`^HTTP ${status}`));
  });

  it('reads an error without a word', () => {
    expect(answered(401, { error: { status: 'UNAUTHENTICATED' } })).toMatchObject({ kind: 'auth' });
  });

  it.each([
    ['3', 3],
    ['0', 0],
    ['2.5', 2.5],
    ['Sun, 22 Nov 2026 12:01:30 GMT', 90],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['9'.repeat(400), undefined],
  ])('waits as the header Retry-After says: %s', (header, wait) => {
    const overload = googleError(503, 'UNAVAILABLE', 'Overloaded.');
    expect(answered(503, overload, { 'retry-after': header }).retryAfterSeconds).toBe(wait);
  });

  it('waits for the longest of what header, details and text say', () => {
    const body = exhausted('Please retry in 5s.', [retryInfo('9s')]);
    expect(answered(429, body, { 'retry-after': '7' }).retryAfterSeconds).toBe(9);
    expect(answered(429, body, { 'retry-after': '11' }).retryAfterSeconds).toBe(11);
  });

  it('says when midnight Pacific is for the user', () => {
    expect(answered(429, exhausted(QUOTA, [violated(perDay)])).message).toMatch(
      /^The daily quota of Nano Banana Pro is used up until midnight Pacific time \(Mon,? 09:00 CET for you\)\.$/,
    );
  });

  it('quotes the server without control characters and without the key, whole in the detail', () => {
    const words = `Bad \u001b[31mAIzaSecret\u202e ${'so it goes '.repeat(100)}end`;
    const failure = answered(400, googleError(400, 'INVALID_ARGUMENT', words));
    expect(failure.message).toMatch(
      /^Google did not accept the request: Bad \\u\{1b\}\[31m\[key\]\\u\{202e\}/,
    );
    expect(failure.message).toMatch(/…$/);
    expect(failure.detail).toContain('end');
    expect(failure.detail).toContain('[key]');
    expect(failure.detail).not.toMatch(/\p{Cc}/u);
  });

  it.each([
    'Image part is missing a thought_signature in content position 2, part position 1.',
    'Corrupted thought signature.',
  ])('names the way on from a session that is stuck: %s', (words) => {
    const failure = answered(400, googleError(400, 'INVALID_ARGUMENT', words));
    expect(verdictOf(failure)).toEqual(['usage', 2, 'no', false, undefined]);
    expect(failure.message).toContain('does not take an earlier answer of this session back');
    expect(failure.hint).toMatch(
      /^pixtab edit PICTURE -p "…" begins anew .*pixtab edit --undo takes the last turn back\.$/,
    );
  });

  it('names the link that Google gives', () => {
    const url = 'https://console.developers.google.com/apis/api/x/overview';
    const help = { '@type': 'type.googleapis.com/google.rpc.Help', links: [{ description: 'x', url }] };
    expect(answered(403, googleError(403, 'PERMISSION_DENIED', 'Disabled.', [help])).hint).toBe(url);
  });

  it('says where a redirect points to, as a host alone', () => {
    const { message } = answered(302, '', { location: 'https://login.example/?token=AIzaSecret' });
    expect(message).toContain('login.example;');
    expect(message).not.toContain('token');
  });
});

describe('an exchange that breaks', () => {
  it.each<[string, Stage, Partial<Broke>, readonly unknown[]]>([
    ['a refused connection', 'unsent', { code: 'ECONNREFUSED' }, ['unavailable', 10, 'no', true, undefined]],
    ['no such host', 'unsent', { code: 'ENOTFOUND' }, ['unavailable', 10, 'no', true, undefined]],
    [
      'a name server that does not answer',
      'unsent',
      { code: 'EAI_AGAIN' },
      ['unavailable', 10, 'no', true, undefined],
    ],
    [
      'a connection that never stands',
      'unsent',
      { code: 'UND_ERR_CONNECT_TIMEOUT' },
      ['unavailable', 10, 'no', true, undefined],
    ],
    [
      'a reset in the TLS handshake',
      'unsent',
      { code: 'ECONNRESET' },
      ['unavailable', 10, 'no', true, undefined],
    ],
    ['a timeout while connecting', 'unsent', { by: 'timeout' }, ['unavailable', 10, 'no', true, undefined]],
    [
      'a certificate of its own',
      'unsent',
      { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      ['unavailable', 10, 'no', false, undefined],
    ],
    [
      'a certificate for another host',
      'unsent',
      { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      ['unavailable', 10, 'no', false, undefined],
    ],
    [
      'a certificate that has expired',
      'unsent',
      { code: 'CERT_HAS_EXPIRED' },
      ['unavailable', 10, 'no', false, undefined],
    ],
    [
      'an unknown issuer',
      'unsent',
      { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
      ['unavailable', 10, 'no', false, undefined],
    ],
    [
      'a proxy that wants a password',
      'unsent',
      { code: 'UND_ERR_ABORTED', message: 'Proxy response (407) !== 200 when HTTP Tunneling' },
      ['unavailable', 10, 'no', false, undefined],
    ],
    ['a caller who leaves before', 'unsent', { by: 'caller' }, ['cancelled', 130, 'no', false, undefined]],
    [
      'a refused connection of an engine that is not watched',
      'sent',
      { code: 'ECONNREFUSED' },
      ['unavailable', 10, 'no', true, undefined],
    ],
    [
      'a reset after the request',
      'sent',
      { code: 'ECONNRESET' },
      ['unconfirmed', 8, 'unknown', false, undefined],
    ],
    [
      'a connection that closes after the request',
      'sent',
      { code: 'UND_ERR_SOCKET' },
      ['unconfirmed', 8, 'unknown', false, undefined],
    ],
    [
      'a timeout after the request',
      'sent',
      { by: 'timeout' },
      ['unconfirmed', 8, 'unknown', false, undefined],
    ],
    [
      'a caller who leaves after the request',
      'sent',
      { by: 'caller' },
      ['cancelled', 130, 'unknown', false, undefined],
    ],
    ['an error nobody knows', 'sent', { message: 'what?' }, ['unconfirmed', 8, 'unknown', false, undefined]],
  ])('%s', (_, stage, broke, expected) => {
    expect(verdictOf(broken(stage, broke))).toEqual(expected);
  });

  it.each<[string, Partial<Broke>, number, readonly unknown[]]>([
    [
      'a good answer that breaks off',
      { code: 'UND_ERR_SOCKET' },
      200,
      ['unconfirmed', 8, 'unknown', false, undefined],
    ],
    ['a good answer that stalls', { by: 'timeout' }, 200, ['unconfirmed', 8, 'unknown', false, undefined]],
    ['a good answer without an end', { by: 'size' }, 200, ['unconfirmed', 8, 'unknown', false, undefined]],
    [
      'a caller who leaves a good answer',
      { by: 'caller' },
      200,
      ['cancelled', 130, 'unknown', false, undefined],
    ],
    [
      'a rate limit that breaks off',
      { code: 'UND_ERR_SOCKET' },
      429,
      ['rate-limited', 7, 'no', true, undefined],
    ],
    ['an overload that stalls', { by: 'timeout' }, 503, ['unconfirmed', 8, 'unknown', false, undefined]],
    ['a bad gateway that stalls', { by: 'timeout' }, 502, ['unconfirmed', 8, 'unknown', false, undefined]],
    ['a caller who leaves a rate limit', { by: 'caller' }, 429, ['cancelled', 130, 'no', false, undefined]],
    [
      'a caller who leaves a request cancelled on its way',
      { by: 'caller' },
      499,
      ['cancelled', 130, 'unknown', false, undefined],
    ],
    [
      'a caller who leaves a bad gateway',
      { by: 'caller' },
      502,
      ['cancelled', 130, 'unknown', false, undefined],
    ],
  ])('%s', (_, broke, status, expected) => {
    expect(verdictOf(broken('answering', broke, status))).toEqual(expected);
  });
});

describe('the limit that was met', () => {
  const ofImages = { quotaId: 'GenerateImagesPerMinutePerProjectPerModel', quotaValue: '15' };
  const ofOneImage = { quotaId: 'image_per_minute_per_project', quotaValue: '15' };
  const ofTokens = { quotaId: 'InputTokensPerModelPerMinute', quotaValue: '1000000' };
  const ofRequests = { quotaId: 'GenerateRequestsPerMinutePerProjectPerModel', quotaValue: '20' };

  it.each<[string, object, object | undefined]>([
    ['requests', exhausted(QUOTA, [violated(ofRequests)]), { meter: 'requests', stated: 20 }],
    ['images', exhausted(QUOTA, [violated(ofImages)]), { meter: 'images', stated: 15 }],
    ['one image', exhausted(QUOTA, [violated(ofOneImage)]), { meter: 'images', stated: 15 }],
    // A million tokens are no million requests.
    ['tokens', exhausted(QUOTA, [violated(ofTokens)]), { meter: 'requests', stated: null }],
    [
      'tokens and requests',
      exhausted(QUOTA, [violated(ofTokens, ofRequests)]),
      { meter: 'requests', stated: 20 },
    ],
    [
      'the tokens of requests',
      exhausted(QUOTA, [violated({ quotaId: 'GenerateRequestsInputTokenCount', quotaValue: '9' })]),
      { meter: 'requests', stated: null },
    ],
    ['something unnamed', exhausted('Resource has been exhausted.'), { meter: 'requests', stated: null }],
    ['money in ten minutes', exhausted('Spend rate limit exceeded.'), { meter: 'spend', stated: null }],
    ['money in a month', exhausted('The monthly spending cap is exceeded.'), undefined],
    ['requests in a day', exhausted(QUOTA, [violated(perDay)]), undefined],
    ['no billing', exhausted('limit: 0'), undefined],
  ])('is one of %s', (_, body, met) => {
    expect(answered(429, JSON.stringify(body)).met).toEqual(met);
  });
});

describe('a relay that does not speak for Google', () => {
  const advice = Object.fromEntries(
    Object.keys(GOOGLE.advice).map((name) => [name, `Ask the relay about ${name}.`]),
  ) as unknown as Profile['advice'];
  const relay = {
    ...context,
    provider: providerAt('https://relay.example', 'AIzaSecret', {
      title: 'The relay',
      speaksForGoogle: false,
      advice,
    }),
  };
  const form = (status: number) => googleError(status, 'INTERNAL', 'Internal error.');

  it.each([
    [408, '{"error":{"message":"litellm.Timeout: gave up","code":"408"}}'],
    [499, ''],
    [500, form(500)],
    [500, '{"error":{"message":"bufio.Scanner: token too long","code":"bad_response_body"}}'],
    [503, form(503)],
    [503, 'upstream connect error or disconnect/reset before headers'],
    [524, '<html>A timeout occurred</html>'],
  ])('cannot promise that a %i was not charged: %j', (status, body) => {
    expect(verdictOf(answered(status, body, {}, relay))).toEqual([
      'unconfirmed',
      8,
      'unknown',
      false,
      undefined,
    ]);
  });

  it.each([408, 503])('leaves the outcome unknown when a %i breaks off', (status) => {
    for (const by of ['caller', 'timeout'] as const) {
      expect(broken('answering', { by }, status, relay).charged).toBe('unknown');
    }
  });

  /** As new-api, LiteLLM and OpenRouter write their own errors. */
  const own = (message: string, type?: string, code?: string | number) => ({
    error: { message, type, code },
  });

  it.each<[string, number, object, string, string]>([
    [
      'new-api: an empty account',
      403,
      own('用户额度不足', 'new_api_error', 'insufficient_user_quota'),
      'auth',
      'no credit left',
    ],
    [
      'new-api: an empty account as a limit',
      429,
      own('quota', 'new_api_error', 'insufficient_user_quota'),
      'auth',
      'no credit left',
    ],
    [
      'new-api: a token without quota',
      403,
      own('token quota is not enough', 'new_api_error', 'pre_consume_token_quota_failed'),
      'auth',
      'no credit left',
    ],
    [
      'OpenRouter: no credits',
      402,
      own('Insufficient credits', undefined, 402),
      'auth',
      'Insufficient credits',
    ],
    [
      'LiteLLM: a budget, as a limit',
      429,
      own('Budget has been exceeded! Current cost: 26.07, Max budget: 25.0', 'budget_exceeded', '429'),
      'budget',
      'Budget has been exceeded!',
    ],
    [
      'LiteLLM: a budget, as a bad request',
      400,
      own('ExceededBudget: User=u over budget', 'budget_exceeded', '400'),
      'budget',
      'over budget',
    ],
    [
      'new-api: no channel',
      503,
      own(
        'No available channel for model gemini-3-pro-image under group default',
        'new_api_error',
        'model_not_found',
      ),
      'unavailable-model',
      'No available channel',
    ],
    [
      'OpenRouter: no provider',
      503,
      own('There is no available model provider that meets your routing requirements', undefined, 503),
      'unavailable-model',
      'no available model provider',
    ],
    [
      'OpenRouter: an unknown model',
      400,
      own('google/gemini-3-pro-image is not a valid model ID', undefined, 400),
      'unavailable-model',
      'not a valid model ID',
    ],
    ['OpenRouter: moderation', 403, own('Your input was flagged', undefined, 403), 'refused', 'flagged'],
    [
      'OpenRouter: a day',
      429,
      own('Rate limit exceeded: free-models-per-day', undefined, 429),
      'rate-limited',
      'free-models-per-day',
    ],
  ])(
    'says of its own account what it says, and nothing is sent again: %s',
    (_, status, body, kind, words) => {
      const failure = answered(status, body, {}, relay);
      expect([failure.kind, failure.charged, failure.repeat, failure.met]).toEqual([
        kind,
        'no',
        false,
        undefined,
      ]);
      expect(failure.message).toContain('The relay');
      expect(failure.message).toContain(words);
    },
  );

  it('says what Google says, where an error of Google that it passes on is cut short', () => {
    const cut = '{"error":{"details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"';
    expect(answered(429, cut, {}, relay).message).toMatch(/^The daily quota of Nano Banana Pro is used up/);
  });

  it('speaks for Google in Google’s own form alone, where it passes that on', () => {
    const passing = { ...relay, provider: { ...relay.provider, speaksForGoogle: true } };
    expect(answered(503, googleError(503, 'UNAVAILABLE', 'Overloaded.'), {}, passing).charged).toBe('no');
    expect(answered(503, googleError(503, 'INTERNAL_ERROR', 'Overloaded.'), {}, passing).charged).toBe(
      'unknown',
    );
    expect(answered(408, own('litellm.Timeout', undefined, '408'), {}, passing).charged).toBe('unknown');
    expect(answered(500, own('litellm.InternalServerError', undefined, '500'), {}, passing).charged).toBe(
      'unknown',
    );
  });

  it('still refuses a key, a limit or a request for free', () => {
    for (const status of [400, 401, 404, 413, 429]) {
      expect(answered(status, form(status), {}, relay).charged).toBe('no');
    }
  });

  it('is called by its own name and gives its own advice, never Google’s', () => {
    const texts = [
      ...[300, 400, 401, 402, 403, 404, 408, 413, 429, 499, 500, 503].flatMap((status) => [
        answered(status, form(status), {}, relay),
        answered(status, exhausted(QUOTA, [violated(perDay)]), {}, relay),
        answered(status, 'page', {}, relay),
      ]),
      ...(['unsent', 'sent', 'answering'] as const).flatMap((stage) =>
        (['timeout', 'caller', 'network'] as const).map((by) => broken(stage, { by }, null, relay)),
      ),
    ].map(({ message, hint }) => `${message} ${hint}`);
    expect(texts.filter((text) => /google|ai studio/i.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes('Ask the relay about')).length).toBeGreaterThan(10);
  });
});

describe('the law', () => {
  const bodies = [
    '',
    'x',
    '{',
    JSON.stringify(googleError(1, 'X', 'limit: 1')),
    JSON.stringify(exhausted(QUOTA)),
  ];
  let judged: readonly Failure[] | undefined;
  const everything = () =>
    (judged ??= [
      ...Array.from({ length: 300 }, (_, index) => index + 300).flatMap((status) =>
        bodies.map((body) => answered(status, body)),
      ),
      ...(['unsent', 'sent', 'answering', 'answered'] as const).flatMap((stage) =>
        (['timeout', 'caller', 'size', 'network'] as const).flatMap((by) =>
          [null, 200, 400, 429, 500, 503, 504].map((status) => broken(stage, { by }, status)),
        ),
      ),
    ]);

  it('repeats only what was certainly not charged', () => {
    expect(everything().filter(({ repeat, charged }) => repeat && charged !== 'no')).toEqual([]);
  });

  it('never says of an unknown outcome that it is known, nor the reverse', () => {
    // Who leaves is told that it was cancelled, which may be either.
    const others = everything().filter(({ kind }) => kind !== 'cancelled');
    expect(
      others.filter(({ kind, charged }) => (kind === 'unconfirmed') !== (charged === 'unknown')),
    ).toEqual([]);
  });
});

it.each([
  [
    'Gemini API free tier is not available in your country. Please enable billing.',
    'aistudio.google.com/projects',
  ],
  ['User location is not supported for the API use.', 'available-regions'],
])('%s: the advice fits', (message, advice) => {
  expect(answered(400, googleError(400, 'FAILED_PRECONDITION', message)).hint).toContain(advice);
});
