import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inBash, typedLine } from '../../../src/core/completion/bash-line.ts';

it.each([
  ['pixtab ', ['pixtab'], '', null],
  ['pixtab mod', ['pixtab'], 'mod', null],
  ['pixtab -m x ', ['pixtab', '-m', 'x'], '', null],
  ['pixtab "a cat" -m', ['pixtab', 'a cat'], '-m', null],
  ["pixtab --label 'it", ['pixtab', '--label'], 'it', "'"],
  ['pixtab --label "say \\"hi', ['pixtab', '--label'], 'say "hi', '"'],
  ['pixtab a\\ cat', ['pixtab'], 'a cat', null],
  ['pixtab "" ', ['pixtab', ''], '', null],
  ['  pixtab  mod', ['pixtab'], 'mod', null],
  ['pixtab "it\'s', ['pixtab'], "it's", '"'],
  ['pixtab "a\\n', ['pixtab'], 'a\\n', '"'],
  ['pixtab \'say \\"hi', ['pixtab'], 'say \\"hi', "'"],
  ["pixtab 'a'\\''b' ", ['pixtab', "a'b"], '', null],
  ['pixtab $(rm x) ', ['pixtab', '$(rm', 'x)'], '', null],
] as const)('takes %j apart and runs nothing of it', (line, before, word, quote) => {
  expect(typedLine(line)).toEqual({ before, word, quote });
});

const typed = (word: string) => ({ word, quote: null });

it('writes any value so that bash reads it as that value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
      fc.pre(!/\s/.test(value.replaceAll(' ', '')));
      const text = inBash(value, typed(''));
      expect(typedLine(`pixtab ${text} `).before).toEqual(['pixtab', value]);
      expect(text?.replaceAll(/\\./gsu, '')).not.toMatch(/[\s"'`$;&|<>(){}!#*?[\]~^]/);
    }),
  );
});

it.each([
  ['16:9', '16:', '9'],
  ['--model=auto', '--model=', 'auto'],
  ['a:b c', 'a:', 'b\\ c'],
])('leaves out of %j what bash has of it already, behind %j', (value, word, rest) => {
  expect(inBash(value, typed(word))).toBe(rest);
});

it('proposes what means nothing within quotation marks as it is, and whole', () => {
  expect(inBash('16:9 wide', { word: '16:', quote: '"' })).toBe('16:9 wide');
});

it.each(['$(id)', '`id`', 'a"b', "a'b", 'a!b', 'a\\b'])('proposes %j within no quotation marks', (value) => {
  expect(inBash(value, { word: '', quote: '"' })).toBeNull();
  expect(inBash(value, { word: '', quote: "'" })).toBeNull();
});
