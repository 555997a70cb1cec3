import { resolve } from 'node:path';
import type { SavedImage, StoredImage } from '../../ports/index.ts';
import type { Database, Row } from './database.ts';
import { count, text } from './row.ts';
import { book } from './spending.ts';

/** Pictures of an attempt; a path of "-" went to stdout and is kept as that. */
export function insertImages(
  database: Database,
  attempt: Row,
  images: readonly SavedImage[],
  now: number,
): void {
  const cwd = text(attempt, 'cwd');
  for (const [index, image] of images.entries()) {
    database.run(
      `INSERT INTO images (attempt_id, n, path, shown_path, sha256, bytes, mime_type, width, height, saved_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      text(attempt, 'attempt_id'),
      index + 1,
      image.path === '-' ? '-' : resolve(cwd, image.path),
      image.path,
      image.sha256,
      image.bytes,
      image.mimeType,
      image.width,
      image.height,
      now,
    );
  }
  book(database, attempt, { images: images.length });
}

export function imagesOf(database: Database, attemptId: string): readonly StoredImage[] {
  return database.all('SELECT * FROM images WHERE attempt_id = ? ORDER BY n', attemptId).map(toImage);
}

/** The newest picture of every path: what an older one was, --force has overwritten. */
export function newestImages(database: Database): readonly StoredImage[] {
  return database
    .all(`SELECT *, max(saved_ms) FROM images WHERE path <> '-' GROUP BY path ORDER BY path`)
    .map(toImage);
}

function toImage(row: Row): StoredImage {
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
