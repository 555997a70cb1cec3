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

  describe('in a terminal', () => {
    const wide = [
      { title: 'model', cut: 'middle', spare: 1 },
      { title: 'prompt', cut: 'end' },
      { title: 'price', right: true },
    ] as const;
    const rows = [['gemini-3.1-flash-lite-image', 'a lighthouse at dusk, seen from the sea', '$0.0336']];

    it.each([
      [80, 'gemini-3.1-flash-lite-image  a lighthouse at dusk, seen from the sea  $0.0336'],
      [60, 'gemini-3.1-f…-lite-image  a lighthouse at dusk, se…  $0.0336'],
      [40, 'gemini-…-image  a lighthouse a…  $0.0336'],
      [30, 'a lighthouse at dusk…  $0.0336'],
      [20, 'a lighthou…  $0.0336'],
    ])('of %i columns cut names in the middle and prompts at their end', (room, line) => {
      expect(textTable(wide, rows, room)[1]).toBe(line);
    });

    it('leave out what can be spared most, and no more than that', () => {
      const columns = [
        { title: 'day', spare: 2 },
        { title: 'lane', spare: 1 },
        { title: 'prompt', cut: 'end' },
      ] as const;
      const row = ['2026-10-04', 'batch', 'a lighthouse at dusk'];
      const line = (room: number) => textTable(columns, [row], room)[1];
      expect(line(31)).toBe('2026-10-04  batch  a lighthous…');
      expect(line(30)).toBe('2026-10-04  a lighthouse at d…');
      expect(line(23)).toBe('a lighthouse at dusk');
      expect(line(8)).toBe('a light…');
      const turned = [columns[1], columns[0], columns[2]];
      expect(textTable(turned, [['batch', '2026-10-04', 'a lighthouse at dusk']], 30)[1]).toBe(
        '2026-10-04  a lighthouse at d…',
      );
    });

    it('cut the cells of a paragraph too, unless nothing would be left of them', () => {
      const columns = [{ title: 'id' }, { title: 'prompt', cut: 'end' }] as const;
      const row = ['0123456789', 'a lighthouse at dusk'];
      expect(textTable(columns, [row], 17)).toEqual(['id      0123456789', 'prompt  a lighth…']);
      expect(textTable(columns, [row], 9)).toEqual(['id      0123456789', 'prompt  a lig…']);
    });

    it('become a paragraph a row where not even a cut helps', () => {
      expect(textTable(wide, [...rows, ['lite', '', '$0.02']], 14)).toEqual([
        'model   gem…ge',
        'prompt  a lig…',
        'price   $0.0336',
        '',
        'model   lite',
        'price   $0.02',
      ]);
    });

    it('count letters that take two columns as two', () => {
      expect(textTable([{ title: 'x', cut: 'end' }, { title: 'y' }], [['灯台の絵', '1']], 9)).toEqual([
        'x       y',
        '灯台…   1',
      ]);
    });
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
    ['+1', "'+1"],
    ['\t1', "'\t1"],
    ['\r1', '"\'\r1"'],
    ['a=1', 'a=1'],
    ['a-x', 'a-x'],
    ['@sum', "'@sum"],
    ['-x', "'-x"],
    ['-0.5', '-0.5'],
    ['$0.05', '$0.05'],
  ])('in CSV writes %j as %j', (cell, written) => {
    expect(csvTable([{ title: 'x' }], [[cell]])).toEqual(['x', written]);
  });
});
