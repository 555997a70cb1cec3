import * as nodeFs from 'node:fs/promises';
import { dirname } from 'node:path';
import { errno } from './fs-errors.ts';

/** What making a folder touches, so that tests can break each call. */
export interface FolderFs {
  mkdir(path: string, options: { readonly mode: number }): Promise<unknown>;
  stat(path: string): Promise<{ isDirectory(): boolean }>;
}

/**
 * Makes a folder and what is missing above it; resolves to those that were made, outermost first. Not mkdir's own
 * `recursive`, which never returns below a folder that refuses new entries with ENOENT, such as /proc (Node 20).
 */
export async function makeFolder(
  folder: string,
  { fs = nodeFs, mode = 0o777 }: { readonly fs?: FolderFs; readonly mode?: number } = {},
): Promise<readonly string[]> {
  try {
    await fs.mkdir(folder, { mode });
    return [folder];
  } catch (error) {
    if (errno(error) === 'EEXIST' && (await fs.stat(folder)).isDirectory()) return [];
    if (errno(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
  }
  const above = await makeFolder(dirname(folder), { fs, mode });
  try {
    await fs.mkdir(folder, { mode });
    return [...above, folder];
  } catch (error) {
    // Another process was faster.
    if (errno(error) === 'EEXIST' && (await fs.stat(folder)).isDirectory()) return above;
    throw error;
  }
}
