import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lfsPointer } from '../../core/files/lfs-pointer.ts';
import type { Attic, Version } from '../../ports/index.ts';
import { repositoryFolder } from '../repository.ts';
import { foundIn, sha256 } from './disk.ts';
import { gitIn, type Environment, type Git } from './run-git.ts';

/** No place for pictures of a project, and full of files. */
const SKIPPED = new Set(['.git', 'node_modules']);
/** More files than a project has: one that is larger is searched in part. */
const MOST_FILES = 200_000;
/** Older ones are seldom asked for, and every one has to be read. */
const MOST_COMMITS = 200;
const MOST_BYTES = 64 * 1024 * 1024;

/** Looks in the files below a folder, and in the git repository that it is in. */
export function attic(folder: string, env: Environment): Attic {
  const git = gitIn(folder, env);
  let files: Promise<ReadonlyMap<number, readonly string[]>> | null = null;
  let objects: Promise<string | null> | null = null;

  async function find({ sha256: wanted, bytes }: Parameters<Attic['find']>[0]): Promise<string | null> {
    for (const path of (await (files ??= filesBySize(folder))).get(bytes) ?? []) {
      const content = bytes > MOST_BYTES ? null : await readFile(join(folder, path)).catch(() => null);
      if (content !== null && sha256(content) === wanted) return path;
    }
    return null;
  }

  /** Names of pictures in a commit, looked up once: a plan asks for thousands, and most of them are in none. */
  const pictures = new Map<string, Promise<ReadonlySet<string>>>();
  async function has(revision: string, path: string): Promise<boolean> {
    const names = pictures.get(revision) ?? picturesIn(git, revision);
    pictures.set(revision, names);
    return (await names).has(path);
  }

  async function read(revision: string, path: string): Promise<Uint8Array | null> {
    if (!(await has(revision, path))) return null;
    const content = await git.content(revision, path).catch(() => null);
    const pointed = content === null ? null : lfsPointer(content);
    if (pointed === null) return content;
    const kept = await (objects ??= lfsObjects(git, folder));
    const oid = pointed.sha256;
    if (kept === null) return content;
    return readFile(join(kept, oid.slice(0, 2), oid.slice(2, 4), oid)).catch(() => content);
  }

  return {
    find,
    read,
    async versions(path) {
      // To start git takes as long as everything else of a small plan.
      const real = await realpath(folder).catch(() => folder);
      if (env['GIT_DIR'] === undefined && repositoryFolder(real) === null) return [];
      return versionsOf(git, path).catch(() => []);
    },
    async at(revision, path) {
      const bytes = await read(revision, path);
      return bytes === null ? { kind: 'none' } : foundIn(bytes);
    },
  };
}

async function filesBySize(folder: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const bySize = new Map<number, string[]>();
  let left = MOST_FILES;
  async function look(inside: string): Promise<void> {
    const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (left === 0) return;
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) await look(path);
      if (!entry.isFile()) continue;
      left -= 1;
      const { size } = await stat(join(folder, path)).catch(() => ({ size: 0 }));
      const alike = bySize.get(size);
      if (alike === undefined) bySize.set(size, [path]);
      else alike.push(path);
    }
  }
  await look('');
  return bySize;
}

const PICTURE = /\.(?:png|jpe?g|webp|avif)$/i;

/** Paths from the folder. */
async function picturesIn(git: Git, revision: string): Promise<ReadonlySet<string>> {
  const names = await git.run('ls-tree', '-r', '-z', '--name-only', revision).catch(() => null);
  return new Set(
    names
      ?.toString('utf8')
      .split('\0')
      .filter((name) => PICTURE.test(name)),
  );
}

/** Where git LFS keeps what it has fetched. */
async function lfsObjects(git: Git, folder: string): Promise<string | null> {
  const common = await git.run('rev-parse', '--git-common-dir');
  return common && resolve(folder, common.toString('utf8').trim(), 'lfs', 'objects');
}

async function versionsOf(git: Git, path: string): Promise<readonly Version[]> {
  const log = await git.run(
    '--literal-pathspecs',
    'log',
    '--all',
    '--full-history',
    '--format=%H',
    `--max-count=${MOST_COMMITS}`,
    '--',
    path,
  );
  const commits = log === null ? [] : log.toString('utf8').split('\n').filter(Boolean);
  if (commits.length === 0) return [];
  const blobs = new Map<string, string>();
  const sizes = await git.feed(
    commits.map((commit) => `${commit}:./${path}`),
    'cat-file',
    '--batch-check',
  );
  let room = MOST_BYTES;
  for (const [index, line] of (sizes?.toString('utf8') ?? '').split('\n').entries()) {
    const [, blob, size] = /^([0-9a-f]+) blob (\d+)$/.exec(line) ?? [];
    if (blob === undefined || blobs.has(blob)) continue;
    room -= Number(size);
    if (room < 0) break;
    blobs.set(blob, commits[index] ?? '');
  }
  const content = await git.feed([...blobs.keys()], 'cat-file', '--batch');
  return content === null ? [] : textsIn(content, [...blobs.values()]);
}

/** Answers of `cat-file --batch`: a line with the size, then so many bytes and a line feed. */
function textsIn(answers: Buffer, revisions: readonly string[]): readonly Version[] {
  const versions: Version[] = [];
  let at = 0;
  for (const revision of revisions) {
    const start = answers.indexOf('\n', at) + 1;
    const size = Number(answers.toString('latin1', at, start).trim().split(' ').at(-1));
    if (start === 0 || !Number.isInteger(size)) break;
    versions.push({ revision, lines: answers.toString('utf8', start, start + size).split('\n') });
    at = start + size + 1;
  }
  return versions;
}
