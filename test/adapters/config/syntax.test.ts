import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syntaxMistakeIn } from '../../../src/adapters/config/files.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('syntaxMistakeIn', () => {
  it.each([
    ['', 1, 'a value'],
    ['{"a": 1,}', 1, 'a name in "quotation marks"'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 'a comma or }'],
    ['{\n  a: 1\n}', 2, 'a name in "quotation marks"'],
    ['{\n  "a" 1\n}', 2, 'a colon'],
    ['{\r\n  "a": [1, 2\r\n}', 3, 'a comma or ]'],
    ['{\n  "a": "open\n}', 2, 'the " that ends this text'],
    ['{\n\n  "a": \'b\'\n}', 3, 'a value'],
    ['{"a": 01}', 1, 'a comma or }'],
    ['{}\n{}', 2, 'the end of the file'],
    ['{"a": 1', 1, 'a comma or }'],
    ['// no comments\n{}', 1, 'a value'],
    [`\n${'['.repeat(50_000)}${']'.repeat(50_000)}`, 2, 'fewer brackets within each other'],
  ])('in %j is on line %i: %s', (text, line, expected) => {
    expect(syntaxMistakeIn(text)).toEqual({ line, expected });
  });

  it('is none in any JSON, however it is laid out', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(4), (json, indent) => {
        const laidOut = JSON.stringify(JSON.parse(json), null, indent);
        expect(syntaxMistakeIn(laidOut)).toBeNull();
      }),
    );
  });

  it('is found exactly where JSON.parse fails, and lies within the text', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '\\', '\n', '0', 'x', '\u0000'))
      .map(([json, at, piece]) => {
        const cut = at % (json.length + 1);
        return json.slice(0, cut) + piece + json.slice(cut + (at % 2));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        const mistake = syntaxMistakeIn(text);
        expect(mistake === null).toBe(isJson(text));
        expect(mistake?.line ?? 1).toBeLessThanOrEqual(text.split('\n').length);
      }),
      { numRuns: 2000 },
    );
  });
});
