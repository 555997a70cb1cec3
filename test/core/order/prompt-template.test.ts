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
    ['a {{item}}', {}, 'Nothing is said for {{item}} in the prompt.', 'Say it: --var item=…'],
    [
      'a {{constructor}}',
      {},
      'Nothing is said for {{constructor}} in the prompt.',
      'Say it: --var constructor=…',
    ],
    ['a {{item}}', { item: 'mug', itm: 'cup' }, 'The prompt has no {{itm}}.', 'It has {{item}}.'],
    [
      'a {{item}} on a {{place}}',
      { item: 'mug', place: 'table', colour: 'red' },
      'The prompt has no {{colour}}.',
      'It has {{item}}, {{place}}.',
    ],
    ['a mug', { item: 'mug' }, 'The prompt has no {{item}}.', 'Write it where the words belong.'],
  ])('%j with %j is a typing error', (prompt, variables, message, hint) => {
    expect(() => filled(prompt, variables)).toThrow(
      expect.objectContaining({ kind: 'usage', message, hint }),
    );
  });
});

describe('directed', () => {
  it.each([
    ['a cat', {}, 'a cat'],
    ['a cat', { style: 'watercolor' }, 'a cat. Style: watercolor.'],
    ['A cat!', { style: 'ink.' }, 'A cat! Style: ink.'],
    ['A cat! On a mat', { style: 'v. 2.0..' }, 'A cat! On a mat. Style: v. 2.0.'],
    ['a cat', { style: ' ', negative: '. ' }, 'a cat'],
    ['a cat', { negative: 'a dog.' }, 'a cat. The picture shows none of the following: a dog.'],
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
