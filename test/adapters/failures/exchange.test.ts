import { describe, expect, it } from 'vitest';
import { isGood } from '../../../src/adapters/failures/judge.ts';
import type { Broke, Stage } from '../../../src/adapters/http/fetch.ts';
import { googleError } from '../../support/answers.ts';
import { answered, broken, context } from '../../support/judged.ts';

const UNSENT = 'nothing was sent';
const MAYBE = 'may have been charged';

describe('an exchange that breaks says what broke, and whether it cost anything', () => {
  it.each<[string, Stage, Partial<Broke> | null, number | null, string, string]>([
    ['who leaves before', 'unsent', { by: 'caller' }, null, 'Cancelled before it was sent.', ''],
    ['a certificate', 'unsent', { code: 'CERT_HAS_EXPIRED' }, null, 'not trusted (CERT_HAS_EXPIRED)', UNSENT],
    [
      'a proxy that refuses',
      'unsent',
      { message: 'Proxy response (407) !== 200' },
      null,
      'The proxy refused a connection to google.example (407)',
      UNSENT,
    ],
    [
      'a proxy that fails',
      'unsent',
      { code: 'PROXY_FAILED', message: 'the proxy failed: it hung up' },
      null,
      'Nothing was sent: the proxy failed: it hung up.',
      '',
    ],
    ['no such host', 'unsent', { code: 'ENOTFOUND' }, null, 'address of google.example could not be', UNSENT],
    [
      'no name server',
      'unsent',
      { code: 'EAI_AGAIN' },
      null,
      'address of google.example could not be',
      UNSENT,
    ],
    ['a refusal', 'unsent', { code: 'ECONNREFUSED' }, null, 'could not be reached (ECONNREFUSED)', UNSENT],
    ['slowness', 'unsent', { by: 'timeout' }, null, 'could not be reached (it took too long)', UNSENT],
    ['words', 'unsent', { message: 'odd' }, null, 'could not be reached (odd)', UNSENT],
    [
      'code and words',
      'unsent',
      { code: 'EODD', message: 'odd' },
      null,
      'could not be reached (EODD)',
      UNSENT,
    ],
    ['nothing at all', 'unsent', null, null, 'could not be reached (no reason given)', UNSENT],
    ['no word', 'unsent', {}, null, 'could not be reached (no reason given)', UNSENT],
    ['who leaves it', 'sent', { by: 'caller' }, null, 'Cancelled after the request was sent', ''],
    ['silence', 'sent', { by: 'timeout' }, null, 'No answer came within 300 seconds', MAYBE],
    ['silence in it', 'answering', { by: 'timeout' }, 200, 'fell silent for 300 seconds', MAYBE],
    ['too much', 'answering', { by: 'size' }, 200, 'larger than any picture', MAYBE],
    ['too much of an error', 'answering', { by: 'size' }, 500, 'larger than any picture', MAYBE],
    [
      'half of it',
      'answering',
      { code: 'UND_ERR_SOCKET' },
      200,
      'broke off in the middle (UND_ERR_SOC',
      MAYBE,
    ],
    ['half of what is no redirect', 'answering', { code: 'X' }, 300, 'google.example answered 300', MAYBE],
    ['half of an error', 'answering', { code: 'X' }, 500, 'google.example answered 500', MAYBE],
    [
      'the line',
      'sent',
      { code: 'ECONNRESET' },
      null,
      'broke after the request was sent (ECONNRESET)',
      MAYBE,
    ],
    ['the line, unsaid', 'sent', null, null, 'broke after the request was sent (no reason given)', MAYBE],
    ['no certificate', 'sent', { code: 'CERT_X' }, null, 'broke after the request was sent (CERT_X)', MAYBE],
    ['no proxy', 'sent', { code: 'PROXY_FAILED' }, null, 'broke after the request was sent (PROXY', MAYBE],
  ])('%s', (_, stage, broke, status, words, money) => {
    const { message } = broken(stage, broke, status);
    expect(message).toContain(words);
    expect(message).toContain(money);
  });
});

/** Statuses at which no work was done, whoever says so: what arrives of their bodies changes nothing. */
describe('an error that breaks off is what its status says', () => {
  it.each([301, 302, 307, 308, 400, 404, 429, 498])('%i is free, even when somebody leaves it', (status) => {
    expect(broken('answering', { by: 'caller' }, status).message).toContain('had already answered');
    expect(broken('answering', { by: 'caller' }, status).charged).toBe('no');
    expect(broken('answering', { by: 'timeout' }, status).charged).toBe('no');
  });

  it.each([101, 199, 200, 299, 300, 303, 309, 399, 408, 499, 500, 503, 599])(
    '%i may have been charged',
    (status) => {
      expect(broken('answering', { by: 'caller' }, status).charged).toBe('unknown');
      expect(broken('answering', { by: 'timeout' }, status)).toMatchObject({
        kind: 'unconfirmed',
        charged: 'unknown',
      });
    },
  );

  it('of a proxy that fails may be tried again, and of one that refuses not', () => {
    expect(broken('unsent', { code: 'PROXY_FAILED', message: 'x' }).repeat).toBe(true);
    expect(broken('unsent', { message: 'Proxy response (407)' }).repeat).toBe(false);
    expect(broken('unsent', { code: 'NO_CERT_' }).repeat).toBe(true);
  });

  it('of an overload, only where all of Google’s word came', () => {
    const overload = JSON.stringify(googleError(503, 'UNAVAILABLE', 'Overloaded.'));
    const left = (body: string, by: Broke['by']) =>
      broken('answering', { by }, 503, context, Buffer.from(body)).charged;
    expect([left(overload, 'caller'), left(overload, 'timeout')]).toEqual(['no', 'no']);
    expect([left('', 'caller'), left('', 'timeout')]).toEqual(['unknown', 'unknown']);
    const inside = Buffer.from(JSON.stringify(googleError(500, 'INTERNAL', 'Internal error.')));
    expect(broken('answering', { by: 'caller' }, 500, context, inside).charged).toBe('unknown');
  });

  it.each([150, 199, 300, 303, 304, 399])(
    'a whole %i is no redirect, and may have been charged',
    (status) => {
      const { message, charged } = answered(status, '');
      expect(message).not.toContain('does not follow a redirect');
      expect(charged).toBe('unknown');
    },
  );
});

describe('a good answer is whole, and no error', () => {
  const exchange = {
    stage: 'answered',
    headers: new Headers(),
    body: new Uint8Array(),
    broke: null,
  } as const;
  it.each<[number | null, boolean]>([
    [null, false],
    [199, false],
    [200, true],
    [299, true],
    [300, false],
    [503, false],
  ])('%s: %s', (status, good) => {
    expect(isGood({ ...exchange, status })).toBe(good);
  });

  it('is none where it broke off', () => {
    expect(isGood({ ...exchange, status: 200, broke: { by: 'size', code: '', message: '' } })).toBe(false);
  });
});

describe('the detail, for -v, is all that the other side said', () => {
  const body = Buffer.from('words AIzaSecret');
  it.each<[Stage, Partial<Broke> | null, number | null, string]>([
    ['unsent', null, null, 'no answer, unsent'],
    ['sent', { code: 'EODD', message: 'odd' }, null, 'no answer, sent: network EODD odd'],
    ['sent', { message: 'odd' }, null, 'no answer, sent: network odd'],
    // What was good of it is in the journal.
    ['answering', { by: 'timeout' }, 299, 'HTTP 299: timeout'],
    ['answering', null, 300, 'HTTP 300: words [key]'],
    ['answering', { by: 'timeout' }, 500, 'HTTP 500: timeout: words [key]'],
  ])('%s, %j, %s', (stage, broke, status, detail) => {
    expect(broken(stage, broke, status, context, body).detail).toBe(detail);
  });

  it('up to 20,000 characters, without half a key at its end', () => {
    const { detail = '' } = answered(500, 'AIzaSecret '.repeat(5_000));
    expect(detail).toHaveLength('HTTP 500: '.length + 20_000);
    expect(detail).toMatch(/^HTTP 500: (?:\[key\] )+\[?k?e?y?\]?$/);
  });
});
