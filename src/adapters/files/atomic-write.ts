import { randomUUID } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errno } from './fs-errors.ts';
import { makeFolder as makeFolders, type FolderFs } from './mkdir.ts';

/** The part of node:fs/promises that writing touches, so that tests can break each call. */
export interface WriteFs extends FolderFs {
  open(path: string, flags: 'r' | 'wx', mode?: number): Promise<OpenFile>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

export interface OpenFile {
  writeFile(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface AtomicWriteOptions {
  readonly fs?: WriteFs;
  readonly fileMode?: number;
  readonly folderMode?: number;
  /** Milliseconds between the tries to give a draft its name, where somebody has a file open. */
  readonly pauses?: readonly number[];
}

/** What file systems without hard links answer: FAT, some network shares and containers. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK']);
/**
 * What systems answer that cannot flush a folder: Windows, which has no need to (EPERM, EISDIR, EBADF), some network
 * shares, and a folder that may be written and not read (EACCES). A disk that fails (EIO, ENOSPC) is none of these.
 */
const NO_FLUSH = new Set(['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF']);

/** What Windows answers while a virus scanner or an index has a file open, for a moment. */
const HELD = new Set(['EPERM', 'EACCES', 'EBUSY']);
const PAUSES = process.platform === 'win32' ? [10, 20, 40, 80, 160, 320, 640] : [];

/** Enough that a full disk shows itself before anything is paid. */
export const PROBE = new Uint8Array(4096);

const DRAFT_NAME = /^\.pixtab-[\da-f-]{36}\.tmp$/;

/** Whether a file of this name is a draft: one that is old was left by a process that was killed. */
export const isDraft = (name: string): boolean => DRAFT_NAME.test(name);

/**
 * Writes files whole: a file has its name once every byte of it is on the disk, and keeps it when the power fails.
 * Every call throws the error of the file system as it is.
 */
export function atomicWriter({
  fs = nodeFs,
  fileMode = 0o666,
  folderMode = 0o777,
  pauses = PAUSES,
}: AtomicWriteOptions = {}) {
  /** Gives `work` a name for a draft in the folder of `path`; when it fails, the draft is removed. */
  async function withDraft<T>(path: string, work: (draft: string) => Promise<T>): Promise<T> {
    const draft = join(dirname(path), `.pixtab-${randomUUID()}.tmp`);
    try {
      return await work(draft);
    } catch (error) {
      await discard(draft);
      throw error;
    }
  }

  const discard = (path: string): Promise<void> => fs.unlink(path).catch(() => undefined);

  /** Writes a draft to the disk. Its folder is made only where it is missing: nearly always it is there. */
  async function fill(draft: string, parts: readonly Uint8Array[]): Promise<void> {
    const write = async () => writeTo(await fs.open(draft, 'wx', fileMode), parts, { flush: true });
    await write().catch(async (error: unknown) => {
      if (errno(error) !== 'ENOENT') throw error;
      await makeFolder(dirname(draft));
      await write();
    });
  }

  async function writeTo(
    file: OpenFile,
    parts: Iterable<Uint8Array>,
    { flush }: { readonly flush: boolean },
  ): Promise<void> {
    try {
      for (const part of parts) await file.writeFile(part);
      if (flush) await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Gives a draft its name, in place of whatever has it. */
  async function replace(draft: string, path: string): Promise<void> {
    await rename(draft, path);
    await flushFolder(dirname(path));
  }

  async function rename(from: string, to: string): Promise<void> {
    for (const pause of pauses) {
      try {
        await fs.rename(from, to);
        return;
      } catch (error) {
        if (!HELD.has(errno(error))) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    await fs.rename(from, to);
  }

  /** Gives a draft its name unless something else has it: then false. However many ask at once, one of them gets it. */
  async function claim(draft: string, path: string): Promise<boolean> {
    try {
      await fs.link(draft, path);
      await discard(draft);
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      if (!NO_LINKS.has(errno(error))) throw error;
      if (!(await claimWithoutLinks(draft, path))) return false;
    }
    await flushFolder(dirname(path));
    return true;
  }

  /** An empty file holds the name until the draft takes its place. */
  async function claimWithoutLinks(draft: string, path: string): Promise<boolean> {
    const holder = await fs.open(path, 'wx', fileMode).catch((error: unknown) => {
      if (errno(error) === 'EEXIST') return null;
      throw error;
    });
    if (holder === null) return false;
    try {
      await holder.close();
      await rename(draft, path);
      return true;
    } catch (error) {
      await discard(path);
      throw error;
    }
  }

  const write = (path: string, parts: readonly Uint8Array[]): Promise<void> =>
    withDraft(path, async (draft) => {
      await fill(draft, parts);
      await replace(draft, path);
    });

  /** Gives a file another place, whose folders it makes, in place of whatever stands there. */
  async function move(from: string, to: string): Promise<void> {
    await makeFolder(dirname(to));
    await replace(from, to);
    if (dirname(from) !== dirname(to)) await flushFolder(dirname(from));
  }

  /**
   * Proves that so much can be written in the folder of `path`, and leaves nothing there, whenever it ends: the probe has
   * no name while it is written, where the system allows that.
   */
  async function prove(
    path: string,
    parts: Iterable<Uint8Array>,
    { flush }: { readonly flush: boolean },
  ): Promise<void> {
    await makeFolder(dirname(path));
    await withDraft(path, async (draft) => {
      const file = await fs.open(draft, 'wx', fileMode);
      const isNameless = await fs.unlink(draft).then(
        () => true,
        () => false,
      );
      await writeTo(file, parts, { flush });
      if (!isNameless) await fs.unlink(draft);
    });
  }

  /** Makes a folder and what is missing above it. A new folder lasts once its parent is flushed. */
  async function makeFolder(folder: string): Promise<void> {
    for (const made of await makeFolders(resolve(folder), { fs, mode: folderMode }))
      await flushFolder(dirname(made));
  }

  async function flushFolder(folder: string): Promise<void> {
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

  return { withDraft, discard, fill, replace, claim, write, move, prove, makeFolder };
}
