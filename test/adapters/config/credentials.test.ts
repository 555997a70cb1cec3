import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyCredentials } from '../../../src/adapters/config/credentials.ts';

const credentials = (key: string) => keyCredentials({ value: key, from: 'a test' });

const aKey = fc.string({
  unit: fc.constantFrom(...Array.from('AIza09_-"\\/+%<&')),
  minLength: 8,
  maxLength: 50,
});

describe('credentials', () => {
  it('go into the headers of a request and nowhere else', () => {
    const { headers, ...rest } = credentials('AIzaSecret');
    expect(headers()).toEqual({ 'x-goog-api-key': 'AIzaSecret' });
    expect(JSON.stringify(rest)).toBe('{"from":"a test"}');
  });

  it('take the key out of a text in every spelling', () => {
    fc.assert(
      fc.property(aKey, fc.string(), (key, around) => {
        const echoes = [key, JSON.stringify({ key }), `?key=${encodeURIComponent(key)}`, btoa(key)];
        const clean = credentials(key).clean(echoes.join(around));
        for (const echo of echoes) expect(clean).not.toContain(echo);
      }),
    );
  });

  it('leave other text as it is', () => {
    expect(credentials('AIzaSecret').clean('nothing to hide')).toBe('nothing to hide');
  });

  it('sign the same text alike, and another text or with another key otherwise', () => {
    const { sign } = credentials('AIzaSecret');
    expect(sign('a')).toMatch(/^[0-9a-f]{64}$/);
    expect(sign('a')).toBe(sign('a'));
    expect(sign('a')).not.toBe(sign('b'));
    expect(sign('a')).not.toBe(credentials('AIzaOther').sign('a'));
  });

  it.each(['', ' ', 'se cret', 'se\ncret', 'secret\n', 'secret\u0000', 'schlüssel-secret'])(
    'cannot be made of the key %j, which is not printed',
    (key) => {
      expect(() => credentials(key)).toThrow(expect.objectContaining({ kind: 'auth' }));
      expect(() => credentials(key)).toThrow(/^((?!cret).)*$/);
    },
  );
});
