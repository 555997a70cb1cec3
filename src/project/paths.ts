import nodePath, { type PlatformPath } from 'node:path';
import { shortened } from '../core/manifest/fingerprint.ts';
import { lfsPointer } from '../core/files/lfs-pointer.ts';
import { folderOf } from '../core/manifest/path.ts';
import type { Deps, SavedImage, PictureFiles } from '../ports/index.ts';
import { shown, type Project } from './project.ts';
import type { HashedPicture } from './pictures.ts';

/** Puts pictures of a project where they belong. A file that somebody edited is moved away, never replaced. */
export interface ProjectFiles {
  /** Puts one picture, whose own earlier file it may replace. */
  readonly pictureFiles: PictureFiles;
  /** Why a picture of this content cannot go to a path, as a sentence; null when it can. */
  readonly inTheWay: (path: string, content?: string) => Promise<string | null>;
  /** Why a path lies outside of the project although it does not look so, as a sentence; null where it does not. */
  readonly outside: (path: string) => Promise<string | null>;
  /** Whether this run put something there. */
  readonly isPlaced: (path: string) => boolean;
  /** A path of the project as the user would write it. */
  readonly shownAt: (path: string) => string;
  /** The path from the project's folder, also of an absolute path; null where it is outside of the project. */
  readonly relativeToProject: (path: string) => string | null;
  /** Files that other pictures are made of: what takes their place moves them away first. */
  readonly spare: (paths: Iterable<string>) => void;
  /** The bytes of a file with this content, here or where this run moved it; null where there are none. */
  readonly bytesOf: (path: string, content: string) => Promise<Uint8Array | null>;
  /** Moves a file of the project to the trash if it holds this content. Resolves to its new path, or to null. */
  readonly discard: (path: string, content?: string) => Promise<string | null>;
}

/** `ours` has what the lock knows of: content by path. `isOwn` knows what interrupted runs and other branches put there. */
export function projectFiles(
  project: Project,
  pictureFiles: PictureFiles,
  { sha256, cwd }: Pick<Deps, 'sha256' | 'cwd'>,
  ours: Map<string, string>,
  trash: string,
  isOwn: (path: string, sha256: string) => Promise<boolean>,
): ProjectFiles {
  /** A Git LFS pointer stands for the content that it points to. */
  async function contentAt(path: string): Promise<{ sha256: string; isPointer: boolean } | null> {
    if ((await pictureFiles.kindOf(path)) !== 'file') return null;
    const bytes = await pictureFiles.read(path);
    const pointed = lfsPointer(bytes);
    return { sha256: pointed?.sha256 ?? sha256(bytes), isPointer: pointed !== null };
  }

  const placed = new Set<string>();
  const spared = new Set<string>();
  async function put(path: string, bytes: Uint8Array): Promise<string> {
    const there = await contentAt(path);
    if (there === null) return pictureFiles.put(path, bytes, { replace: false });
    if (there.sha256 === sha256(bytes) && !there.isPointer) return path;
    const own = within(project, path);
    if (ours.get(own) === there.sha256 && !spared.has(own))
      return pictureFiles.put(path, bytes, { replace: true });
    if (ours.has(own)) await discard(own);
    return pictureFiles.put(path, bytes, { replace: false });
  }

  async function bytesOf(path: string, content: string): Promise<Uint8Array | null> {
    for (const place of [path, `${trash}/${path}`]) {
      // Another picture of this run may just be moving it.
      const bytes = await pictureFiles.read(shown(project, place)).catch(() => null);
      if (bytes !== null && sha256(bytes) === content) return bytes;
    }
    return null;
  }

  async function discard(path: string, content?: string): Promise<string | null> {
    const from = shown(project, path);
    const there = await contentAt(from);
    if (there === null || (content !== undefined && there.sha256 !== content)) return null;
    const to = shown(project, `${trash}/${path}`);
    await pictureFiles.move(from, to);
    return to;
  }

  const realFolders = new Map<string, Promise<string>>();
  function realFolder(path: string): Promise<string> {
    const known = realFolders.get(path) ?? pictureFiles.realPath(path === '' ? '.' : path);
    realFolders.set(path, known);
    return known;
  }

  /** A link in the project may lead anywhere, and came with the repository. */
  async function outside(path: string): Promise<string | null> {
    const folder = folderOf(shown(project, path));
    const [root, real] = await Promise.all([realFolder(project.folder), realFolder(folder)]);
    return wayBelow(root, real) !== null
      ? null
      : `${shown(project, path)} would be outside of the project: a link leads from ${folder} to ${real}.`;
  }

  return {
    discard,
    bytesOf,
    outside,
    spare: (paths) => {
      for (const path of paths) spared.add(path);
    },
    isPlaced: (path) => placed.has(path),
    shownAt: (path) => shown(project, path),
    relativeToProject: (path) => relativeToProject(project, cwd, path),
    async inTheWay(path, wanted) {
      const name = shown(project, path);
      const kind = await pictureFiles.kindOf(name);
      if (kind === 'none' || (kind === 'file' && ours.has(path))) return null;
      if (kind !== 'file') return `${name} is no file that can be written.`;
      const content = sha256(await pictureFiles.read(name));
      if (content === wanted) return null;
      if (!(await isOwn(path, content))) return `${name} exists, and the lock does not know it.`;
      ours.set(path, content);
      return null;
    },
    pictureFiles: {
      ...pictureFiles,
      async put(path, bytes) {
        const written = await put(path, bytes);
        placed.add(within(project, written));
        return written;
      },
    },
  };
}

/** A path as the user would write it, from the project's folder. */
export const within = ({ folder }: Pick<Project, 'folder'>, path: string): string =>
  folder === '' ? path : path.slice(folder.length + (/[/\\]$/.test(folder) ? 0 : 1));

/** A path, as the user would write it or absolute, from the project's folder; null where it is outside of that. */
export function relativeToProject(
  { folder }: Pick<Project, 'folder'>,
  cwd: string,
  path: string,
  system: PlatformPath = nodePath,
): string | null {
  return wayBelow(system.resolve(cwd, folder), system.resolve(cwd, path), system) || null;
}

/** The way from a folder to a path below it, with slashes; null where it is not below. Both are whole paths of the system. */
function wayBelow(folder: string, path: string, system: PlatformPath = nodePath): string | null {
  const way = system.relative(folder, path);
  const isBelow = !/^\.\.(?:[/\\]|$)/.test(way) && !system.isAbsolute(way);
  return isBelow ? way.replaceAll(system.sep, '/') : null;
}

/** What the lock says of a picture that is on disk now. */
export function lineFor(
  project: Project,
  { picture, asked, hash }: HashedPicture,
  image: SavedImage,
  bought: { readonly model: string; readonly cost: string; readonly date: string; readonly sandbox: boolean },
) {
  const { key: id, out, format, quality } = picture;
  const { sha256, bytes } = image;
  const { model, cost, date, sandbox } = bought;
  const path = within(project, image.path);
  return {
    id,
    hash,
    asked: shortened(asked),
    out,
    format,
    quality,
    path,
    sha256,
    bytes,
    model,
    cost,
    date,
    ...(sandbox && { sandbox: true as const }),
  };
}
