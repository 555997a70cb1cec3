import { describe, expect, it } from 'vitest';
import { globOf } from '../../../src/core/text/glob.ts';

describe('a pattern of names', () => {
  it.each([
    ['hero', 'hero', true],
    ['hero', 'hero-2', false],
    ['hero', 'a-hero', false],
    ['hero-*', 'hero-2', true],
    ['hero-*', 'hero-', true],
    ['*', 'icons/cat', false],
    ['icons/*', 'icons/cat', true],
    ['icons/*', 'icons/small/cat', false],
    ['icons/**', 'icons/small/cat', true],
    ['**/cat', 'icons/small/cat', true],
    ['cat-?', 'cat-1', true],
    ['cat-?', 'cat-', false],
    ['cat-?', 'cat-12', false],
    ['cat?', 'cat/', false],
    ['cat?', 'cat🐈', true],
    ['a.png', 'aXpng', false],
    ['(a+b)[1]{2}^$|\\', '(a+b)[1]{2}^$|\\', true],
  ])('%j has %j: %s', (pattern, name, has) => {
    expect(globOf(pattern).test(name)).toBe(has);
  });
});
