import sharp, { type Sharp } from 'sharp';
import { cutSheet } from '../../core/drafts/cut.ts';
import type { Grid } from '../../core/drafts/grid.ts';
import { Failure } from '../../core/errors.ts';
import { MOST_PIXELS } from '../../core/files/format.ts';
import type { CutSheet } from '../../ports/index.ts';

const DECODING = { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true } as const;

/** Cuts the decoded pixels, so that a sheet is decoded once for all its cells. */
export async function cut(sheet: Uint8Array, grid: Grid, encoded: (cell: Sharp) => Sharp): Promise<CutSheet> {
  const { data, width, height } = await pixelsOf(sheet);
  const found = cutSheet({ data, width, height }, grid);
  if ('why' in found) return found;
  const cells: (Uint8Array | null)[] = [];
  for (const cell of found.cells) {
    const part = cell && sharp(data, { raw: { width, height, channels: 3 } }).extract(cell);
    cells.push(part && (await encoded(part).toBuffer()));
  }
  return { cells };
}

/** Upright, in sRGB, three bytes a pixel. */
async function pixelsOf(sheet: Uint8Array) {
  try {
    const upright = sharp(sheet, DECODING).autoOrient().toColourspace('srgb');
    const { data, info } = await upright
      .flatten({ background: '#ffffff' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw new Failure('disk', 'The sheet does not decode.', { cause });
  }
}
