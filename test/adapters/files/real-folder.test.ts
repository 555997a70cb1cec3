import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { realFolder } from '../../../src/adapters/files/real-folder.ts';
import { lacks } from '../../support/lacks.ts';

let dir = '';
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'pixtab-real-')));
  await mkdir(join(dir, 'art'));
  await writeFile(join(dir, 'file'), '');
  await symlink(join(dir, 'art'), join(dir, 'link'));
  await symlink(join(dir, 'link'), join(dir, 'far'));
  await symlink(join(dir, 'round'), join(dir, 'round'));
});
afterEach(() => rm(dir, { recursive: true }));

it.skipIf(lacks('files as POSIX has them')).each([
  ['art', 'art'],
  ['link', 'art'],
  ['far', 'art'],
  ['file', null],
  ['round', null],
  ['missing', null],
])('finds of %s the folder %s', (name, folder) => {
  expect(realFolder(join(dir, name))).toBe(folder && join(dir, folder));
});
