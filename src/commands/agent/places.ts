import { isAbsolute, join, relative, resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { PictureFiles } from '../../ports/index.ts';

/** Whether a path lies in a folder; both are real, with every link followed. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way);
}

/** Files that write into a folder alone, wherever links lead. */
export function confinedTo(folder: string, files: PictureFiles): PictureFiles {
  async function check(path: string): Promise<void> {
    const real = await files.realPath(path);
    if (!isInside(folder, real)) throw outside(path, 'Pictures go into the folder of this server alone.');
  }
  return {
    ...files,
    async prove(path, room) {
      await check(path);
      await files.prove(path, room);
    },
    async put(path, bytes, options) {
      await check(path);
      return files.put(path, bytes, { ...options, replace: false });
    },
    async update(path, make) {
      await check(path);
      await files.update(path, make);
    },
    async move(from, to) {
      await check(from);
      await check(to);
      await files.move(from, to);
    },
  };
}

/**
 * A name for pictures, with folders before it: nothing that leads elsewhere, that another program takes for its own, as
 * what begins with a dot, or that means something to a file system.
 */
export const NAME =
  /^(?:[\p{L}\p{N}_{][\p{L}\p{N}\p{M} ._{}-]{0,79}\/){0,4}[\p{L}\p{N}_{][\p{L}\p{N}\p{M} ._{}-]{0,99}$/u;

export function placeFor(folder: string, name: string | undefined, count: number): string {
  // A slash at the end makes it a folder, in which pictures are named after day and prompt.
  if (name === undefined) return `${folder}/`;
  return join(folder, count > 1 && !name.includes('{n}') ? name.replace(/(?=\.\w+$|$)/, '-{n}') : name);
}

/** Failure `usage` where something is there already: an agent replaces nothing. */
export async function checkFree(paths: readonly string[], files: PictureFiles): Promise<void> {
  for (const path of paths) {
    if ((await files.kindOf(path)) === 'none') continue;
    throw new Failure(
      'usage',
      `There is something called ${printable(path)} already, and nothing is replaced.`,
      {
        code: 'name-taken',
        hint: 'Take another name, or none: pictures are then named after day and prompt.',
      },
    );
  }
}

/** The real path of an input, as far as it may be read: null where only the roots of the client could allow it. */
export async function inputIn(
  source: string,
  folder: string,
  roots: readonly string[],
  files: PictureFiles,
): Promise<string | null> {
  const path = resolve(folder, pathOf(source));
  const real = await files.realPath(path);
  for (const allowed of [folder, ...roots]) {
    if (isInside(allowed, real)) {
      if ((await files.kindOf(real)) === 'file') return real;
      throw new Failure('usage', `There is no picture ${printable(source)}.`, { code: 'no-such-picture' });
    }
  }
  return null;
}

export const outsideInput = (source: string): Failure =>
  outside(source, 'Pictures are read from the folder of this server, and from the roots of its client.');

const outside = (path: string, hint: string): Failure =>
  new Failure('usage', `${printable(path)} is outside of what this server may touch.`, {
    code: 'outside-of-folder',
    hint,
  });

/** The folders that a client works in, as real paths; what is no folder of this machine is left out. */
export async function realRoots(uris: readonly string[], files: PictureFiles): Promise<readonly string[]> {
  const paths = uris.flatMap((uri) => (uri.startsWith('file://') ? [pathOf(uri)] : []));
  const real = await Promise.all(paths.map((path) => files.realPath(path).catch(() => null)));
  const kinds = await Promise.all(
    real.map(async (path) => path !== null && (await files.kindOf(path)) === 'folder'),
  );
  return real.flatMap((path, index) => (path !== null && kinds[index] ? [path] : []));
}

/** A file: URI as a path; any other text is one. */
function pathOf(source: string): string {
  if (!source.startsWith('file://')) return source;
  try {
    const { host, pathname } = new URL(source);
    const path = decodeURIComponent(pathname);
    // A letter of a drive stands behind the slash.
    if (host === '') return /^\/[a-z]:/i.test(path) ? path.slice(1) : path;
  } catch {
    // The failure below says it.
  }
  throw outsideInput(source);
}
