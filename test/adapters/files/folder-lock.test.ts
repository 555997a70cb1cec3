import { mkdir, symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { lockFolder } from '../../../src/adapters/files/folder-lock.ts';
import { tempDir } from '../../support/tempdir.ts';

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

it('knows a folder by whatever path it is reached', async () => {
  await using folder = await tempDir();
  await mkdir(folder.at('shop'));
  await symlink(folder.at('shop'), folder.at('link'));
  const first = await lockFolder(folder.at('shop'), folder.at('locks'));
  expect(await lockFolder(folder.at('link'), folder.at('locks'))).toBeNull();
  first?.();
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

it('is in nobody’s way where locks cannot be written', async () => {
  await using folder = await tempDir();
  const release = await lockFolder(folder.path, '/proc/nowhere');
  expect(release).not.toBeNull();
  release?.();
});
