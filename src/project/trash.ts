import { dirname, join, relative } from 'node:path';
import type { Deps, PictureFiles, StoredFile } from '../ports/index.ts';

/** The folder beside a manifest that holds what nobody asks for any more, a folder for each run. */
export const TRASH = '.pixtab-trash';

export const trashFor = (runId: string): string => `${TRASH}/${runId.slice(0, 8)}`;

/** Finds a picture in the trash of a folder above it: where it lies now, or null. Each folder is looked into once. */
export function trashOf(pictureFiles: PictureFiles, sha256: Deps['sha256']) {
  const runsIn = new Map<string, Promise<readonly string[]>>();
  const runs = (folder: string): Promise<readonly string[]> => {
    const known = runsIn.get(folder) ?? pictureFiles.names(join(folder, TRASH));
    runsIn.set(folder, known);
    return known;
  };
  return async ({ absolutePath, sha256: content }: StoredFile): Promise<string | null> => {
    for (let folder = dirname(absolutePath); ; folder = dirname(folder)) {
      for (const run of await runs(folder)) {
        const place = join(folder, TRASH, run, relative(folder, absolutePath));
        if ((await pictureFiles.kindOf(place)) !== 'file') continue;
        if (sha256(await pictureFiles.read(place)) === content) return place;
      }
      if (dirname(folder) === folder) return null;
    }
  };
}
