import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isBusy } from '../ledger/database.ts';
import { openSqlite } from '../ledger/driver.ts';
import { usageFailure } from '../../core/errors.ts';
import { atomicWriter } from './atomic-write.ts';
import { errno, trouble } from './fs-errors.ts';

/**
 * Takes a folder for this process alone, until it is given back; null while another process has it, also one with another
 * home. The operating system keeps the lock, by way of SQLite, so that whoever is killed leaves none behind.
 */
export async function lockFolder(folder: string, locks: string): Promise<(() => void) | null> {
  const { real, git } = seen(folder);
  const name = `${createHash('sha256').update(real).digest('hex').slice(0, 32)}.lock`;
  // Inside of git's own folder nobody commits it; elsewhere it goes when it is given back.
  const inFolder = git === null ? join(real, '.pixtab-busy') : join(git, 'pixtab', name);
  for (const [path, isKept] of [
    [inFolder, git !== null],
    [join(locks, name), true],
  ] as const) {
    const taken = await take(path, isKept);
    if (taken !== 'impossible') return taken;
  }
  // The ledger is opened next, and says why nothing can be written.
  return () => {};
}

/** Takes a file for this process alone, as a folder. Where the file cannot be written, nobody is kept out. */
export async function lockFile(path: string): Promise<(() => void) | null> {
  const taken = await take(path, true);
  return taken === 'impossible' ? () => {} : taken;
}

async function take(path: string, isKept: boolean): Promise<(() => void) | null | 'impossible'> {
  try {
    await atomicWriter({ folderMode: 0o700 }).makeFolder(dirname(path));
    const before = fileAt(path);
    const lock = await openSqlite(path);
    try {
      lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    // Whoever had it may have removed the file that was opened here.
    const now = fileAt(path);
    if (now === null || (before !== null && before !== now)) {
      lock.close();
      return null;
    }
    return () => {
      const isGone = isKept || isRemoved(path);
      if (lock.isOpen) lock.close();
      // Windows removes no file that is open, and none that somebody else has taken meanwhile.
      if (!isGone) isRemoved(path);
    };
  } catch (error) {
    return isBusy(error) ? null : 'impossible';
  }
}

/** A mark that cannot be removed keeps nobody out: the lock is what the operating system keeps. */
function isRemoved(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}

/** What is found out about the folder. On a disk that fails, two might lock it in two places, so nobody does. */
function seen(folder: string): { readonly real: string; readonly git: string | null } {
  try {
    const real = unlessClosed(() => realpathSync(folder)) ?? resolve(folder);
    return { real, git: gitFolder(real) };
  } catch (error) {
    const { why } = trouble(error);
    throw usageFailure(
      `The folder ${folder} cannot be looked at: ${why}.`,
      'Run it where the folder can be read.',
    );
  }
}

/** What lies in folders that nobody may look into is not there. */
function unlessClosed<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (errno(error) === 'EACCES') return undefined;
    throw error;
  }
}

/** Tells a file from another one that took its name. */
function fileAt(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/** Where git keeps what belongs to this checkout alone; null outside of one. */
function gitFolder(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const git = join(at, '.git');
    const found = unlessClosed(() => statSync(git, { throwIfNoEntry: false }));
    if (found?.isDirectory()) return git;
    if (found?.isFile()) {
      const [, linked] = /^gitdir: (.+)$/m.exec(readFileSync(git, 'utf8')) ?? [];
      return linked === undefined ? null : resolve(at, linked);
    }
    if (dirname(at) === at) return null;
  }
}
