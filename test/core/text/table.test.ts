import { describe, expect, it } from 'vitest';
import { csvTable, markdownTable, textTable } from '../../../src/core/text/table.ts';

const columns = [{ title: 'model' }, { title: 'price', right: true }];

describe('tables', () => {
  it('stand in columns, with no space at the end of a line', () => {
    const rows = [
      ['lite', '$0.0336'],
      ['nano-banana-2.1', '$0.05'],
      ['none', ''],
    ];
    expect(textTable(columns, rows)).toEqual([
      'model              price',
      'lite             $0.0336',
      'nano-banana-2.1    $0.05',
      'none',
    ]);
  });

  it('have titles although there are no rows', () => {
    expect(textTable(columns, [])).toEqual(['model  price']);
  });

  it('in markdown keep a bar inside its cell', () => {
    expect(markdownTable(columns, [['a|b', '1']])).toEqual([
      '| model | price |',
      '| --- | --: |',
      '| a\\|b | 1 |',
    ]);
  });

  it.each([
    ['a,b', '"a,b"'],
    ['say "a"', '"say ""a"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['@sum', "'@sum"],
    ['-x', "'-x"],
    ['-0.5', '-0.5'],
    ['$0.05', '$0.05'],
  ])('in CSV writes %j as %j', (cell, written) => {
    expect(csvTable([{ title: 'x' }], [[cell]])).toEqual(['x', written]);
  });
});
