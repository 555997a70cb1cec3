import { isInBucket, wholePlace } from '../core/files/place.ts';
import { basename, join, resolve } from 'node:path';
import type { AttemptPlan, Deps, SavePlan, PictureFiles } from '../ports/index.ts';
import type { Session } from './session.ts';
import { keepsOriginals } from './store-original.ts';
import type { Saver } from './types.ts';

/**
 * Where pictures go that come later than their order. A picture that was meant for stdout becomes a file, because its
 * reader is gone; one that was meant for a store goes there.
 */
export function latePlan({ attemptId, save }: AttemptPlan, out: string | undefined, cwd: string): SavePlan {
  if (save.toStore !== undefined && out === undefined) return save;
  const paths = save.paths.map((path, index) => {
    const name = path === '-' ? `recovered-${attemptId.slice(0, 8)}-${index + 1}` : path;
    if (out !== undefined) return below(wholePlace(cwd, out, resolve), basename(name));
    return save.cwd === cwd ? name : wholePlace(save.cwd, name, resolve);
  });
  return { ...save, paths };
}

const below = (folder: string, name: string): string =>
  isInBucket(folder) ? `${folder.replace(/\/$/, '')}/${name}` : join(folder, name);

/** A picture that an interrupted run already wrote is not written again beside itself. */
function withoutRepeats(pictureFiles: PictureFiles, sha256: Deps['sha256']): PictureFiles {
  return {
    ...pictureFiles,
    async put(path, bytes, options) {
      const isThere =
        (await pictureFiles.kindOf(path)) === 'file' &&
        sha256(await pictureFiles.read(path)) === sha256(bytes);
      return isThere ? path : pictureFiles.put(path, bytes, options);
    },
  };
}

/** The store of whoever fetches: that of apply, where both have it from the settings. */
export interface StoreChoice {
  readonly store?: string | undefined;
  /** Bytes. */
  readonly storeLimit?: number | undefined;
}

/** Puts pictures on disk that come later than their order: none twice, and the originals of projects in their store. */
export async function lateSaver(
  { saver, deps, settings }: Session,
  { store: folder, storeLimit: limit }: StoreChoice = {},
): Promise<Saver> {
  const usual = await saver();
  return {
    ...usual,
    pictureFiles: withoutRepeats(usual.pictureFiles, deps.sha256),
    onPicture: keepsOriginals({ sandbox: settings.sandbox, folder, limit }, deps, usual.remark),
  };
}
