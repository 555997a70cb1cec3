import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyCredentials } from '../../../src/adapters/config/credentials.ts';

const credentials = (key: string) => keyCredentials({ value: key, from: 'a test' });

const aKey = fc
  .string({ unit: fc.constantFrom(...Array.from('AIza09_-"\\/+%<&')), minLength: 12, maxLength: 50 })
  .filter((key) => !/^"|"$/.test(key));

const hex = (char: string, digits: number): string => char.charCodeAt(0).toString(16).padStart(digits, '0');

/** How a server, a library or a gateway may echo a key, from its first to its last character. */
const SPELLINGS: readonly (readonly [name: string, spell: (key: string) => string])[] = [
  ['as it is', (key) => key],
  ['in JSON', (key) => JSON.stringify(key).slice(1, -1)],
  ['in JSON in JSON', (key) => JSON.stringify(JSON.stringify(key)).slice(3, -3)],
  ['in JSON with slashes escaped', (key) => JSON.stringify(key).slice(1, -1).replaceAll('/', '\\/')],
  ['in JSON escapes', (key) => each(key, (char) => `\\u${hex(char, 4)}`)],
  ['in JSON escapes of capital letters', (key) => each(key, (char) => `\\u${hex(char, 4).toUpperCase()}`)],
  ['with its first character as a JSON escape', (key) => `\\u${hex(key, 4)}${key.slice(1)}`],
  ['with every other character as a JSON escape', (key) => everyOther(key, (char) => `\\u${hex(char, 4)}`)],
  ['in JSON escapes in JSON', (key) => each(key, (char) => `\\\\u${hex(char, 4)}`)],
  ['in escapes of JavaScript', (key) => each(key, (char) => `\\x${hex(char, 2)}`)],
  ['in an address', (key) => encodeURIComponent(key)],
  ['in an address, all of it', (key) => each(key, (char) => `%${hex(char, 2)}`)],
  ['in an address in an address', (key) => each(key, (char) => `%25${hex(char, 2).toUpperCase()}`)],
  ['in HTML', (key) => key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
  ['in HTML numbers', (key) => each(key, (char) => `&#${char.charCodeAt(0)};`)],
  ['in HTML numbers to the base of 16', (key) => everyOther(key, (char) => `&#x${hex(char, 2)};`)],
  ['in base64', (key) => btoa(key)],
];

const each = (key: string, spell: (char: string) => string): string => Array.from(key, spell).join('');

const everyOther = (key: string, spell: (char: string) => string): string =>
  Array.from(key, (char, index) => (index % 2 === 0 ? char : spell(char))).join('');

/** What is left of an echo without what its neighbours could bring: the end of base64 may depend on them. */
const core = (echo: string): string => echo.replace(/=+$/, '').slice(0, -1);

describe('credentials', () => {
  it('go into the headers of a request and nowhere else', () => {
    const { headers, ...rest } = credentials('AIzaSecret');
    expect(headers()).toEqual({ 'x-goog-api-key': 'AIzaSecret' });
    expect(JSON.stringify(rest)).toBe('{"from":"a test","ending":""}');
  });

  it.each(SPELLINGS)('take the key out of a text and out of bytes: %s', (_, spell) => {
    fc.assert(
      fc.property(aKey, fc.string(), fc.string(), (key, before, after) => {
        const echo = spell(key);
        const { clean, scrub } = credentials(key);
        const text = `${before}${echo}${after}`;
        expect(clean(text)).not.toContain(core(echo));
        const bytes = scrub(Buffer.from(text));
        expect(Buffer.from(bytes).toString()).not.toContain(core(echo));
        expect(bytes).toHaveLength(Buffer.byteLength(text));
      }),
      { numRuns: 25 },
    );
  });

  it('take the key out of base64 of longer text, wherever it begins there', () => {
    fc.assert(
      fc.property(aKey, fc.string(), fc.string(), (key, before, after) => {
        const echo = Buffer.from(`${before}${key}${after}`).toString('base64');
        for (const spelled of [echo, echo.replaceAll('+', '-').replaceAll('/', '_')]) {
          const clean = credentials(key).clean(spelled).replace('[key]', '');
          expect(Buffer.from(clean, 'base64').toString()).not.toContain(key);
          expect(clean.length).toBeLessThan(echo.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('leave an answer that echoes the key readable', () => {
    const key = 'AIzaSecret-0123456789';
    const body = JSON.stringify({ text: `no such key: ${key}.`, data: 'AIza' }).replace(
      'AIzaS',
      '\\u0041Iza\\u0053',
    );
    expect(JSON.parse(Buffer.from(credentials(key).scrub(Buffer.from(body))).toString())).toEqual({
      text: `no such key: ${'*'.repeat(key.length + 10)}.`,
      data: 'AIza',
    });
  });

  it('leave bytes alone in which a short key could stand by chance', () => {
    const bytes = Buffer.from('{"data":"AIzaAIzaAIza"}');
    expect(credentials('AIza').scrub(Buffer.from(bytes))).toEqual(bytes);
  });

  it('leave other text as it is', () => {
    expect(credentials('AIzaSecret').clean('nothing to hide')).toBe('nothing to hide');
    expect(credentials('x').clean('nothing to hide')).toBe('nothing to hide');
  });

  it('sign the same text alike, and another text or with another key otherwise', () => {
    const { sign } = credentials('AIzaSecret');
    expect(sign('a')).toMatch(/^[0-9a-f]{64}$/);
    expect(sign('a')).toBe(sign('a'));
    expect(sign('a')).not.toBe(sign('b'));
    expect(sign('a')).not.toBe(credentials('AIzaOther').sign('a'));
  });

  it.each(['"AIza-secret"', "'AIza-secret'", '`AIza-secret`'])(
    'are read without the quotation marks of %s',
    (key) => {
      expect(credentials(key).headers()).toEqual({ 'x-goog-api-key': 'AIza-secret' });
    },
  );

  it.each([
    '',
    ' ',
    '"secret',
    'secret"',
    '"',
    "secret'",
    'se cret',
    'se\ncret',
    'secret\n',
    'secret\u0000',
    'schlüssel-secret',
  ])('cannot be made of the key %j, which is not printed', (key) => {
    expect(() => credentials(key)).toThrow(expect.objectContaining({ kind: 'auth' }));
    expect(() => credentials(key)).toThrow(/^((?!cret).)*$/);
  });
});
