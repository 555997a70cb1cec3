import type { Grid } from '../../../src/core/drafts/grid.ts';
import type { Rectangle } from '../../../src/core/drafts/cut.ts';
import type { Raster } from '../../../src/core/drafts/lines.ts';

/** A sheet as a model may draw it. */
export interface SheetSpec {
  readonly grid: Grid;
  /** Of each cell, without gutters. */
  readonly cell: number;
  /** Pixels between two cells. */
  readonly gutter: number;
  readonly border: number;
  readonly colour: readonly [number, number, number];
  /** Levels by which a pixel may be off. */
  readonly grain: number;
  readonly seed: number;
  /** Cells of one colour. */
  readonly blank?: readonly number[];
  /** The colour of what stands behind the things in the pictures, in place of a landscape. */
  readonly ground?: readonly [number, number, number];
}

export interface DrawnSheet extends Raster {
  /** Where the pictures really are, row by row. */
  readonly truth: readonly Rectangle[];
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function drawSheet(spec: SheetSpec): DrawnSheet {
  const { grid, cell, gutter, border, colour, grain, seed, blank = [], ground } = spec;
  const { columns, rows } = grid;
  const width = 2 * border + columns * cell + (columns - 1) * gutter;
  const height = 2 * border + rows * cell + (rows - 1) * gutter;
  const random = chance(seed);
  const data = new Uint8Array(width * height * 3);
  const put = (x: number, y: number, rgb: readonly number[]): void => {
    for (let at = 0; at < 3; at += 1) data[(y * width + x) * 3 + at] = rgb[at] ?? 0;
  };
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) put(x, y, colour);
  const truth: Rectangle[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const left = border + column * (cell + gutter);
      const top = border + row * (cell + gutter);
      if (!blank.includes(truth.length))
        drawPicture(put, { left, top, width: cell, height: cell }, random, ground);
      truth.push({ left, top, width: cell, height: cell });
    }
  }
  if (grain > 0)
    for (let at = 0; at < data.length; at += 1)
      data[at] = Math.min(255, Math.max(0, (data[at] ?? 0) + Math.round((random() * 2 - 1) * grain)));
  return { width, height, data, truth };
}

/** A sky, a ground and some things: no two are alike. */
function drawPicture(
  put: (x: number, y: number, rgb: readonly number[]) => void,
  { left, top, width, height }: Rectangle,
  random: () => number,
  ground?: readonly number[],
): void {
  const tone = (): number[] => [random() * 255, random() * 255, random() * 255];
  const [sky, earth] = [tone(), tone()];
  const horizon = height * (0.3 + random() * 0.4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const base = y < horizon + Math.sin(x / 9) * 4 ? sky : earth;
      put(
        left + x,
        top + y,
        ground ?? base.map((value) => value * (0.7 + (0.3 * (x + y)) / (width + height))),
      );
    }
  }
  for (let thing = 0; thing < 6; thing += 1) {
    const [w, h] = [width * (0.1 + random() * 0.3), height * (0.1 + random() * 0.3)];
    // In front of one colour, things stay away from the edges, as goods do.
    const margin = ground ? 0.2 : 0;
    const x0 = width * margin + random() * (width * (1 - 2 * margin) - w);
    const y0 = height * margin + random() * (height * (1 - 2 * margin) - h);
    const fill = tone();
    for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y0 + h); y += 1)
      for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width, x0 + w); x += 1)
        put(left + x, top + y, fill);
  }
}

/** Which part of `whole` lies in a cell. */
export function shared(cell: Rectangle, whole: Rectangle): number {
  const across = Math.min(cell.left + cell.width, whole.left + whole.width) - Math.max(cell.left, whole.left);
  const down = Math.min(cell.top + cell.height, whole.top + whole.height) - Math.max(cell.top, whole.top);
  return (Math.max(0, across) * Math.max(0, down)) / (whole.width * whole.height);
}
