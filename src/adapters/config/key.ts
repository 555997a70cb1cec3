import { statSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure, usageFailure } from '../../core/errors.ts';
import { decoded } from '../files/decode-text.ts';
import { allOf } from '../files/read-bounded.ts';
import { GOOGLE } from '../../core/providers/google.ts';
import { keysFile, type Places } from './folders.ts';
import { type Found, type Variables, valueOf } from './variables.ts';

export interface KeyFile extends Found {
  /** Whether other users of the machine can read it. */
  readonly open: boolean;
}

/** The first of some variables that holds a key. */
export function keyIn(names: readonly string[], variables: Variables, suffix: string): Found | null {
  for (const name of names) {
    const value = valueOf(variables, name);
    if (value !== null) return { value, from: `${name}${suffix}` };
  }
  return null;
}

/** Two keys may belong to two accounts, so the user is told which of them pays. */
export function twoKeysNote(variables: Variables, suffix: string): string | null {
  const [gemini, google] = GOOGLE.key.variables.map((name) => valueOf(variables, name));
  if (!gemini || !google || gemini === google) return null;
  return `GEMINI_API_KEY and GOOGLE_API_KEY are both set${suffix}; GEMINI_API_KEY is used.`;
}

/** Says that others can read a file with keys; null where there is no such file. */
export function openNote(places: Places | null): string | null {
  if (places === null) return null;
  const path = keysFile(places);
  const about = statSync(path, { throwIfNoEntry: false });
  return about && isOpenToOthers(about) ? `Others can read ${path}: chmod 600 makes it yours alone.` : null;
}

/** Reads a key from a file, or from a pipe that stands for one. */
export async function readKeyFile(path: string, cwd: string): Promise<KeyFile> {
  const { text, isOpen } = await contentOf(path, cwd);
  const value = text.trim();
  if (value === '')
    throw new Failure('auth', `--api-key-file: ${path} is empty.`, { hint: GOOGLE.advice.key });
  return { value, from: `--api-key-file ${path}`, open: isOpen };
}

/** Whether other users of the machine can read a file; a pipe has no place where they could find it. */
export const isOpenToOthers = (about: Pick<Stats, 'mode' | 'isFile'>): boolean =>
  process.platform !== 'win32' && about.isFile() && (about.mode & 0o077) !== 0;

/** Whether nobody else can read a file; on Windows its mode says nothing of that. */
export const isYoursAlone = ({ mode }: Pick<Stats, 'mode'>, system = process.platform): boolean =>
  system !== 'win32' && (mode & 0o077) === 0;

/** More than any key has. */
const MOST_BYTES = 64 * 1024;

/** Reads text and mode of one open file, so that both are of the same file. */
async function contentOf(path: string, cwd: string) {
  try {
    const name = `--api-key-file: ${path}`;
    const file = await open(resolve(cwd, path));
    try {
      const isOpen = isOpenToOthers(await file.stat());
      return { text: decoded(await allOf(file, MOST_BYTES, name), name), isOpen };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return usageFailure(`--api-key-file: there is no file ${path}.`);
  if (code === 'EISDIR') return usageFailure(`--api-key-file: ${path} is a folder.`);
  return new Failure('usage', `--api-key-file: ${path} cannot be read (${String(code)}).`, { cause: error });
}
