import { expect, it } from 'vitest';
import { claims } from '../../../src/core/manifest/claims.ts';

it.each([
  ['images/a', 'images/a'],
  ['images/A', 'images/a'],
  ['caf\u00E9.jpg', 'cafe\u0301.jpg'],
  ['stra\u00DFe', 'STRASSE'],
  ['STRA\u1E9EE', 'stra\u00DFe'],
  ['\u0390.jpg', '\u03B9\u0308\u0301.jpg'],
  ['\u03BB\u03CC\u03B3\u03BF\u03C2', '\u039B\u038C\u0393\u039F\u03A3'],
  ['a', 'a.jpg'],
  ['a.webp', 'a'],
])('%j and %j may be the same file', (first, second) => {
  const { claim } = claims();
  expect([claim(first, 'one'), claim(second, 'two')]).toEqual([null, 'one']);
});

it.each([
  ['a.jpg', 'a.png'],
  ['a', 'a-2'],
  ['a', 'b/a'],
  ['v1.2', 'v1.3'],
])('%j and %j are not', (first, second) => {
  const { claim } = claims();
  expect([claim(first, 'one'), claim(second, 'two')]).toEqual([null, null]);
});
