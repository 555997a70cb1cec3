import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../../src/adapters/files/mkdir.ts';
import { tempDir } from '../../support/tempdir.ts';

const refusing = (code: string) => ({
  mkdir: async () => Promise.reject(Object.assign(new Error(code), { code })),
  stat: async () => ({ isDirectory: () => false }),
});

describe('makeFolder', () => {
  it('makes what is missing, outermost first', async () => {
    await using folder = await tempDir();
    expect(await makeFolder(folder.at('a', 'b', 'c'))).toEqual([
      folder.at('a'),
      folder.at('a', 'b'),
      folder.at('a', 'b', 'c'),
    ]);
    expect(await readdir(folder.at('a', 'b'))).toEqual(['c']);
  });

  it('makes nothing where all of it is there', async () => {
    await using folder = await tempDir();
    await mkdir(folder.at('a'));
    expect(await makeFolder(folder.at('a'))).toEqual([]);
  });

  it('lets many processes make the same folder', async () => {
    await using folder = await tempDir();
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(folder.at('a', 'b', 'c'))));
    expect(await readdir(folder.at('a', 'b'))).toEqual(['c']);
  });

  it('fails where a file is in the way', async () => {
    await using folder = await tempDir();
    await writeFile(folder.at('file'), '');
    await expect(makeFolder(folder.at('file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(folder.at('file', 'below'))).rejects.toMatchObject({
      code: expect.stringMatching(/^E(?:NOTDIR|EXIST)$/),
    });
  });

  it.each(['ENOENT', 'EACCES', 'ENOSPC'])(
    'gives up when every folder answers %s, as /proc does',
    async (code) => {
      await expect(makeFolder(join('/', 'a', 'b'), { fs: refusing(code) })).rejects.toMatchObject({ code });
    },
  );
});
