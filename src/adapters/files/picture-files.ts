import { randomUUID } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { Failure, usageFailure } from '../../core/errors.ts';
import type { Shelf } from '../../ports/index.ts';
import { errno, trouble } from './fs-errors.ts';
import { makeFolder } from './mkdir.ts';

/** The part of node:fs/promises that the shelf touches, so that tests can break each call. */
export type ShelfFs = Pick<
  typeof nodeFs,
  'stat' | 'mkdir' | 'open' | 'link' | 'unlink' | 'rename' | 'readFile'
>;

/** What file systems without hard links answer: FAT, some network shares and containers. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK']);
/** What systems answer that cannot flush a folder, and have no need to. */
const NO_FLUSH = new Set(['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF']);
/** Enough that a full disk shows itself before anything is paid. */
const PROBE = new Uint8Array(4096);
/** Of "name-2", "name-3" … */
const MOST_NAMES = 999;

/** Pictures in files. A file has its name only when all of it is on the disk. */
export function shelf(fs: ShelfFs = nodeFs): Shelf {
  async function kindOf(path: string): ReturnType<Shelf['kindOf']> {
    try {
      const found = await fs.stat(path);
      return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    } catch {
      // What cannot be seen counts as absent: `prove` says why it cannot be written.
      return 'none';
    }
  }

  async function prove(path: string): Promise<void> {
    const probe = draftBeside(path);
    try {
      await refuseFolder(path);
      await makeFolderFor(path);
      await write(probe, PROBE);
      await fs.unlink(probe);
    } catch (error) {
      await forget(probe);
      if (error instanceof Failure) throw error;
      const { why, remedy } = trouble(error);
      throw new Failure('usage', `${path} cannot be written: ${why}.`, { hint: remedy, cause: error });
    }
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
    const draft = draftBeside(path);
    try {
      // Nearly always the folder is there: it was proven, or has a picture in it.
      await write(draft, bytes).catch(async (error: unknown) => {
        if (errno(error) !== 'ENOENT') throw error;
        await makeFolderFor(path);
        await write(draft, bytes);
      });
      const written = options.replace ? await replace(draft, path) : await claim(draft, path);
      await flush(dirname(path));
      return written;
    } catch (error) {
      await forget(draft);
      const { why, remedy } = trouble(error);
      throw new Failure('disk', `${path} was not written: ${why}.`, { hint: remedy, cause: error });
    }
  }

  async function replace(draft: string, path: string): Promise<string> {
    await fs.rename(draft, path);
    return path;
  }

  /** The first free name: a link is made or it is not, so nothing is overwritten however many ask at once. */
  async function claim(draft: string, path: string): Promise<string> {
    for (let number = 1; number <= MOST_NAMES; number += 1) {
      const name = numbered(path, number);
      if (await take(draft, name)) return name;
    }
    throw new Error(`every name up to ${numbered(path, MOST_NAMES)} is taken`);
  }

  async function take(draft: string, name: string): Promise<boolean> {
    try {
      await fs.link(draft, name);
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      if (NO_LINKS.has(errno(error))) return reserve(draft, name);
      throw error;
    }
    await forget(draft);
    return true;
  }

  /** Without hard links: an empty file holds the name, and the draft takes its place. */
  async function reserve(draft: string, name: string): Promise<boolean> {
    const holder = await fs.open(name, 'wx', 0o666).catch((error: unknown) => {
      if (errno(error) === 'EEXIST') return null;
      throw error;
    });
    if (!holder) return false;
    try {
      await holder.close();
      await fs.rename(draft, name);
      return true;
    } catch (error) {
      await forget(name);
      throw error;
    }
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const file = await fs.open(path, 'wx', 0o666);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** New folders last once their parents are flushed. */
  async function makeFolderFor(path: string): Promise<void> {
    for (const made of await makeFolder(dirname(resolve(path)), { fs })) await flush(dirname(made));
  }

  async function flush(folder: string): Promise<void> {
    try {
      const handle = await fs.open(folder, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!NO_FLUSH.has(errno(error))) throw error;
    }
  }

  const forget = (path: string): Promise<void> => fs.unlink(path).catch(() => undefined);

  async function read(path: string): Promise<Uint8Array> {
    try {
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
      await makeFolderFor(to);
      await fs.rename(from, to);
      await flush(dirname(to));
    } catch (error) {
      const { why, remedy } = trouble(error);
      const detail = { hint: remedy, charged: 'no', cause: error } as const;
      throw new Failure('disk', `${from} could not be moved to ${to}: ${why}.`, detail);
    }
  }

  return { kindOf, prove, put, read, move };
}

const draftBeside = (path: string): string => join(dirname(path), `.pixtab-${randomUUID()}.tmp`);

/** "a.jpg" and 2 make "a-2.jpg". */
function numbered(path: string, number: number): string {
  if (number === 1) return path;
  const end = path.length - extname(path).length;
  return `${path.slice(0, end)}-${number}${path.slice(end)}`;
}
