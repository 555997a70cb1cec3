import { describe, expect, it } from 'vitest';
import { edits, nearest } from '../../../src/core/text/nearest.ts';

describe('nearest', () => {
  it.each([
    ['', '', 0],
    ['cat', '', 3],
    ['cat', 'cat', 0],
    ['cat', 'cart', 1],
    ['cat', 'act', 1],
    ['ab', 'xa', 2],
    ['ab', 'cd', 2],
    ['kitten', 'sitting', 3],
  ])('%s and %s are %i edits apart', (a, b, distance) => {
    expect(edits(a, b)).toBe(distance);
    expect(edits(b, a)).toBe(distance);
  });

  it('finds the closest candidate whatever the case', () => {
    expect(nearest('Nano-Bananna', ['imagen-4', 'nano-banana', 'nano-banana-2'])).toBe('nano-banana');
    expect(nearest('Nano-Bananna', ['nano-banana-2', 'nano-banana'])).toBe('nano-banana');
  });

  it('takes the first of two that are as close', () => {
    expect(nearest('cat', ['bat', 'rat'])).toBe('bat');
  });

  it.each([
    ['zebra', 'imagen-4'],
    ['list', 'lite'],
    ['out', 'count'],
    ['nope', 'ok'],
  ])('takes %s for a word of its own, not for %s mistyped', (word, candidate) => {
    expect(nearest(word, [candidate])).toBeNull();
  });

  it.each([
    ['shpo', 'shop'],
    ['rn', 'rm'],
    ['gennerrate', 'generate'],
    ['modle', 'model'],
    ['PIXTAB_MAXCOST', 'PIXTAB_MAX_COST'],
  ])('knows %s for %s', (word, candidate) => {
    expect(nearest(word, [candidate])).toBe(candidate);
  });
});
