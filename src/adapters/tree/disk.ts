import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { Failure } from '../../core/errors.ts';
import type { Found } from '../../core/manifest/step.ts';
import type { Tree } from '../../ports.ts';
import { errno, trouble } from '../errno.ts';
import { linesOf } from '../lines.ts';
import { readText } from '../textfile.ts';

/** The files in a folder as they are now. */
export function diskTree(folder: string, stdin: Readable): Tree {
  const at = (path: string): string => resolve(folder, path);

  async function find(path: string): Promise<Found> {
    try {
      const there = await stat(at(path));
      if (!there.isFile()) return { kind: 'other' };
      const bytes = await readFile(at(path));
      return { kind: 'file', sha256: sha256(bytes), bytes: bytes.byteLength };
    } catch (error) {
      if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return { kind: 'none' };
      throw new Failure('usage', `${path} cannot be read: ${trouble(error).why}.`, { cause: error });
    }
  }

  return {
    find,
    text: async (path) => ((await find(path)).kind === 'none' ? null : readText(at(path))),
    async *lines(path) {
      if ((await stat(at(path)).catch(() => null)) === null)
        throw new Failure('usage', `${path} cannot be read: there is no such file.`);
      yield* linesOf(at(path), stdin);
    },
  };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
