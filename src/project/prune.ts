import type { Locked } from '../core/manifest/lock.ts';
import type { LockFile } from './lockfile.ts';
import type { ProjectFiles } from './paths.ts';
import type { Project } from './project.ts';

/**
 * After a merge or an interruption the lock may hold several lines of a picture. What the others say is on disk goes to
 * the trash, and then they go themselves.
 */
export async function tidy(
  project: Project,
  current: ReadonlyMap<string, Locked>,
  lock: LockFile,
  files: ProjectFiles,
): Promise<void> {
  const { lock: before } = project;
  if (before.several.length > 0 || before.hasMarks) for (const locked of current.values()) lock.set(locked);
  const leftovers = lock.leftovers();
  if (leftovers.length === 0) return;
  const paths = lock.paths();
  for (const { id, path, sha256 } of leftovers) {
    if (!paths.has(path)) await files.discard(path, sha256);
    // The line goes last: as long as the file is there, the lock must know whose it is.
    lock.forget(id, path);
  }
}

/** Moves files that the manifest no longer asks for to the trash, and drops their lines. Resolves to where they are now. */
export async function prune(
  orphans: readonly string[],
  strays: readonly string[],
  project: Project,
  lock: LockFile,
  files: ProjectFiles,
): Promise<readonly string[]> {
  const moved: (string | null)[] = [];
  const known = lock.paths(orphans);
  for (const id of orphans) {
    const paths = new Set(project.lock.of(id).map(({ path }) => path));
    for (const path of paths) if (!known.has(path)) moved.push(await files.discard(path));
    // The line goes last, for the same reason.
    lock.remove(id);
  }
  for (const path of strays) moved.push(await files.discard(path));
  return moved.filter((to) => to !== null);
}
