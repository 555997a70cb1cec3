import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutSheet, type Rectangle } from '../../../src/core/drafts/cut.ts';
import { drawSheet, shared, type SheetSpec } from './sheets.ts';

const SPEC: SheetSpec = {
  grid: { columns: 4, rows: 4 },
  cell: 60,
  gutter: 4,
  border: 0,
  colour: [0, 0, 0],
  grain: 0,
  seed: 1,
};
const WHITE = [255, 255, 255] as const;

function cellsOf(spec: SheetSpec): readonly (Rectangle | null)[] {
  const cut = cutSheet(drawSheet(spec), spec.grid);
  if ('why' in cut) throw new Error(cut.why);
  return cut.cells;
}

const tone = fc.integer({ min: 0, max: 255 });
const sheets = fc.record({
  // Of one row of pictures as small as these, a picture may have a line in it that looks like a gutter.
  grid: fc.record({ columns: fc.integer({ min: 2, max: 5 }), rows: fc.integer({ min: 2, max: 5 }) }),
  cell: fc.integer({ min: 50, max: 90 }),
  gutter: fc.integer({ min: 2, max: 7 }),
  border: fc.integer({ min: 0, max: 12 }),
  colour: fc.tuple(tone, tone, tone),
  grain: fc.integer({ min: 0, max: 8 }),
  seed: fc.integer(),
});

describe('the cells of a sheet', () => {
  it('are those that were drawn, whatever the colour of the gutters, or it is said why not; and none has a neighbour in it', () => {
    fc.assert(
      fc.property(sheets, (spec) => {
        const { truth, ...sheet } = drawSheet(spec);
        const cut = cutSheet(sheet, spec.grid);
        if ('why' in cut) return;
        expect(cut.cells).toHaveLength(truth.length);
        for (const [index, cell] of cut.cells.entries()) {
          const own = truth[index];
          if (cell === null || own === undefined) throw new Error(`cell ${index} is missing`);
          expect(shared(cell, own)).toBeGreaterThan(0.75);
          expect(truth.filter((other) => other !== own && shared(cell, other) > 0)).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each<[string, Partial<SheetSpec>]>([
    ['black gutters', {}],
    ['gutters of any colour', { colour: [200, 30, 90] }],
    ['a grain', { grain: 9 }],
    ['a thin border', { border: 5 }],
    ['a thick border', { border: 20 }],
    ['more columns than rows', { grid: { columns: 5, rows: 2 } }],
    ['one row', { grid: { columns: 3, rows: 1 } }],
    ['things on white with black gutters', { ground: WHITE }],
    ['things on white with white gutters', { ground: WHITE, colour: WHITE }],
  ])('are found with %s', (_, change) => {
    const spec = { ...SPEC, ...change };
    const { truth } = drawSheet(spec);
    for (const [index, cell] of cellsOf(spec).entries()) {
      const own = truth[index];
      if (cell === null || own === undefined) throw new Error(`cell ${index} is missing`);
      expect(shared(cell, own)).toBeGreaterThan(spec.ground === spec.colour ? 0.8 : 0.88);
    }
  });

  it('are left out where they are empty', () => {
    const cells = cellsOf({ ...SPEC, blank: [6, 15] });
    expect(cells.flatMap((cell, index) => (cell === null ? [index] : []))).toEqual([6, 15]);
  });

  it.each<[string, Partial<SheetSpec>, RegExp]>([
    ['no gutters', { gutter: 0 }, /no gutter goes through/],
    ['a column more', { grid: { columns: 5, rows: 4 } }, /no gutter .* columns/],
    ['a row less', { grid: { columns: 4, rows: 3 } }, /no gutter .* rows/],
    ['twice the rows and columns', { grid: { columns: 8, rows: 8 }, cell: 30 }, /more rows/],
    ['nothing on it', { blank: Array.from({ length: 16 }, (_, index) => index) }, /nothing on it/],
  ])('are not guessed where there is %s', (_, change, why) => {
    expect(cutSheet(drawSheet({ ...SPEC, ...change }), SPEC.grid)).toEqual({
      why: expect.stringMatching(why),
    });
  });

  it('are not those of one picture that has no grid', () => {
    const one = drawSheet({ ...SPEC, grid: { columns: 1, rows: 1 }, cell: 240 });
    expect(cutSheet(one, SPEC.grid)).toHaveProperty('why');
  });
});
