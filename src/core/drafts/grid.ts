import { ratioOf } from '../order/aspect.ts';
import type { Aspect, Pixels } from '../catalogue/model.ts';

/** How the cells of a sheet of drafts lie. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/** Our own: with more of them a cell of the largest sheet is smaller than 512 pixels. */
const MOST_A_SIDE = 8;

/** "4x3": columns, then rows; null where it is no grid of several cells. */
export function gridIn(text: string): Grid | null {
  const [, columns, rows] = /^([1-9])\s*[x×]\s*([1-9])$/i.exec(text.trim()) ?? [];
  const grid = { columns: Number(columns), rows: Number(rows) };
  const isGrid = Math.max(grid.columns, grid.rows) <= MOST_A_SIDE && cellCount(grid) > 1;
  return isGrid ? grid : null;
}

export const cellCount = ({ columns, rows }: Grid): number => columns * rows;

export const gridName = ({ columns, rows }: Grid): string => `${columns}x${rows}`;

/** The place of a cell in a file name: 7 of 16 is "07", so that a folder lists them in their order. */
export const cellNumber = (cell: number, grid: Grid): string =>
  String(cell).padStart(String(cellCount(grid)).length, '0');

/** The shape of the sheet whose cells have this aspect; exact where there are as many columns as rows. */
export function sheetShape(
  { columns, rows }: Grid,
  aspect: Aspect | null,
): { readonly aspect: Aspect | null; readonly like?: Pixels } {
  if (columns === rows) return { aspect };
  const cell = ratioOf(aspect ?? '1:1');
  return { aspect: null, like: { width: cell.width * columns, height: cell.height * rows } };
}

/** The aspect of the cells of a sheet, the other way round. */
export function cellAspect({ columns, rows }: Grid, sheet: Aspect): Aspect {
  const { width, height } = ratioOf(sheet);
  const [wide, high] = [width * rows, height * columns];
  const common = greatestDivisor(wide, high);
  return `${wide / common}:${high / common}`;
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
