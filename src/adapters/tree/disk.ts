import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { lfsPointer } from '../../core/files/lfs-pointer.ts';
import type { Found } from '../../core/manifest/change.ts';
import type { Tree } from '../../ports/index.ts';
import { errno, trouble } from '../files/fs-errors.ts';
import { linesOf } from '../files/read-lines.ts';
import { readText } from '../files/read-text.ts';

/** The files in a folder as they are now. */
export function diskTree(folder: string, stdin: AsyncIterable<Uint8Array>): Tree {
  const at = (path: string): string => resolve(folder, path);

  async function looking<T>(path: string, look: () => Promise<T>, absent: T): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return absent;
      throw new Failure('usage', `${path} cannot be read: ${trouble(error).why}.`, { cause: error });
    }
  }

  const kindOf = (path: string): Promise<Found['kind']> =>
    looking(path, async () => ((await stat(at(path))).isFile() ? 'file' : 'other'), 'none');

  async function find(path: string): Promise<Found> {
    const kind = await kindOf(path);
    if (kind !== 'file') return { kind };
    return looking<Found>(
      path,
      async () => {
        const { size } = await stat(at(path));
        return size > LARGEST ? { kind: 'other' } : foundIn(await readFile(at(path)));
      },
      { kind: 'none' },
    );
  }

  return {
    kindOf,
    find,
    text: async (path) => ((await kindOf(path)) === 'none' ? null : readText(at(path), path)),
    async *lines(path) {
      if ((await kindOf(path)) === 'none')
        throw new Failure('usage', `${path} cannot be read: there is no such file.`);
      yield* linesOf(at(path), stdin, path);
    },
  };
}

/** What a file holds; a Git LFS pointer counts as what it points to. */
export function foundIn(bytes: Uint8Array): Found {
  const pointed = lfsPointer(bytes);
  if (pointed !== null) return { kind: 'file', ...pointed, isPointer: true };
  return { kind: 'file', sha256: sha256(bytes), bytes: bytes.byteLength };
}

/** A larger file is no picture, and may be a hole of a terabyte. */
const LARGEST = 512 * 1024 * 1024;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
