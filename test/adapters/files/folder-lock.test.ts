import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../../src/adapters/files/folder-lock.ts';
import { rejection } from '../../support/failure.ts';
import { tempDir } from '../../support/tempdir.ts';
import { lacks } from '../../support/lacks.ts';

it('gives a folder to one at a time, and to the next when it is given back', async () => {
  await using folder = await tempDir();
  const locks = folder.at('state', 'projects');
  const first = await lockFolder(folder.path, locks);
  expect(await lockFolder(folder.path, locks)).toBeNull();
  first?.();
  const second = await lockFolder(folder.path, locks);
  expect(second).not.toBeNull();
  second?.();
});

it.skipIf(lacks('files as POSIX has them'))('knows a folder by whatever path it is reached', async () => {
  await using folder = await tempDir();
  await mkdir(folder.at('shop'));
  await symlink(folder.at('shop'), folder.at('link'));
  const first = await lockFolder(folder.at('shop'), folder.at('locks'));
  expect(await lockFolder(folder.at('link'), folder.at('locks'))).toBeNull();
  first?.();
});

it.skipIf(lacks('files as POSIX has them'))(
  'says which folder cannot be looked at: two might lock it in two places',
  async () => {
    await using folder = await tempDir();
    await symlink(folder.at('loop'), folder.at('loop'));
    const failure = await rejection(lockFolder(folder.at('loop'), folder.at('locks')));
    expect(failure).toMatchObject({
      kind: 'usage',
      message: `The folder ${folder.at('loop')} cannot be looked at: its links lead in a circle.`,
    });
  },
);

it.skipIf(lacks('files as POSIX has them'))('is given back although its mark cannot be removed', async () => {
  await using folder = await tempDir();
  const first = await lockFolder(folder.path, folder.at('locks'));
  await rm(folder.at('.pixtab-busy'));
  await mkdir(folder.at('.pixtab-busy'));
  expect(() => first?.()).not.toThrow();
});

it('keeps folders apart', async () => {
  await using folder = await tempDir();
  await mkdir(folder.at('shop'));
  await mkdir(folder.at('blog'));
  const both = [
    await lockFolder(folder.at('shop'), folder.at('locks')),
    await lockFolder(folder.at('blog'), folder.at('locks')),
  ];
  expect(both.every((release) => release !== null)).toBe(true);
  for (const release of both) release?.();
});

describe('two homes on one checkout', () => {
  it.each<[string, (at: (...parts: readonly string[]) => string) => Promise<void>]>([
    ['outside of git', async () => {}],
    ['in a repository', (at) => mkdir(at('.git'))],
    [
      'in a linked worktree',
      async (at) => {
        await mkdir(at('elsewhere', 'worktrees', 'shop'), { recursive: true });
        await writeFile(at('.git'), 'gitdir: elsewhere/worktrees/shop\n');
      },
    ],
  ])('exclude each other, %s, and leave nothing among the files of the project', async (_, prepare) => {
    await using folder = await tempDir();
    await using homes = await tempDir();
    await prepare(folder.at);
    const before = await readdir(folder.path);
    for (let round = 0; round < 2; round += 1) {
      const first = await lockFolder(folder.path, homes.at('one'));
      expect(first).not.toBeNull();
      expect(await lockFolder(folder.path, homes.at('two'))).toBeNull();
      first?.();
      expect(await readdir(folder.path)).toEqual(before);
    }
  });

  it('give a folder to one of many at any time', async () => {
    await using folder = await tempDir();
    let holders = 0;
    let most = 0;
    async function visit(home: number): Promise<void> {
      for (let visits = 0; visits < 5;) {
        const release = await lockFolder(folder.path, folder.at(`home-${home}`));
        if (release === null) continue;
        most = Math.max(most, (holders += 1));
        await Promise.resolve();
        holders -= 1;
        release();
        visits += 1;
      }
    }
    await Promise.all([0, 1, 2, 3].map(visit));
    expect(most).toBe(1);
  });
});

it('is in nobody’s way where locks cannot be written', async () => {
  await using folder = await tempDir();
  const release = await lockFolder(folder.path, '/proc/nowhere');
  expect(release).not.toBeNull();
  release?.();
});
