import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The name of the git repository that a folder is in; for a linked worktree, that of the main folder. */
export function repositoryOf(cwd: string): string | null {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const name = nameIn(folder);
    if (name !== null || dirname(folder) === folder) return name;
  }
}

/** The folder of the git repository that a folder is in; null outside of one. */
export function repositoryFolder(cwd: string): string | null {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

function nameIn(folder: string): string | null {
  const git = join(folder, '.git');
  try {
    if (statSync(git).isDirectory()) return basename(folder) || null;
    const [, main = folder] = WORKTREE.exec(readFileSync(git, 'utf8')) ?? [];
    return basename(main) || null;
  } catch {
    return null;
  }
}

/** Where the `.git` file of a linked worktree points; that of a submodule points to `modules`. */
const WORKTREE = /^gitdir: (.+)[/\\]\.git[/\\]worktrees[/\\]/;
