import { expect, it } from 'vitest';
import { endings } from '../../../src/core/manifest/endings.ts';

it('says once for each model how it ends, and a few of the pictures that name it', () => {
  const { add, sentences } = endings('2026-11-22');
  for (const key of ['a', 'b', 'c', 'd', 'e']) add('gemini-3.1-flash-image', key);
  add('gemini-nano-banana-2.1', 'f');
  add('auto', 'g');
  for (const key of ['h', 'i', 'j']) add('imagen-4.0-generate-001', key);
  expect(sentences()).toEqual([
    expect.stringMatching(
      /^a, b, c and 2 more: Nano Banana 2 is deprecated since 2026-10-06, with no end announced\./,
    ),
    expect.stringMatching(/^h, i, j: Imagen 4 was shut down/),
  ]);
});
