import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filled } from '../../../src/core/manifest/picture.ts';

describe('filled', () => {
  it.each([
    ['a {thing} at {time}', 'a cat at dusk'],
    ['{{thing}} is {thing}', '{thing} is cat'],
    ['as JSON: {"mood": 1, "n": {}}', 'as JSON: {"mood": 1, "n": {}}'],
    ['{thing}{thing}', 'catcat'],
    ['nothing', 'nothing'],
  ])('makes %j into %j', (template, text) => {
    expect(filled(template, { thing: 'cat', time: 'dusk' })).toBe(text);
  });

  it('names the variable that was probably meant', () => {
    expect(filled('a {thign}', { thing: 'cat' })).toEqual({
      missing: 'there is no value for {thign}; did you mean {thing}?',
    });
  });

  it('does not take what every object has for a variable', () => {
    expect(filled('{constructor}', {})).toMatchObject({ missing: expect.any(String) });
  });

  it('never fills a value in twice', () => {
    expect(filled('{a}', { a: '{b}', b: 'no' })).toBe('{b}');
  });

  it('leaves text without braces as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/[{}]/.test(text)),
        (text) => filled(text, {}) === text,
      ),
    );
  });
});
