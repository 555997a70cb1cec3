import * as nodeFs from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure, usageFailure } from '../../core/errors.ts';
import { numberedPath } from '../../core/files/filename.ts';
import { notOnWindows } from '../../core/files/windows-name.ts';
import { fileSize } from '../../core/text/text.ts';
import type { PictureFiles } from '../../ports/index.ts';
import { atomicWriter, PROBE, type WriteFs } from './atomic-write.ts';
import { FROM_SHELL } from './read-bounded.ts';
import { errno, trouble } from './fs-errors.ts';
import { namesIn, tidy } from './tidy.ts';

/** The part of node:fs/promises that picture files touch, so that tests can break each call. */
export type PictureFilesFs = Pick<typeof nodeFs, 'stat' | 'statfs' | 'realpath' | 'readFile' | 'readdir'> &
  WriteFs;

/** A file that changes as often while it is written is in the hands of somebody else. */
const MOST_TRIES = 20;
/** The highest number of "name-2", "name-3" … */
const MOST_NAMES = 999;

/** Pictures in files. A file has its name only when all of it is on the disk. */
export function pictureFiles(fs: PictureFilesFs = nodeFs, system = process.platform): PictureFiles {
  const files = atomicWriter({ fs });

  async function kindOf(path: string): ReturnType<PictureFiles['kindOf']> {
    try {
      const found = await fs.stat(path);
      return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    } catch {
      // A path that cannot be looked at counts as free: `prove` says why nothing can be written there.
      return 'none';
    }
  }

  async function sizeOf(path: string): Promise<number | null> {
    try {
      const found = await fs.stat(path);
      return found.isFile() ? found.size : null;
    } catch {
      return null;
    }
  }

  async function realPath(path: string): Promise<string> {
    const whole = resolve(path);
    try {
      return await fs.realpath(whole);
    } catch {
      const above = dirname(whole);
      return above === whole ? whole : join(await realPath(above), basename(whole));
    }
  }

  async function prove(path: string, room = 0): Promise<void> {
    const wrong = system === 'win32' ? notOnWindows(path) : null;
    if (wrong !== null)
      throw usageFailure(
        `${path} cannot be written: Windows takes no file or folder called ${wrong}.`,
        'Leave out < > : " | ? * and a dot or space at the end, and names of devices such as con and nul.',
      );
    try {
      await refuseFolder(path);
      await files.prove(path, [PROBE], { flush: true });
      if (room > 0) await refuseFull(dirname(path), room);
    } catch (error) {
      if (error instanceof Failure) throw error;
      const { why, remedy } = trouble(error);
      throw new Failure('usage', `${path} cannot be written: ${why}.`, { hint: remedy, cause: error });
    }
  }

  /** It is asked for, not tried out: pictures of an order may be a gigabyte. A quota shows only when it is met. */
  async function refuseFull(folder: string, room: number): Promise<void> {
    const { bavail, bsize, blocks } = await fs.statfs(folder);
    // Some file systems in user space say nothing of their size.
    if (blocks === 0 || bavail * bsize >= room) return;
    throw usageFailure(
      `${folder === '.' ? 'This folder' : folder} has room for ${fileSize(bavail * bsize)}, and these pictures need about ${fileSize(room)}.`,
      'Make room, or choose another place with -o.',
    );
  }

  async function refuseFolder(path: string): Promise<void> {
    try {
      if (!(await fs.stat(path)).isDirectory()) return;
    } catch (error) {
      if (errno(error) === 'ENOENT') return;
      throw error;
    }
    throw usageFailure(`${path} is a folder.`, `To write into it: -o ${path}/`);
  }

  async function put(
    path: string,
    bytes: Uint8Array,
    options: { readonly replace: boolean },
  ): Promise<string> {
    try {
      if (!options.replace) return await putBeside(path, bytes);
      await files.write(path, [bytes]);
      return path;
    } catch (error) {
      const { why, remedy } = trouble(error);
      throw new Failure('disk', `${path} was not written: ${why}.`, { hint: remedy, cause: error });
    }
  }

  async function update(path: string, make: (now: Uint8Array | null) => Uint8Array): Promise<void> {
    try {
      for (let tries = 1; !(await replacedUnchanged(path, make)); tries += 1) {
        if (tries === MOST_TRIES) throw new Error('others write it all the time');
      }
    } catch (error) {
      if (error instanceof Failure) throw error;
      const { why, remedy } = trouble(error);
      throw new Failure('disk', `${path} was not written: ${why}.`, { hint: remedy, cause: error });
    }
  }

  /** False where the file is not as it was when `make` was asked. */
  async function replacedUnchanged(
    path: string,
    make: (now: Uint8Array | null) => Uint8Array,
  ): Promise<boolean> {
    const before = await contentOf(path);
    const bytes = make(before);
    return files.withDraft(path, async (draft) => {
      await files.fill(draft, [bytes]);
      const now = await contentOf(path);
      const isSame = now === null || before === null ? now === before : Buffer.compare(now, before) === 0;
      await (isSame ? files.replace(draft, path) : files.discard(draft));
      return isSame;
    });
  }

  async function contentOf(path: string): Promise<Uint8Array | null> {
    try {
      return await fs.readFile(path);
    } catch (error) {
      if (errno(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Takes the first free name, so nothing is overwritten however many ask at once. */
  const putBeside = (path: string, bytes: Uint8Array): Promise<string> =>
    files.withDraft(path, async (draft) => {
      await files.fill(draft, [bytes]);
      for (let number = 1; number <= MOST_NAMES; number += 1) {
        const name = numberedPath(path, number);
        if (await files.claim(draft, name)) return name;
      }
      throw new Error(`every name up to ${numberedPath(path, MOST_NAMES)} is taken`);
    });

  async function read(path: string): Promise<Uint8Array> {
    try {
      const found = await fs.stat(path);
      if (!found.isFile() && !found.isDirectory() && !FROM_SHELL.test(path))
        throw new Error('it is a pipe or a device');
      return await fs.readFile(path);
    } catch (error) {
      const { why } = trouble(error);
      throw new Failure('usage', `${path} cannot be read: ${why}.`, {
        hint: 'Check the path.',
        cause: error,
      });
    }
  }

  async function move(from: string, to: string): Promise<void> {
    try {
      await files.move(from, to);
    } catch (error) {
      const { why, remedy } = trouble(error);
      const detail = { hint: remedy, charged: 'no', cause: error } as const;
      throw new Failure('disk', `${from} could not be moved to ${to}: ${why}.`, detail);
    }
  }

  return {
    kindOf,
    sizeOf,
    realPath,
    prove,
    put,
    update,
    read,
    move,
    names: (folder) => namesIn(folder, fs),
    tidy: (folder, before) => tidy(folder, before, fs),
  };
}
