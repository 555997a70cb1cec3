import { mkdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { repositoryOf } from '../../src/adapters/repository.ts';
import { tempDir } from '../support/tempdir.ts';

it('is named after the folder that holds it, from wherever one stands in it', async () => {
  await using folder = await tempDir();
  await mkdir(folder.at('shop', '.git'), { recursive: true });
  await mkdir(folder.at('shop', 'a', 'b'), { recursive: true });
  expect(repositoryOf(folder.at('shop'))).toBe('shop');
  expect(repositoryOf(folder.at('shop', 'a', 'b'))).toBe('shop');
});

it('is the nearest of several', async () => {
  await using folder = await tempDir();
  await mkdir(folder.at('.git'));
  await mkdir(folder.at('inner', '.git'), { recursive: true });
  expect(repositoryOf(folder.at('inner'))).toBe('inner');
});

it.each([
  ['a linked worktree is part of its repository', 'gitdir: /home/ada/shop/.git/worktrees/fix\n', 'shop'],
  ['a submodule is one of its own', 'gitdir: ../.git/modules/fonts\n', 'tree'],
])('%s', async (_, text, name) => {
  await using folder = await tempDir();
  await mkdir(folder.at('tree'));
  await writeFile(folder.at('tree', '.git'), text);
  expect(repositoryOf(folder.at('tree'))).toBe(name);
});

it('is none where there is none, up to the root', () => {
  expect(repositoryOf('/')).toBeNull();
});
