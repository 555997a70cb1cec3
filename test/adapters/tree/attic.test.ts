import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { attic } from '../../../src/adapters/tree/attic.ts';
import { sha256 } from '../../../src/adapters/tree/disk.ts';
import { lacks } from '../../support/lacks.ts';
import { tempDir, type TempDir } from '../../support/tempdir.ts';

/** A git that writes down what it was asked. */
async function countedGit(dir: Pick<TempDir, 'at' | 'path'>) {
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  await writeFile(dir.at('git'), `#!/bin/sh\necho "$@" >> '${dir.at('calls')}'\nexec '${real}' "$@"\n`);
  await chmod(dir.at('git'), 0o755);
  return {
    env: { PATH: `${dir.path}:${process.env['PATH']}` },
    made: async () =>
      (await readFile(dir.at('calls'), 'utf8').catch(() => ''))
        .split('\n')
        .flatMap((call) => / (log|ls-tree|config|cat-file) /.exec(call)?.[1] ?? []),
  };
}

/** Away from anybody's settings. */
function git(cwd: string, ...args: readonly string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' };
  const config = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...config, ...args], { cwd, env, stdio: 'pipe', encoding: 'utf8' });
}

const content = (text: string) => ({
  sha256: sha256(Buffer.from(text)),
  bytes: Buffer.byteLength(text),
});
const env = { PATH: process.env['PATH'] };

describe('a checkout that is searched for pictures', () => {
  it('finds a file by its content wherever it is, but not in folders of git and npm', async () => {
    await using dir = await tempDir();
    for (const [folder, text] of [
      ['a/b', 'cat'],
      ['.pixtab-trash/1', 'dog'],
      ['node_modules/x', 'owl'],
      ['.git', 'fox'],
    ] as const) {
      await mkdir(dir.at(folder), { recursive: true });
      await writeFile(dir.at(folder, 'picture'), text);
    }
    const { find } = attic(dir.path, env);
    expect(await find(content('cat'))).toBe('a/b/picture');
    expect(await find(content('dog'))).toBe('.pixtab-trash/1/picture');
    for (const text of ['owl', 'fox', 'hen']) expect(await find(content(text))).toBeNull();
  });

  it.skipIf(lacks('git'))('has no versions outside of a repository, and starts no git for them', async () => {
    await using dir = await tempDir();
    const calls = await countedGit(dir);
    const { versions, at, read } = attic(dir.path, calls.env);
    expect(await versions('pixtab.lock')).toEqual([]);
    expect(await calls.made()).toEqual([]);
    expect(await at('HEAD', 'a.jpg')).toEqual({ kind: 'none' });
    expect(await read('HEAD', 'a.jpg')).toBeNull();
  });

  describe.skipIf(lacks('git'))('in a repository', () => {
    async function repository() {
      const dir = await tempDir();
      git(dir.path, 'init', '-q');
      await mkdir(dir.at('sub'));
      const commit = async (files: Readonly<Record<string, string>>): Promise<void> => {
        for (const [name, text] of Object.entries(files)) await writeFile(dir.at('sub', name), text);
        git(dir.path, 'add', '-A');
        git(dir.path, 'commit', '-qm', 'x');
      };
      return { ...dir, commit, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
    }

    it('knows what a file said in older commits and other branches, each text once', async () => {
      await using dir = await repository();
      await dir.commit({ 'pixtab.lock': 'one\n', 'a.jpg': 'a cat' });
      await dir.commit({ 'pixtab.lock': 'two\nthree', 'a.jpg': 'a dog' });
      await dir.commit({ 'pixtab.lock': 'one\n' });
      git(dir.path, 'checkout', '-qb', 'side');
      await dir.commit({ 'pixtab.lock': 'four' });
      git(dir.path, 'checkout', '-q', 'main');
      const { versions, at, read } = attic(dir.at('sub'), env);
      const all = await versions('pixtab.lock');
      expect(new Set(all.map(({ lines }) => lines.join()))).toEqual(new Set(['four', 'one,', 'two,three']));
      const { revision = '' } = all.find(({ lines }) => lines[0] === 'two') ?? {};
      expect(await at(revision, 'a.jpg')).toEqual({ kind: 'file', ...content('a dog') });
      expect(Buffer.from((await read(revision, 'a.jpg')) ?? []).toString()).toBe('a dog');
      expect(await at(revision, 'b.jpg')).toEqual({ kind: 'none' });
    });

    it('asks git once which pictures a commit has, however many are looked for', async () => {
      await using dir = await repository();
      await dir.commit({ 'a.jpg': 'a cat' });
      const calls = await countedGit(dir);
      const { at } = attic(dir.at('sub'), calls.env);
      for (let n = 0; n < 50; n += 1) expect(await at('HEAD', `${n}.jpg`)).toEqual({ kind: 'none' });
      expect(await at('HEAD', 'a.jpg')).toEqual({ kind: 'file', ...content('a cat') });
      expect(await calls.made()).toEqual(['ls-tree', 'config', 'cat-file']);
    });

    it('asks git once for versions where there are none, and finds the repository behind a link', async () => {
      await using dir = await repository();
      await dir.commit({ 'pixtab.lock': 'one' });
      await symlink(dir.at('sub'), dir.at('link'));
      await using elsewhere = await tempDir();
      await symlink(dir.at('sub'), elsewhere.at('link'));
      const calls = await countedGit(dir);
      expect(await attic(dir.at('sub'), calls.env).versions('other.lock')).toEqual([]);
      expect(await calls.made()).toEqual(['log']);
      expect(await attic(elsewhere.at('link'), calls.env).versions('pixtab.lock')).toHaveLength(1);
      expect(await calls.made()).toEqual(['log', 'log', 'cat-file', 'cat-file']);
    });

    it('takes a name for a name, and not for a pattern', async () => {
      await using dir = await repository();
      await dir.commit({ 'a.lock': 'one' });
      expect(await attic(dir.at('sub'), env).versions('*.lock')).toEqual([]);
    });

    it('reads what git LFS has fetched already, and knows a pointer where it has not', async () => {
      await using dir = await repository();
      const { sha256: oid, bytes } = content('a cat');
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes}\n`;
      await dir.commit({ 'a.jpg': pointer });
      expect(await attic(dir.at('sub'), env).at('HEAD', 'a.jpg')).toEqual({
        kind: 'file',
        sha256: oid,
        bytes,
        isPointer: true,
      });
      const folder = dir.at('.git', 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4));
      await mkdir(folder, { recursive: true });
      await writeFile(`${folder}/${oid}`, 'a cat');
      const later = attic(dir.at('sub'), env);
      expect(await later.at('HEAD', 'a.jpg')).toEqual({ kind: 'file', sha256: oid, bytes });
      expect(Buffer.from((await later.read('HEAD', 'a.jpg')) ?? []).toString()).toBe('a cat');
    });
  });
});
