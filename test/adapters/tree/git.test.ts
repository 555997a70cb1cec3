import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { gitTree } from '../../../src/adapters/tree/git.ts';
import { lacks } from '../../support/lacks.ts';
import { tempDir } from '../../support/tempdir.ts';

/** Away from anybody's settings. */
function run(cwd: string, ...args: readonly string[]): void {
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, env, stdio: 'pipe' });
}

function commit(folder: string, message: string): void {
  run(folder, 'add', '.');
  run(folder, 'commit', '-qm', message, '--allow-empty');
}

async function repository() {
  const dir = await tempDir();
  run(dir.path, 'init', '-q');
  await mkdir(dir.at('sub'));
  await writeFile(dir.at('sub', 'a.txt'), 'one\r\ntwo\n');
  commit(dir.path, 'first');
  await writeFile(dir.at('sub', 'a.txt'), 'changed');
  return dir;
}

describe.skipIf(lacks('git'))('the files at a revision of git', () => {
  it('reads files as they were at a revision, from a folder inside the repository', async () => {
    await using dir = await repository();
    const tree = await gitTree(dir.at('sub'), 'HEAD', process.env);
    expect(await tree.text('a.txt')).toBe('one\r\ntwo\n');
    const lines = [];
    for await (const piece of tree.lines('./a.txt')) lines.push(...piece);
    expect(lines).toEqual(['one', 'two']);
    expect(await tree.find('a.txt')).toMatchObject({ kind: 'file', bytes: 9 });
    expect(await tree.find('b.txt')).toEqual({ kind: 'none' });
    expect(await tree.text('b.txt')).toBeNull();
  });

  it('sees a file as the user has it checked out, and takes a Git LFS pointer for what it points to', async () => {
    await using dir = await repository();
    const oid = 'ab'.repeat(32);
    await writeFile(
      dir.at('p.jpg'),
      `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 7\n`,
    );
    await writeFile(dir.at('.gitattributes'), '*.secret filter=rot\n*.other filter=gone\n');
    await writeFile(dir.at('a.secret'), 'picture');
    await writeFile(dir.at('a.other'), 'as it is');
    const config = dir.at('.git', 'of-the-user');
    for (const [way, letters] of Object.entries({ clean: ['a-z', 'b-za'], smudge: ['b-za', 'a-z'] }))
      run(dir.path, 'config', '--file', config, `filter.rot.${way}`, `tr ${letters.join(' ')}`);
    run(dir.path, 'config', 'include.path', config);
    commit(dir.path, 'second');
    run(dir.path, 'config', '--unset', 'include.path');
    run(dir.path, 'config', 'filter.gone.smudge', 'no-such-program');
    run(dir.path, 'config', 'filter.gone.required', 'true');
    const tree = await gitTree(dir.path, 'HEAD', { ...process.env, GIT_CONFIG_GLOBAL: config });
    expect(await tree.find('p.jpg')).toEqual({ kind: 'file', sha256: oid, bytes: 7, isPointer: true });
    expect(await tree.text('a.secret')).toBe('picture');
    expect(await tree.text('a.other')).toBe('as it is');
  });

  it('tells files from folders', async () => {
    await using dir = await repository();
    const tree = await gitTree(dir.path, 'HEAD', process.env);
    expect(await Promise.all(['sub/a.txt', 'sub', 'none'].map(tree.kindOf))).toEqual([
      'file',
      'other',
      'none',
    ]);
  });

  it('says of a shallow clone that it holds only the latest commits, and how to fetch the rest', async () => {
    await using dir = await repository();
    commit(dir.path, 'second');
    await using clone = await tempDir();
    run(clone.path, 'clone', '-q', '--depth', '1', `file://${dir.path}`, 'shallow');
    await expect(gitTree(clone.at('shallow', 'sub'), 'HEAD~1', process.env)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('only the latest commits'),
      hint: expect.stringContaining('git fetch --unshallow'),
    });
    expect(await (await gitTree(clone.at('shallow'), 'HEAD', process.env)).kindOf('sub/a.txt')).toBe('file');
  });

  it('says of a partial clone that it lacks a file, and fetches nothing for it', async () => {
    await using dir = await repository();
    await using clone = await tempDir();
    run(dir.path, 'config', 'uploadpack.allowFilter', 'true');
    run(clone.path, 'clone', '-q', '--no-checkout', '--filter=blob:none', `file://${dir.path}`, 'partial');
    const tree = await gitTree(clone.at('partial'), 'HEAD', process.env);
    await expect(tree.text('sub/a.txt')).rejects.toMatchObject({
      kind: 'usage',
      message: 'This clone lacks the content of sub/a.txt at HEAD.',
      hint: expect.stringContaining('git fetch'),
    });
    expect(await tree.text('sub/none.txt')).toBeNull();
  });

  it('says that a folder is in no repository', async () => {
    await using dir = await tempDir();
    await expect(gitTree(dir.path, 'HEAD', process.env)).rejects.toMatchObject({
      message: expect.stringContaining('no git repository'),
    });
  });

  it.each(['nowhere', '--help', '-p', ''])('refuses %j, which is no revision', async (revision) => {
    await using dir = await repository();
    await expect(gitTree(dir.path, revision, process.env)).rejects.toMatchObject({ kind: 'usage' });
  });
});
