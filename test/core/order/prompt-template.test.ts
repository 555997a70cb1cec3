import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directed, filled, placesIn } from '../../../src/core/order/prompt-template.ts';

describe('filled', () => {
  it('puts words into every place of a prompt', () => {
    expect(filled('a {{item}} on a {{ place }}, {{item}}', { item: 'mug', place: 'table' })).toBe(
      'a mug on a table, mug',
    );
  });

  it('leaves a prompt without places as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(placesIn(text).length === 0);
        expect(filled(text, {})).toBe(text);
      }),
    );
  });

  it('never looks for places in words', () => {
    fc.assert(
      fc.property(fc.string(), (words) => {
        expect(filled('[{{a}}|{{b}}]', { a: words, b: '{{a}} $& $1' })).toBe(`[${words}|{{a}} $& $1]`);
      }),
    );
  });

  it.each([
    ['a {{item}}', {}, /Nothing is said for \{\{item\}\}/],
    ['a {{constructor}}', {}, /\{\{constructor\}\}/],
    ['a {{item}}', { item: 'mug', itm: 'cup' }, /no \{\{itm\}\}/],
    ['a mug', { item: 'mug' }, /no \{\{item\}\}/],
  ])('%j with %j is a typing error', (prompt, variables, says) => {
    expect(() => filled(prompt, variables)).toThrow(says);
  });
});

describe('directed', () => {
  it.each([
    ['a cat', {}, 'a cat'],
    ['a cat', { style: 'watercolor' }, 'a cat. Style: watercolor.'],
    ['A cat!', { style: 'ink.' }, 'A cat! Style: ink.'],
    ['A cat! On a mat', { style: 'v. 2.0..' }, 'A cat! On a mat. Style: v. 2.0.'],
    ['a cat', { style: ' ', negative: '. ' }, 'a cat'],
    ['猫。', { negative: 'people, text' }, '猫。 The picture shows none of the following: people, text.'],
    [
      'a cat',
      { style: 'ink', negative: 'dogs' },
      'a cat. Style: ink. The picture shows none of the following: dogs.',
    ],
  ])('%j with %j', (prompt, direction, whole) => {
    expect(directed(prompt, direction)).toBe(whole);
  });
});
