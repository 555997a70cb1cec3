import { usageFailure } from '../core/errors.ts';
import { NO_LOCK, readLock, type Lock } from '../core/manifest/lock.ts';
import { folderOf, joined } from '../core/manifest/path.ts';
import type { Deps, Tree } from '../ports/index.ts';

/** A manifest with what belongs to it. Paths in it start at its folder. */
export interface Project {
  /** As the user would write it; empty for the working directory. */
  readonly folder: string;
  readonly file: string;
  readonly lockFile: string;
  readonly tree: Tree;
  readonly lock: Lock;
}

/** Names of manifests that are found without being named. */
export const USUAL_MANIFESTS = ['pixtab.yaml', 'pixtab.yml', 'pixtab.json', 'pixtab.jsonl', 'pixtab.csv'];

/** The manifest that is named, or the one of the working directory; as it was at a revision, where one is given. */
export async function openProject(
  named: string | undefined,
  deps: Pick<Deps, 'tree'>,
  revision?: string,
): Promise<Project> {
  const folder = named === undefined ? '' : folderOf(named);
  const tree = await deps.tree(folder, revision);
  const file = named === undefined ? await usual(tree) : named.replace(/^.*[/\\]/, '');
  const lockFile = `${file.replace(/\.[^.]+$/, '')}.lock`;
  return { folder, file, lockFile, tree, lock: await lockOf(tree, folder, lockFile) };
}

async function usual(tree: Tree): Promise<string> {
  const there: string[] = [];
  for (const name of USUAL_MANIFESTS) if ((await tree.kindOf(name)) === 'file') there.push(name);
  const [first, second] = there;
  if (first === undefined)
    throw usageFailure(
      'There is no pixtab.yaml here.',
      'Name a manifest with -f, let pixtab init make one, or write one: images: [{ id: hero, prompt: a harbour at dusk }]',
      'pixtab init',
    );
  if (second !== undefined)
    throw usageFailure(`There are ${first} and ${second}.`, 'Name the one that counts with -f.');
  return first;
}

async function lockOf(tree: Tree, folder: string, lockFile: string): Promise<Lock> {
  const isThere = (await tree.kindOf(lockFile)) !== 'none';
  return isThere ? readLock(tree.lines(lockFile), shown({ folder }, lockFile)) : NO_LOCK;
}

/** A path of the project as the user would write it. */
export const shown = ({ folder }: Pick<Project, 'folder'>, path: string): string => joined(folder, path);
