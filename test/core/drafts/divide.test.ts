import { describe, expect, it } from 'vitest';
import { divide } from '../../../src/core/drafts/divide.ts';
import { NO_COLOUR } from '../../../src/core/drafts/lines.ts';

const BLACK = 0x000000;
const RED = 0xc00000;
const picture = (count: number) => [count, NO_COLOUR] as const;
const black = (count: number) => [count, BLACK] as const;
const linesOf = (...stretches: readonly (readonly [number, number])[]): Int32Array =>
  Int32Array.from(stretches.flatMap(([count, colour]) => Array<number>(count).fill(colour)));
const partsOf = (lines: Int32Array, count: number, like: number | null = null) => {
  const divided = divide(lines, count, like);
  return typeof divided === 'string' ? divided : divided.parts.map(({ start, end }) => [start, end]);
};

describe('lines are divided', () => {
  it.each<[string, Int32Array, number, readonly (readonly [number, number])[]]>([
    [
      'beside a gutter',
      linesOf(picture(50), black(4), picture(50)),
      2,
      [
        [0, 49],
        [55, 104],
      ],
    ],
    [
      'farther from it where cells are large',
      linesOf(picture(950), black(100), picture(950)),
      2,
      [
        [0, 946],
        [1054, 2000],
      ],
    ],
    [
      'where a gutter is as thick as one may be',
      linesOf(picture(94), black(12), picture(94)),
      2,
      [
        [0, 93],
        [107, 200],
      ],
    ],
    [
      'inside of a border',
      linesOf(black(10), picture(50), black(4), picture(50), black(10)),
      2,
      [
        [12, 59],
        [65, 112],
      ],
    ],
    [
      'inside of a border that begins a little late',
      linesOf(picture(2), black(10), picture(50), black(4), picture(50), black(10), picture(2)),
      2,
      [
        [14, 61],
        [67, 114],
      ],
    ],
    [
      'around a caption between two lines',
      linesOf(picture(97), black(3), picture(4), black(3), picture(93)),
      2,
      [
        [0, 96],
        [108, 200],
      ],
    ],
    [
      'around a caption of two lines',
      linesOf(picture(94), black(2), picture(3), black(2), picture(3), black(2), picture(94)),
      2,
      [
        [0, 93],
        [107, 200],
      ],
    ],
    [
      'in the middle of what is too thick for a gutter',
      linesOf(picture(30), black(40), picture(30)),
      2,
      [
        [0, 47],
        [53, 100],
      ],
    ],
    [
      'at the end of what is too thick where its middle is none',
      linesOf(picture(13), black(30), picture(57)),
      2,
      [
        [0, 43],
        [43, 100],
      ],
    ],
    [
      'inside of a thin border where cells have its colour',
      linesOf(black(4), picture(30), black(40), picture(30), black(4)),
      2,
      [
        [5, 51],
        [57, 103],
      ],
    ],
    [
      'over all of it where what seems a border belongs to one cell',
      linesOf(black(10), picture(38), black(4), picture(48)),
      2,
      [
        [0, 47],
        [53, 100],
      ],
    ],
    [
      'over all of it where what seems a border belongs to the last cell',
      linesOf(picture(48), black(4), picture(38), black(10)),
      2,
      [
        [0, 47],
        [53, 100],
      ],
    ],
    [
      'whatever other colour goes through a cell',
      linesOf(picture(25), [4, RED], picture(25), black(4), picture(54)),
      2,
      [
        [0, 53],
        [59, 112],
      ],
    ],
    [
      'whatever goes through near an edge',
      linesOf(picture(12), black(3), picture(39), black(4), picture(54)),
      2,
      [
        [0, 53],
        [59, 112],
      ],
    ],
    [
      'whatever goes through near the other edge',
      linesOf(picture(39), black(3), picture(12), black(4), picture(54)),
      2,
      [
        [0, 53],
        [59, 112],
      ],
    ],
    [
      'whatever goes through beside an edge',
      linesOf(picture(4), black(4), picture(90), black(4), picture(90), black(4), picture(4)),
      2,
      [
        [0, 97],
        [103, 200],
      ],
    ],
    [
      'inside of a border of two lines',
      linesOf(
        black(8),
        picture(3),
        black(3),
        picture(50),
        black(4),
        picture(50),
        black(3),
        picture(3),
        black(8),
      ),
      2,
      [
        [15, 63],
        [69, 117],
      ],
    ],
    [
      'inside of a thin border that begins a little late where cells have its colour',
      linesOf(picture(2), black(4), picture(30), black(40), picture(30), black(4), picture(2)),
      2,
      [
        [7, 53],
        [59, 105],
      ],
    ],
    [
      'inside of a thick border where cells have its colour, if there is no other way',
      linesOf(black(30), picture(30), black(10), picture(30)),
      2,
      [
        [32, 64],
        [68, 100],
      ],
    ],
    [
      'into cells of eight pixels',
      linesOf(picture(7), black(2), picture(7)),
      2,
      [
        [0, 8],
        [8, 16],
      ],
    ],
    ['not at all into one', linesOf(picture(40)), 1, [[0, 40]]],
    [
      'not at all into one, whatever goes through it',
      linesOf(picture(40), black(4), picture(40)),
      1,
      [[0, 84]],
    ],
  ])('%s', (_, lines, count, parts) => {
    expect(partsOf(lines, count)).toEqual(parts);
  });

  it('by gutters of one colour where that is known', () => {
    const lines = linesOf(picture(92), [2, RED], picture(4), black(4), picture(98));
    expect([partsOf(lines, 2, BLACK), partsOf(lines, 2)].map((parts) => parts[0])).toEqual([
      [0, 97],
      [0, 91],
    ]);
    expect(partsOf(lines, 2, 0xffffff)).toBe('none');
  });

  it('with the colour of the thinnest gutter, and whether all are sharp', () => {
    const lines = linesOf(picture(48), [4, RED], picture(47), black(2), picture(49));
    expect(divide(lines, 3)).toMatchObject({ colour: BLACK, isSharp: true });
    expect(divide(linesOf(picture(30), black(40), picture(30)), 2)).toMatchObject({ isSharp: false });
    expect(divide(linesOf(picture(40)), 1)).toMatchObject({ colour: null, isSharp: true });
  });
});

describe('lines are not divided', () => {
  it.each<[string, Int32Array, number, string]>([
    ['without a gutter', linesOf(picture(100)), 2, 'none'],
    ['by a gutter that is far from its place', linesOf(picture(38), black(4), picture(58)), 2, 'none'],
    [
      'into a grid of one cell more',
      linesOf(picture(48), black(4), picture(48), black(4), picture(48)),
      4,
      'none',
    ],
    ['into cells of seven pixels', linesOf(picture(6), black(2), picture(6)), 2, 'none'],
    [
      'where another gutter goes through a cell',
      linesOf(picture(25), black(4), picture(25), black(4), picture(54)),
      2,
      'more',
    ],
    [
      'into a cell that is too small',
      linesOf(picture(114), black(12), picture(48), black(12), picture(114)),
      3,
      'uneven',
    ],
  ])('%s', (_, lines, count, problem) => {
    expect(partsOf(lines, count)).toBe(problem);
  });
});
