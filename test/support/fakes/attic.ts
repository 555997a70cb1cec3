import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { foundIn } from '../../../src/adapters/tree/disk.ts';
import type { Attic } from '../../../src/ports/index.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** Looks in files in memory, and in commits, the latest first, each with the files that it had. */
export function fakeAttic(files: Files, folder = '', commits: () => readonly Files[] = () => []): Attic {
  const commit = (revision: string): Files | undefined => commits()[Number(revision)];
  return {
    async find({ sha256 }) {
      for (const [path, bytes] of files) {
        const inside = posix.relative(folder, path);
        if (inside.startsWith('..')) continue;
        if (createHash('sha256').update(bytes).digest('hex') === sha256) return inside;
      }
      return null;
    },
    versions: async (path) =>
      commits().flatMap((all, index) => {
        const bytes = all.get(posix.join(folder, path));
        return bytes ? [{ revision: String(index), lines: Buffer.from(bytes).toString().split('\n') }] : [];
      }),
    async at(revision, path) {
      const bytes = commit(revision)?.get(posix.join(folder, path));
      return bytes ? foundIn(bytes) : { kind: 'none' };
    },
    read: async (revision, path) => commit(revision)?.get(posix.join(folder, path)) ?? null,
  };
}
