import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../src/adapters/google/redact.ts';

const aKey = fc.string({
  unit: fc.constantFrom(...Array.from('AIza09_-"\\/+%<&')),
  minLength: 8,
  maxLength: 50,
});

describe('redact', () => {
  it('takes the key out in every spelling', () => {
    fc.assert(
      fc.property(aKey, fc.string(), (key, around) => {
        const echoes = [key, JSON.stringify({ key }), `?key=${encodeURIComponent(key)}`, btoa(key)];
        const clean = redact(echoes.join(around), key);
        for (const echo of echoes) expect(clean).not.toContain(echo);
      }),
    );
  });

  it('leaves other text as it is', () => {
    expect(redact('nothing to hide', 'AIzaSecret')).toBe('nothing to hide');
    expect(redact('no key at all', '')).toBe('no key at all');
  });
});
