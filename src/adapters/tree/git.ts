import { usageFailure, type Failure } from '../../core/errors.ts';
import { printable } from '../../core/text/text.ts';
import type { Tree } from '../../ports/index.ts';
import { textOf } from '../files/read-text.ts';
import { foundIn } from './disk.ts';
import { gitIn, type Environment, type Git } from './run-git.ts';

/** The files in a folder as they were at a revision. Failure `usage` when git does not know it. */
export async function gitTree(folder: string, revision: string, env: Environment): Promise<Tree> {
  const git = gitIn(folder, env);
  const commit = await git.run(
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  );
  if (commit === null) throw await unknown(git, revision);
  const tree = commit.toString('utf8').trim();
  const read = async (path: string): Promise<Buffer | null> => {
    const content = await git.content(tree, path);
    if (content !== null || !(await isNamed(git, tree, path))) return content;
    throw usageFailure(
      `This clone lacks the content of ${printable(path)} at ${printable(revision)}.`,
      'It holds only a part of the repository. Fetch the rest first: git fetch --refetch --no-filter',
    );
  };
  const text = async (path: string): Promise<string | null> => {
    const bytes = await read(path);
    return bytes && textOf(bytes, `${path} at ${revision}`);
  };
  return {
    text,
    async *lines(path) {
      const whole = await text(path);
      if (whole === null) throw usageFailure(`${path} does not exist at ${printable(revision)}.`);
      const lines = whole.replace(/^\uFEFF/, '').split(/\r?\n/);
      yield lines.at(-1) === '' ? lines.slice(0, -1) : lines;
    },
    async kindOf(path) {
      const type = await git.run('cat-file', '-t', `${tree}:./${path}`);
      if (type === null) return 'none';
      return type.toString('utf8').trim() === 'blob' ? 'file' : 'other';
    },
    async find(path) {
      const bytes = await read(path);
      return bytes ? foundIn(bytes) : { kind: 'none' };
    },
  };
}

/** Whether a revision has a file whose content this clone may lack: nothing is fetched for somebody who only looks. */
async function isNamed(git: Git, tree: string, path: string): Promise<boolean> {
  const partial = '^(remote\\..*\\.promisor|extensions\\.partialclone)$';
  if ((await git.run('config', '--get-regexp', partial)) === null) return false;
  return (await git.run('rev-parse', '--verify', '--quiet', `${tree}:./${path}`)) !== null;
}

/** Why git does not know a revision, and what would help. */
async function unknown(git: Git, revision: string): Promise<Failure> {
  const isShallow = await git.run('rev-parse', '--is-shallow-repository');
  if (isShallow === null) return usageFailure('This folder is in no git repository, so there is no base.');
  const name = printable(revision);
  if (isShallow.toString('utf8').trim() === 'true') {
    return usageFailure(
      `git knows no revision "${name}" here: this clone holds only the latest commits.`,
      'Fetch it first: git fetch --unshallow; in a GitHub workflow, actions/checkout with fetch-depth: 0.',
    );
  }
  return usageFailure(
    `git knows no revision "${name}" here.`,
    'A branch of the server is named origin/main, and known after git fetch.',
  );
}
