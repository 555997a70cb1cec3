import { realpathSync, statSync } from 'node:fs';

/** A folder with every link followed; null where there is none. At once: what loads promises of files loads longer than this. */
export function realFolder(path: string): string | null {
  try {
    const real = realpathSync.native(path);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    return null;
  }
}
