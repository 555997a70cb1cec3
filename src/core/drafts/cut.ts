import type { Pixels } from '../catalogue/model.ts';
import { divide, type Problem } from './divide.ts';
import type { Grid } from './grid.ts';
import { common, isNear, lineColours, NO_COLOUR, type Axis, type Raster, type Span } from './lines.ts';

// Finds the cells of a sheet by the gutters between them: lines of one colour that go through from edge to edge. A cell is
// what lies between such lines on all sides, so nothing of its neighbours can be in it.

/** A part of a sheet, in its pixels. */
export interface Rectangle extends Pixels {
  readonly left: number;
  readonly top: number;
}

/** Where the cells are, row by row, null for one that is empty; or why nobody can know, as the end of a sentence. */
export type Cut = { readonly cells: readonly (Rectangle | null)[] } | { readonly why: string };

export function cutSheet(sheet: Raster, grid: Grid): Cut {
  const byRows = cellsBy('rows', sheet, grid);
  // Where the rows of one column are not those of the next, the columns still go through.
  const byColumns = 'why' in byRows ? cellsBy('columns', sheet, grid) : byRows;
  const found = 'why' in byColumns ? byRows : byColumns;
  if ('why' in found) return found;
  const cells = found.cells.map((cell) => (isEmpty(sheet, cell) ? null : cell));
  return cells.every((cell) => cell === null) ? { why: 'there is nothing on it' } : { cells };
}

type Found = { readonly cells: readonly Rectangle[] } | { readonly why: string };

/** Cuts the whole sheet along one axis first, and then all strips alike, or else each for itself. */
function cellsBy(first: Axis, sheet: Raster, { columns, rows }: Grid): Found {
  const isRows = first === 'rows';
  const second = isRows ? 'columns' : 'rows';
  const [strips, each] = isRows ? [rows, columns] : [columns, rows];
  const breadth = { start: 0, end: isRows ? sheet.width : sheet.height };
  const outer = divide(lineColours(sheet, first, breadth), strips);
  if (typeof outer === 'string') return { why: reason(outer, first) };
  const lines = outer.parts.map((strip) => lineColours(sheet, second, strip));
  const alike = divide(common(lines), each);
  const cells: Rectangle[] = [];
  for (const [index, strip] of outer.parts.entries()) {
    const inner =
      typeof alike === 'string' ? divide(lines[index] ?? new Int32Array(), each, outer.colour) : alike;
    if (typeof inner === 'string') return { why: reason(inner, second) };
    for (const part of inner.parts) cells.push(isRows ? rectangle(part, strip) : rectangle(strip, part));
  }
  // Column by column becomes row by row.
  const order = (row: number): readonly Rectangle[] => cells.filter((_, index) => index % rows === row);
  return { cells: isRows ? cells : Array.from({ length: rows }, (_, row) => order(row)).flat() };
}

const rectangle = (x: Span, y: Span): Rectangle => ({
  left: x.start,
  top: y.start,
  width: x.end - x.start,
  height: y.end - y.start,
});

function reason(problem: Problem, axis: Axis): string {
  if (problem === 'none') return `no gutter goes through between all of its ${axis}`;
  return problem === 'more' ? `it seems to have more ${axis}` : `its ${axis} are too different in size`;
}

/** Whether a cell is of one colour. */
function isEmpty({ data, width }: Raster, cell: Rectangle): boolean {
  const rows = Array.from({ length: cell.height }, (_, row) => {
    const start = ((cell.top + row) * width + cell.left) * 3;
    return data.subarray(start, start + cell.width * 3);
  });
  const own = { width: cell.width, height: cell.height, data: joined(rows) };
  const colours = lineColours(own, 'rows', { start: 0, end: cell.width });
  const first = colours[0] ?? NO_COLOUR;
  return colours.every((colour) => colour !== NO_COLOUR && isNear(colour, first));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
