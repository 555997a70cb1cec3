import { describe, expect, it } from 'vitest';
import { cutSheet } from '../../../src/core/drafts/cut.ts';

// Sheets of a few pixels, on which every cell is known; cut.test.ts has those that look like what models draw.

const GRID = { columns: 2, rows: 2 };
const [WIDTH, HEIGHT] = [60, 64];
type Painted = (x: number, y: number) => boolean;

/** A sheet of 60x64 whose gutters and blank parts are black, and all else of many colours. */
function sheetOf(isBlack: Painted) {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y += 1)
    for (let x = 0; x < WIDTH; x += 1)
      data.fill(isBlack(x, y) ? 0 : (x * 97 + y * 61) % 256, (y * WIDTH + x) * 3, (y * WIDTH + x + 1) * 3);
  return { width: WIDTH, height: HEIGHT, data };
}

const between = (value: number, start: number): boolean => value >= start && value < start + 3;
const cross: Painted = (x, y) => between(x, 29) || between(y, 31);
const [LEFT, TOP] = [
  { left: 0, width: 28 },
  { top: 0, height: 30 },
];
const [RIGHT, BOTTOM] = [
  { left: 33, width: 27 },
  { top: 35, height: 29 },
];

describe('the cells of a small sheet', () => {
  it('are row by row', () => {
    const cells = [
      { ...LEFT, ...TOP },
      { ...RIGHT, ...TOP },
      { ...LEFT, ...BOTTOM },
      { ...RIGHT, ...BOTTOM },
    ];
    expect(cutSheet(sheetOf(cross), GRID)).toEqual({ cells });
  });

  it('are row by row, also where the rows of one column are not those of the next', () => {
    const isBlack: Painted = (x, y) => between(x, 29) || between(y, x < 29 ? 28 : 34);
    expect(cutSheet(sheetOf(isBlack), GRID)).toEqual({
      cells: [
        { ...LEFT, top: 0, height: 27 },
        { ...RIGHT, top: 0, height: 33 },
        { ...LEFT, top: 32, height: 32 },
        { ...RIGHT, top: 38, height: 26 },
      ],
    });
  });

  it('are those of the columns of each row, where these are not the same', () => {
    const isBlack: Painted = (x, y) => between(y, 31) || between(x, y < 31 ? 26 : 32);
    expect(cutSheet(sheetOf(isBlack), GRID)).toEqual({
      cells: [
        { left: 0, width: 25, ...TOP },
        { left: 30, width: 30, ...TOP },
        { left: 0, width: 31, ...BOTTOM },
        { left: 36, width: 24, ...BOTTOM },
      ],
    });
  });

  it('are those of the whole sheet where one of them has a line like a gutter in it', () => {
    const isBlack: Painted = (x, y) => cross(x, y) || (between(x, 14) && y < 31);
    expect(cutSheet(sheetOf(isBlack), GRID)).toMatchObject({ cells: [LEFT, RIGHT, LEFT, RIGHT] });
  });

  it.each([0, 120])('are left out where they are of one colour, such as %i', (colour) => {
    const { data, ...size } = sheetOf(cross);
    for (let y = 0; y < 31; y += 1) data.fill(colour, (y * WIDTH + 32) * 3, (y + 1) * WIDTH * 3);
    expect(cutSheet({ data, ...size }, GRID)).toMatchObject({ cells: [TOP, null, BOTTOM, BOTTOM] });
  });

  it('are kept where something stands in their last corner', () => {
    const isBlack: Painted = (x, y) => cross(x, y) || (x > 29 && y < 31 && (x < 50 || y < 20));
    expect(cutSheet(sheetOf(isBlack), GRID)).toMatchObject({ cells: [TOP, TOP, BOTTOM, BOTTOM] });
  });

  it('are kept where they are of lines of several colours', () => {
    const { data, ...size } = sheetOf(cross);
    for (let y = 0; y < 31; y += 1)
      data.fill(y % 2 === 0 ? 200 : 90, (y * WIDTH + 32) * 3, (y + 1) * WIDTH * 3);
    expect(cutSheet({ data, ...size }, GRID)).toMatchObject({ cells: [TOP, TOP, BOTTOM, BOTTOM] });
  });

  it.each<[string, Painted, string]>([
    ['only columns', (x) => between(x, 29), 'no gutter goes through between all of its rows'],
    ['only rows', (_, y) => between(y, 31), 'no gutter goes through between all of its columns'],
    ['more rows', (x, y) => cross(x, y) || between(y, 14), 'it seems to have more rows'],
    ['more columns', (x, y) => cross(x, y) || between(x, 14), 'it seems to have more columns'],
    ['no gutter', () => false, 'no gutter goes through between all of its rows'],
    ['nothing else', () => true, 'there is nothing on it'],
  ])('are not guessed where there is %s', (_, isBlack, why) => {
    expect(cutSheet(sheetOf(isBlack), GRID)).toEqual({ why });
  });

  it('are not guessed where one is much smaller than the others', () => {
    const isBlack: Painted = (x, y) => between(y, 31) || [22, 23, 36, 37].includes(x);
    expect(cutSheet(sheetOf(isBlack), { columns: 3, rows: 2 })).toEqual({
      why: 'its columns are too different in size',
    });
  });
});
