import { posix } from 'node:path';
import { foundIn } from '../../../src/adapters/tree/disk.ts';
import { usageFailure } from '../../../src/core/errors.ts';
import type { Tree } from '../../../src/ports/index.ts';

/** Files in memory, by path; those of fake picture files will do. */
export function fakeTree(files: ReadonlyMap<string, Uint8Array>, folder = ''): Tree {
  const at = (path: string) => files.get(posix.join(folder, path));
  const text = (path: string) => {
    const bytes = at(path);
    return bytes === undefined
      ? null
      : Buffer.from(bytes)
          .toString()
          .replace(/^\uFEFF/, '');
  };
  return {
    text: async (path) => text(path),
    async *lines(path) {
      const whole = text(path);
      if (whole === null) throw usageFailure(`${path} cannot be read: there is no such file.`);
      const lines = whole.split(/\r?\n/);
      yield lines.at(-1) === '' ? lines.slice(0, -1) : lines;
    },
    kindOf: async (path) => (at(path) === undefined ? 'none' : 'file'),
    async find(path) {
      const bytes = at(path);
      return bytes === undefined ? { kind: 'none' } : foundIn(bytes);
    },
  };
}
