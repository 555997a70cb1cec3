import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { gitTree } from '../../../src/adapters/tree/git.ts';
import { tempDir } from '../../support/tempdir.ts';

async function repository() {
  const dir = await tempDir();
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir.path, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: dir.path,
      env,
      stdio: 'pipe',
    });
  git('init', '-q');
  await mkdir(dir.at('sub'));
  await writeFile(dir.at('sub', 'a.txt'), 'one\r\ntwo\n');
  git('add', '.');
  git('commit', '-qm', 'first');
  await writeFile(dir.at('sub', 'a.txt'), 'changed');
  return dir;
}

it('reads files as they were at a revision, from a folder inside the repository', async () => {
  await using dir = await repository();
  const tree = await gitTree(dir.at('sub'), 'HEAD');
  expect(await tree.text('a.txt')).toBe('one\r\ntwo\n');
  const lines = [];
  for await (const piece of tree.lines('./a.txt')) lines.push(...piece);
  expect(lines).toEqual(['one', 'two']);
  expect(await tree.find('a.txt')).toMatchObject({ kind: 'file', bytes: 9 });
  expect(await tree.find('b.txt')).toEqual({ kind: 'none' });
  expect(await tree.text('b.txt')).toBeNull();
});

it.each(['nowhere', '--help', '-p', ''])('refuses %j, which is no revision', async (revision) => {
  await using dir = await repository();
  await expect(gitTree(dir.path, revision)).rejects.toMatchObject({ kind: 'usage' });
});
