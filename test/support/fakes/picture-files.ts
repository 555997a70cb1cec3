import { dirname, extname, posix } from 'node:path';
import { Failure, usageFailure } from '../../../src/core/errors.ts';
import type { PictureFiles } from '../../../src/ports/index.ts';

export interface FakePictureFiles extends PictureFiles {
  /** Contents by path: what a test puts here exists. */
  readonly files: Map<string, Uint8Array>;
  readonly folders: Set<string>;
  /** Paths that were proven, in order. */
  readonly proven: readonly string[];
  /** From now on this cannot be done, for this reason; null heals it. */
  breaks(what: 'prove' | 'put', why: string | null): void;
}

/** Files in memory. */
export function fakePictureFiles(initial: Readonly<Record<string, Uint8Array>> = {}): FakePictureFiles {
  const files = new Map(Object.entries(initial));
  const folders = new Set<string>();
  const proven: string[] = [];
  const broken = new Map<'prove' | 'put', string>();
  for (const path of files.keys()) makeFolder(dirname(path));

  function kind(path: string): 'none' | 'file' | 'folder' {
    if (files.has(path)) return 'file';
    return folders.has(path) || path === dirname(path) ? 'folder' : 'none';
  }

  /** Why not, or null when it is there. */
  function makeFolder(path: string): string | null {
    if (files.has(path)) return 'a file is in the place of a folder';
    if (kind(path) === 'folder') return null;
    const why = makeFolder(dirname(path));
    if (why === null) folders.add(path);
    return why;
  }

  function firstFree(path: string): string {
    const end = path.length - extname(path).length;
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? path : `${path.slice(0, end)}-${number}${path.slice(end)}`;
      if (kind(name) === 'none') return name;
    }
  }

  return {
    files,
    folders,
    proven,
    breaks(what, why) {
      if (why === null) broken.delete(what);
      else broken.set(what, why);
    },
    kindOf: async (path) => kind(path),
    sizeOf: async (path) => files.get(path)?.byteLength ?? null,
    realPath: async (path) => posix.resolve('/work', path),
    async prove(path) {
      if (kind(path) === 'folder') throw usageFailure(`${path} is a folder.`);
      const why = broken.get('prove') ?? makeFolder(dirname(path));
      if (why !== null) throw usageFailure(`${path} cannot be written: ${why}.`);
      proven.push(path);
    },
    async put(path, bytes, { replace }) {
      const name = replace ? path : firstFree(path);
      const inTheWay = kind(name) === 'folder' ? 'a folder is in its place' : makeFolder(dirname(path));
      const why = broken.get('put') ?? inTheWay;
      if (why !== null) throw new Failure('disk', `${path} was not written: ${why}.`);
      files.set(name, Uint8Array.from(bytes));
      return name;
    },
    async update(path, make) {
      await this.put(path, make(files.get(path) ?? null), { replace: true });
    },
    async read(path) {
      const bytes = files.get(path);
      if (!bytes) throw usageFailure(`${path} cannot be read: there is no such file.`);
      return bytes;
    },
    async names(folder) {
      const start = folder === '.' ? '' : `${folder}/`;
      const inside = [...files.keys(), ...folders].filter((path) => path.startsWith(start));
      return [...new Set(inside.map((path) => path.slice(start.length).split('/')[0] ?? ''))].filter(Boolean);
    },
    // Nothing in memory is ever half written.
    tidy: async () => 0,
    async move(from, to) {
      const bytes = files.get(from);
      const why = bytes ? makeFolder(dirname(to)) : 'there is no such file';
      if (!bytes || why !== null) {
        throw new Failure('disk', `${from} could not be moved to ${to}: ${why}.`, { charged: 'no' });
      }
      files.delete(from);
      files.set(to, bytes);
    },
  };
}
