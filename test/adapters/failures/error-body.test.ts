import { describe, expect, it } from 'vitest';
import { readError } from '../../../src/adapters/failures/error-body.ts';

const error = (fields: object) => JSON.stringify({ error: { message: 'Bad.', ...fields } });
const repeated = <T>(count: number, item: T) => Array.from({ length: count }, () => item);

describe('an error is read however it is wrapped', () => {
  it.each<[string, string]>([
    ['as it is', error({})],
    ['in a list', `[${error({})}]`],
    ['with a raw line break in a string', error({ x: 'a|b' }).replace('|', '\n')],
    ['in its own message', JSON.stringify({ error: { message: error({}) } })],
    [
      'three times in its own message',
      [1, 2, 3].reduce((text) => JSON.stringify({ error: { message: ` ${text}` } }), error({})),
    ],
    ['cut short', '{"error":{"code":400,"message":"Bad.","status":"INVALID_ARGUMENT"'],
  ])('%s', (_, text) => {
    expect(readError(text)).toMatchObject({ isApi: true, message: 'Bad.' });
  });

  it('is not unwrapped without end', () => {
    const deep = repeated(4, 0).reduce<string>(
      (text) => JSON.stringify({ error: { message: text } }),
      error({}),
    );
    expect(readError(deep).message).toBe(error({}));
  });

  it('a message that only begins like JSON is a message', () => {
    expect(readError(JSON.stringify({ error: { message: '{odd' } })).message).toBe('{odd');
    expect(readError(JSON.stringify({ error: { message: '{"a":1}' } })).message).toBe('{"a":1}');
  });
});

describe('Google’s form is a code in numbers and a status of its own', () => {
  it.each<[object, boolean]>([
    [{ code: 400, status: 'INVALID_ARGUMENT' }, true],
    [{ code: '400', status: 'INVALID_ARGUMENT' }, false],
    [{ code: 400, status: 'ODD' }, false],
    [{ status: 'INVALID_ARGUMENT' }, false],
    [{ code: 400 }, false],
  ])('%j: %s', (fields, isGoogles) => {
    expect(readError(error(fields)).google).toBe(isGoogles);
  });

  it.each<[string, boolean]>([
    ['{"error":{"code":503,"status":"UNAVAILABLE"', true],
    ['{"error":{"code":  503, "status" : "UNAVAILABLE"', true],
    ['{"error":{"code" : 503,"status":"UNAVAILABLE"', true],
    ['{"error":{"code":"503","status":"UNAVAILABLE"', false],
    ['{"error":{"code":503,"status":"ODD"', false],
    ['{"error":{"status":"UNAVAILABLE"', false],
  ])('half of it is enough: %s is %s', (text, isGoogles) => {
    expect(readError(text).google).toBe(isGoogles);
  });
});

describe('what an error says besides', () => {
  it('its kinds are what other APIs call it, in words', () => {
    expect(readError(error({ type: 'new_api_error', code: 'insufficient_user_quota' })).kinds).toEqual([
      'new_api_error',
      'insufficient_user_quota',
    ]);
    expect(readError(error({ type: 5, code: 400 })).kinds).toEqual([]);
    expect(readError('{"error":{"reason" : "A_B","reason": "C"').reasons).toEqual(['A_B', 'C']);
    expect(readError('{"error":{"type": "a-b","code":"c_1","param":"x"').kinds).toEqual(['a-b', 'c_1']);
  });

  it('a status that is no text is none', () => {
    expect(readError(error({ status: 400 })).status).toBe('');
    expect(readError(error({ status: 'X' })).status).toBe('X');
  });

  it('its details', () => {
    const text = error({
      details: [
        'odd',
        { reason: 'API_KEY_INVALID', links: [{ url: 'http://plain.example' }] },
        { retryDelay: '' },
        { retryDelay: '48s', links: [{ url: 'https://help.example' }, { url: 'https://other.example' }] },
        { retryDelay: '3s' },
        {
          violations: [{ quotaId: 'PerDay', quotaMetric: 'm', quotaValue: '250' }, { quotaMetric: 'm' }, {}],
        },
      ],
    });
    expect(readError(text)).toMatchObject({
      reasons: ['API_KEY_INVALID'],
      retryDelay: '48s',
      link: 'https://help.example',
      violations: [
        { quotaId: 'PerDay m', limit: 250 },
        { quotaId: 'm', limit: null },
        { quotaId: '', limit: null },
      ],
    });
  });

  it('its details where it was cut short', () => {
    const text =
      '{"error":{"code": 429,"message": "Quota of \\"x\\" exceeded","status":"RESOURCE_EXHAUSTED","details":[{"reason":"RATE_LIMIT"},' +
      '{"violations":[{"quotaId":"Requests-PerDay","quotaVal"}]},{"retryDelay":"4.5s"},{"retryDelay":"9s"';
    expect(readError(text)).toEqual({
      isApi: true,
      google: true,
      kinds: [],
      status: 'RESOURCE_EXHAUSTED',
      message: 'Quota of \\"x\\" exceeded',
      reasons: ['RATE_LIMIT'],
      violations: [{ quotaId: 'Requests-PerDay', limit: Number.NaN }],
      retryDelay: '4.5s',
      link: null,
    });
  });

  it.each([
    ['', ''],
    ['upstream  failed\n', 'upstream failed'],
    ['<html><style>p{x:y}</style><SCRIPT src="a">if (a<b) c</SCRIPT>\n<p>Bad\n gateway</p>', 'Bad gateway'],
  ])('of a page its words: %j', (text, message) => {
    expect(readError(text)).toMatchObject({ isApi: false, google: false, status: '', message, link: null });
  });
});

describe('however much a stranger sends, little of it is looked at', () => {
  const long = 'x'.repeat(5_000);

  it('of every field', () => {
    const many = repeated(60, { reason: long, retryDelay: long });
    const violations = repeated(60, { quotaId: long, quotaValue: 1 });
    const seen = readError(
      error({ message: long, status: long, type: long, details: [...many, { violations }] }),
    );
    expect(seen.message).toHaveLength(4_000);
    expect([seen.status, seen.retryDelay, ...seen.kinds].map(({ length }) => length)).toEqual([
      200, 200, 200,
    ]);
    expect(seen.reasons).toEqual(repeated(50, 'x'.repeat(200)));
    expect(seen.violations).toEqual(repeated(50, { quotaId: 'x'.repeat(200), limit: 1 }));
  });

  it('a link that is too long to be one is none', () => {
    const linked = (length: number) =>
      readError(error({ details: [{ links: [{ url: 'https://'.padEnd(length, 'x') }] }] })).link;
    expect(linked(4_000)).toHaveLength(4_000);
    expect(linked(4_001)).toBeNull();
  });

  it('of a page the start', () => {
    expect(readError(`${' '.repeat(20_000)}"status":"UNAVAILABLE"`).status).toBe('');
    expect(readError(`${' '.repeat(19_970)}"status":"UNAVAILABLE"`).status).toBe('UNAVAILABLE');
  });
});
