import { basename, isAbsolute, join, resolve } from 'node:path';
import type { AttemptPlan, Deps, SavePlan, PictureFiles } from '../ports/index.ts';

/** Where the pictures go. What was meant for stdout becomes a file, since its reader is long gone. */
export function placed({ attemptId, save }: AttemptPlan, out: string | undefined, cwd: string): SavePlan {
  const paths = save.paths.map((path, index) => {
    const name = path === '-' ? `recovered-${attemptId.slice(0, 8)}-${index + 1}` : path;
    if (out !== undefined) return join(resolve(cwd, out), basename(name));
    return isAbsolute(name) || save.cwd === cwd ? name : join(save.cwd, name);
  });
  return { ...save, paths };
}

/** A picture that an interrupted run already wrote is not written again beside itself. */
export function repeatable(pictureFiles: PictureFiles, sha256: Deps['sha256']): PictureFiles {
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
