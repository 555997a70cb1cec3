import { statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** A path inside it. */
  at(...parts: readonly string[]): string;
}

/** A folder of its own, gone at the end of the scope: `await using folder = await tempDir()`. */
export async function tempDir(within = tmpdir()): Promise<TempDir> {
  const path = await mkdtemp(join(within, 'pixtab-test-'));
  return {
    path,
    at: (...parts) => join(path, ...parts),
    async [Symbol.asyncDispose]() {
      try {
        await rm(path, { recursive: true, force: true, maxRetries: 3 });
      } catch (error) {
        // Windows keeps a database that somebody has open.
        if (process.platform !== 'win32') throw error;
      }
    },
  };
}

/** Where the system keeps files in memory, if there is room; else the usual place. For those who flush a lot. */
export function inMemory(): string {
  const shared = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(shared);
    return bavail * bsize > ENOUGH ? shared : tmpdir();
  } catch {
    return tmpdir();
  }
}

const ENOUGH = 256 * 1024 * 1024;
