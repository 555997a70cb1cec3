import { cellCount, cellNumber, gridName, type Grid } from '../core/drafts/grid.ts';
import { Failure } from '../core/errors.ts';
import { beside, withExtension } from '../core/files/filename.ts';
import { isFormat } from '../core/files/format.ts';
import type { SavedCell, SavedImage, SavePlan } from '../ports/index.ts';
import { factsOf } from './postprocess.ts';
import type { Paid, Saver } from './types.ts';

/** A sheet that is on disk. */
interface Sheet {
  /** As it came. */
  readonly bytes: Uint8Array;
  readonly saved: SavedImage;
}

/** Puts the cells of a sheet beside it, and says which are missing. Throws Failure `disk`. */
export async function cutSheet(
  { bytes, saved }: Sheet,
  grid: Grid,
  { embed, quality, replace }: SavePlan,
  { pictures, pictureFiles, sha256 }: Saver,
  paid: Paid | null,
): Promise<SavedImage> {
  const format = saved.mimeType.replace(/^image\//, '');
  const found = isFormat(format)
    ? await pictures.cut(bytes, grid, format, quality)
    : { why: 'of its format' };
  if ('why' in found) return { ...saved, cells: [], uncut: notCut(saved, grid, found.why) };
  const cells: SavedCell[] = [];
  for (const [index, cell] of found.cells.entries()) {
    if (cell === null) continue;
    const made = (embed && paid && pictures.label(cell, factsOf(paid))) || cell;
    const info = await pictures.inspect(made);
    if (!info) throw new Failure('disk', 'What was cut out of the sheet does not decode.');
    const name = withExtension(cellPath(saved.path, index + 1, grid), info.mimeType);
    const path = await pictureFiles.put(name, made, { replace });
    cells.push({ cell: index + 1, path, ...info, bytes: made.byteLength, sha256: sha256(made) });
  }
  const missing = cellCount(grid) - cells.length;
  return { ...saved, cells, ...(missing > 0 && { uncut: empty(saved, grid, missing) }) };
}

/** "cat.jpg" has its seventh of 16 drafts in "cat.cell-07.jpg". */
const cellPath = (sheet: string, cell: number, grid: Grid): string =>
  beside(sheet, `cell-${cellNumber(cell, grid)}`);

export const cellPaths = (sheet: string, grid: Grid): readonly string[] =>
  Array.from({ length: cellCount(grid) }, (_, index) => cellPath(sheet, index + 1, grid));

/** The files that are to come of a picture in one place. */
export const pathsOf = ({ path, cells = [] }: SavedImage): readonly string[] =>
  cells.length > 0 ? cells.map((cell) => cell.path) : [path];

const notCut = ({ path }: SavedImage, grid: Grid, why: string): string =>
  `The sheet ${path} is on disk and could not be cut into ${gridName(grid)}: ${why}.`;

const empty = ({ path }: SavedImage, grid: Grid, missing: number): string =>
  `${missing} of the ${cellCount(grid)} cells of ${path} came empty.`;

/** What is said of pictures whose cells are not all there; null where they are. */
export function uncut(images: readonly SavedImage[]): Failure | null {
  const first = images.find(({ uncut }) => uncut !== undefined);
  if (first?.uncut === undefined) return null;
  const hint = 'What you cut out of it by hand can be made large as well: pixtab develop part.png -p "…"';
  const isWhole = first.cells?.length === 0;
  return new Failure('partial', first.uncut, { charged: 'yes', hint: isWhole ? hint : undefined });
}
