import { describe, expect, it } from 'vitest';
import { bandsIn, common, isNear, lineColours, NO_COLOUR } from '../../../src/core/drafts/lines.ts';

const [RED, GREEN, BLUE, WHITE] = [0xff0000, 0x00ff00, 0x0000ff, 0xffffff];
const raster = (...rows: readonly (readonly number[])[]) => ({
  width: rows[0]?.length ?? 0,
  height: rows.length,
  data: Uint8Array.from(rows.flat().flatMap((pixel) => [pixel >> 16, (pixel >> 8) & 255, pixel & 255])),
});

describe('the colour of a line', () => {
  const sheet = raster([RED, RED, RED], [RED, GREEN, BLUE]);

  it.each([
    ['rows', 0, 3, [RED, NO_COLOUR]],
    ['rows', 1, 3, [RED, NO_COLOUR]],
    ['rows', 0, 1, [RED, RED]],
    ['rows', 2, 3, [RED, BLUE]],
    ['columns', 0, 2, [RED, NO_COLOUR, NO_COLOUR]],
    ['columns', 0, 1, [RED, RED, RED]],
    ['columns', 1, 2, [RED, GREEN, BLUE]],
  ] as const)('is seen along %s, within %i to %i of the other axis', (axis, start, end, colours) => {
    expect([...lineColours(sheet, axis, { start, end })]).toEqual(colours);
  });

  it('is the mean of its pixels', () => {
    expect([...lineColours(raster([0x0a141e, 0x0c1824]), 'rows', { start: 0, end: 2 })]).toEqual([0x0b1621]);
  });

  it.each([
    ['red', 0x380000, 0x3a0000],
    ['green', 0x003800, 0x003a00],
    ['blue', 0x000038, 0x00003a],
  ])('is none where its pixels differ too much in %s', (_, near, far) => {
    const colourOf = (pixel: number) => lineColours(raster([0, pixel]), 'rows', { start: 0, end: 2 })[0];
    expect(colourOf(near)).toBe(near / 2);
    expect(colourOf(far)).toBe(NO_COLOUR);
  });

  it('is there despite one speck among 500 pixels, and not despite two', () => {
    const row = (specks: number) => Array.from({ length: 500 }, (_, at) => (at < specks ? 0xffffff : RED));
    const colours = lineColours(raster(row(1), row(2)), 'rows', { start: 0, end: 500 });
    expect([colours[0] === NO_COLOUR, colours[1]]).toEqual([false, NO_COLOUR]);
  });
});

describe('two colours', () => {
  it.each([
    [0x808080, 0x9c9c9c, true],
    [0x808080, 0x646464, true],
    [0x808080, 0x9d8080, false],
    [0x808080, 0x809d80, false],
    [0x808080, 0x80809d, false],
    [0x808080, 0x808063, false],
  ])('%i and %i are near: %s', (one, other, near) => {
    expect(isNear(one, other)).toBe(near);
  });

  it('that several stretches have on the same line are common to them, and no others', () => {
    const stretches = [
      [RED, RED, NO_COLOUR, RED, WHITE, BLUE],
      [RED + 1, GREEN, RED, NO_COLOUR, NO_COLOUR, BLUE],
      [RED, RED, RED, RED, WHITE, BLUE],
    ].map((colours) => Int32Array.from(colours));
    expect([...common(stretches)]).toEqual([RED, NO_COLOUR, NO_COLOUR, NO_COLOUR, NO_COLOUR, BLUE]);
    expect([...common([])]).toEqual([]);
  });
});

describe('the bands of lines', () => {
  const bandsOf = (...colours: readonly number[]) => bandsIn(Int32Array.from(colours));
  const none = NO_COLOUR;

  it.each([
    ['go from their first line to their last', [none, RED, RED, RED, none], [[1, 4]]],
    ['are not ended by a speck of two lines', [RED, RED, none, none, RED], [[0, 5]]],
    [
      'are ended by three',
      [RED, RED, none, none, none, RED, RED],
      [
        [0, 2],
        [5, 7],
      ],
    ],
    ['are at least two lines thick', [none, RED, none, none, none, RED, RED], [[5, 7]]],
    ['are none where no line has a colour', [none, none], []],
    ['are there where black is not quite black', [0x000001, 0x000001, 0, 0], [[0, 4]]],
  ])('%s', (_, colours, bands) => {
    expect(bandsOf(...colours).map(({ start, end }) => [start, end])).toEqual(bands);
  });

  it('have the colour of their middle', () => {
    expect(bandsOf(RED, none, GREEN, BLUE)).toEqual([{ start: 0, end: 4, colour: GREEN }]);
    expect(bandsOf(RED, none, GREEN)).toEqual([{ start: 0, end: 3, colour: GREEN }]);
    expect(bandsOf(none, none, RED, GREEN)).toEqual([{ start: 2, end: 4, colour: GREEN }]);
  });
});
