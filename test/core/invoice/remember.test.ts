import { expect, it } from 'vitest';
import { remembering } from '../../../src/core/invoice/remember.ts';

it('makes something of each text once, until there are too many texts to keep', () => {
  const made: string[] = [];
  const lengthOf = remembering((text) => made.push(text) && text.length);
  const texts = Array.from({ length: 10_000 }, (_, index) => `text ${index}`);
  for (const text of [...texts, ...texts]) expect(lengthOf(text)).toBe(text.length);
  expect(made).toEqual(texts);
  for (const text of ['one more', 'one more', 'text 0']) lengthOf(text);
  expect(made.slice(texts.length)).toEqual(['one more', 'text 0']);
});
