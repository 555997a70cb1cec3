import { resolve } from 'node:path';
import { wholePlace } from '../../core/files/place.ts';
import type { SavedCell, SavedImage, StoredCell, StoredFile, StoredImage } from '../../ports/index.ts';
import { stateOf } from './attempts.ts';
import type { Queries, Row } from './queries.ts';
import { book } from './reports.ts';
import { count, countOrNull, text } from './row.ts';

/** Pictures of an attempt; a path of "-" went to stdout and is kept as that. */
export async function insertImages(
  database: Queries,
  attempt: Row,
  images: readonly SavedImage[],
  differences: readonly string[],
  now: number,
): Promise<void> {
  const cwd = text(attempt, 'cwd');
  const attemptId = text(attempt, 'attempt_id');
  // Only what was saved before has any.
  const earlier = stateOf(attempt) === 'saved' ? await removeImages(database, attemptId) : 0;
  // Cells follow their sheet.
  const files = images.flatMap((image): readonly (SavedImage | SavedCell)[] => [
    image,
    ...(image.cells ?? []),
  ]);
  for (const [index, image] of files.entries()) {
    database.tell(
      `INSERT INTO images (attempt_id, n, path, shown_path, sha256, bytes, mime_type, width, height, saved_ms, cell)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      attemptId,
      index + 1,
      image.path === '-' ? '-' : wholePlace(cwd, image.path, resolve),
      image.path,
      image.sha256,
      image.bytes,
      image.mimeType,
      image.width,
      image.height,
      now,
      'cell' in image ? image.cell : null,
    );
  }
  database.tell(
    'UPDATE attempts SET differences = ? WHERE attempt_id = ?',
    differences.length === 0 ? null : JSON.stringify(differences),
    attemptId,
  );
  // A later release may read a picture where none was understood.
  if (images.length > 0) database.tell('UPDATE attempts SET refusal = NULL WHERE attempt_id = ?', attemptId);
  book(database, attempt, { images: images.length - earlier });
}

/** Resolves to how many there were, without the cells that were cut out of them. */
async function removeImages(database: Queries, attemptId: string): Promise<number> {
  const removed = await database.run('DELETE FROM images WHERE attempt_id = ? AND cell IS NULL', attemptId);
  database.tell('DELETE FROM images WHERE attempt_id = ?', attemptId);
  return removed;
}

/** Pictures with the drafts that were cut out of them, whose rows follow theirs. */
export function withCells(rows: readonly Row[]): readonly StoredImage[] {
  const isCell = (row: Row): boolean => countOrNull(row, 'cell') !== null;
  return rows.flatMap((row, index) => {
    if (isCell(row)) return [];
    const after = rows.slice(index + 1);
    const next = after.findIndex((other) => !isCell(other));
    const cells = after.slice(0, next < 0 ? after.length : next);
    return [{ ...toImage(row), ...(cells.length > 0 && { cells: cells.map(toCell) }) }];
  });
}

/** The newest picture of each path: --force has overwritten the older ones. */
export async function newestImages(database: Queries): Promise<readonly StoredFile[]> {
  const newest = `SELECT * FROM
      (SELECT *, row_number() OVER (PARTITION BY path ORDER BY saved_ms DESC) AS place FROM images WHERE path <> '-')
        AS by_path
    WHERE place = 1 ORDER BY path`;
  return (await database.all(newest)).map(toImage);
}

const toCell = (row: Row): StoredCell => ({ ...toImage(row), cell: count(row, 'cell') });

function toImage(row: Row): StoredFile {
  return {
    attemptId: text(row, 'attempt_id'),
    path: text(row, 'shown_path'),
    absolutePath: text(row, 'path'),
    sha256: text(row, 'sha256'),
    bytes: count(row, 'bytes'),
    mimeType: text(row, 'mime_type'),
    width: count(row, 'width'),
    height: count(row, 'height'),
    savedAt: count(row, 'saved_ms'),
  };
}
