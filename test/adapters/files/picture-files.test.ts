import { mkdtempSync, writeFileSync } from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pictureFiles, type PictureFilesFs } from '../../../src/adapters/files/picture-files.ts';
import { Failure } from '../../../src/core/errors.ts';
import { faultyFs } from '../../support/faulty-fs.ts';
import { pictureFilesContract } from '../../support/picture-files.contract.ts';
import { type TempDir, tempDir } from '../../support/tempdir.ts';
import { lacks } from '../../support/lacks.ts';

const PICTURE = Buffer.alloc(70_000, 'picture');
const THERE = Buffer.from('what was there before');

const room = mkdtempSync(join(tmpdir(), 'pixtab-test-'));
afterAll(() => rm(room, { recursive: true, force: true }));

const filesIn = async (folder: string): Promise<string[]> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
};

let rooms = 0;
pictureFilesContract('the file system', () => {
  const ownRoom = join(room, String((rooms += 1)));
  return {
    pictureFiles: pictureFiles(),
    at: (...parts) => join(ownRoom, ...parts),
    files: () => filesIn(ownRoom).catch(() => []),
  };
});

pictureFilesContract('a file system without hard links', () => {
  const ownRoom = join(room, String((rooms += 1)));
  return {
    pictureFiles: pictureFiles(faultyFs((call) => (call === 'link' ? 'EPERM' : null)).fs),
    at: (...parts) => join(ownRoom, ...parts),
    files: () => filesIn(ownRoom).catch(() => []),
  };
});

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

describe('what killed writes left', () => {
  it('is removed where it is old, and nothing else is', async () => {
    await using folder = await tempDir();
    const draft = (letter: string): string => `.pixtab-${letter.repeat(8)}-0000-0000-0000-000000000000.tmp`;
    const names = [draft('a'), draft('b'), 'a.png', '.pixtab-busy', '.pixtab-mine.tmp'];
    for (const name of names) {
      await writeFile(folder.at(name), 'x');
      if (name !== draft('b')) await nodeFs.utimes(folder.at(name), 1000, 1000);
    }
    expect(await pictureFiles().tidy(folder.path, 2_000_000)).toBe(1);
    expect((await readdir(folder.path)).toSorted()).toEqual(
      names.filter((name) => name !== draft('a')).toSorted(),
    );
    expect(await pictureFiles().tidy(folder.at('nowhere'), 2_000_000)).toBe(0);
  });
});

describe('kindOf', () => {
  it.skipIf(lacks('files as POSIX has them'))(
    'follows links, and sees nothing at the end of a broken one',
    async () => {
      await writeFile(folder.at('file'), '');
      await symlink(folder.at('file'), folder.at('link'));
      await symlink(folder.at('gone'), folder.at('broken'));
      await symlink(folder.path, folder.at('here'));
      const kinds = await Promise.all(
        ['link', 'broken', 'here'].map((name) => pictureFiles().kindOf(folder.at(name))),
      );
      expect(kinds).toEqual(['file', 'none', 'folder']);
    },
  );

  it('knows what is neither file nor folder', async () => {
    expect(await pictureFiles().kindOf('/dev/null')).toBe('other');
  });
});

describe('put', () => {
  it('makes a file with the permissions that any program would give it', async () => {
    await writeFile(folder.at('usual'), '');
    await pictureFiles().put(folder.at('a.png'), PICTURE, { replace: false });
    expect((await stat(folder.at('a.png'))).mode).toBe((await stat(folder.at('usual'))).mode);
  });

  it.skipIf(lacks('files as POSIX has them'))(
    'keeps a link, broken or not, as any other name that is taken',
    async () => {
      await symlink(folder.at('gone'), folder.at('a.png'));
      expect(await pictureFiles().put(folder.at('a.png'), PICTURE, { replace: false })).toBe(
        folder.at('a-2.png'),
      );
      expect(await filesIn(folder.path)).toEqual([folder.at('a-2.png'), folder.at('a.png')]);
    },
  );

  it('gives the path back as it was written', async () => {
    const written = join(folder.path, 'x').replace(/x$/, './x/../a.png');
    await mkdir(folder.at('x'));
    expect(await pictureFiles().put(written, PICTURE, { replace: false })).toBe(written);
  });

  it('flushes the bytes before the file has its name, and the folder after', async () => {
    const { fs, calls } = faultyFs(() => null);
    await pictureFiles(fs).put(folder.at('a.png'), PICTURE, { replace: false });
    const order = calls.filter((call) => !['mkdir', 'stat', 'unlink'].includes(call));
    expect(order).toEqual([
      'open',
      'file.writeFile',
      'file.sync',
      'file.close',
      'link',
      'open',
      'file.sync',
      'file.close',
    ]);
  });

  it.skipIf(lacks('files as POSIX has them'))('flushes the parents of new folders', async () => {
    const { fs, flushed } = faultyFs(() => null);
    await pictureFiles(fs).put(folder.at('new', 'deep', 'a.png'), PICTURE, { replace: false });
    expect(flushed).toEqual(
      expect.arrayContaining([folder.path, folder.at('new'), folder.at('new', 'deep')]),
    );
  });

  it.each(['EINVAL', 'EISDIR', 'EPERM'])(
    'gets on without the flush of a folder that answers %s',
    async (code) => {
      let opens = 0;
      const { fs } = faultyFs((call) => (call === 'open' && (opens += 1) === 2 ? code : null));
      expect(await pictureFiles(fs).put(folder.at('a.png'), PICTURE, { replace: false })).toBe(
        folder.at('a.png'),
      );
    },
  );

  it('updates what is there at the moment of writing, however often others write it meanwhile', async () => {
    const path = folder.at('pixtab.lock');
    const files = pictureFiles();
    let others = 3;
    await files.update(path, (now) => {
      if ((others -= 1) >= 0) writeFileSync(path, `theirs ${others}\n`);
      return Buffer.from(`${now === null ? '' : Buffer.from(now).toString()}ours`);
    });
    expect(await readFile(path, 'utf8')).toBe('theirs 0\nours');
    const restless = files.update(path, () => (writeFileSync(path, String((others -= 1))), THERE));
    await expect(restless).rejects.toMatchObject({
      kind: 'disk',
      message: expect.stringContaining('others write it'),
    });
    expect(await readdir(folder.path)).toEqual(['pixtab.lock']);
  });

  it('stops counting when every name is taken', async () => {
    const { fs, calls } = faultyFs((call) => (call === 'link' ? 'EEXIST' : null));
    await expect(pictureFiles(fs).put(folder.at('a.png'), PICTURE, { replace: false })).rejects.toThrow(
      'a-999.png is taken',
    );
    expect(calls.filter((call) => call === 'link')).toHaveLength(999);
    expect(await filesIn(folder.path)).toEqual([]);
  });
});

const MODES = [
  { way: 'linking', replace: false, links: true, there: false },
  { way: 'linking beside a taken name', replace: false, links: true, there: true },
  { way: 'replacing', replace: true, links: true, there: true },
  { way: 'reserving a name, without hard links,', replace: false, links: false, there: false },
  { way: 'reserving beside a taken name', replace: false, links: false, there: true },
] as const;

it('proves no name that Windows does not take where this is Windows: it would be found out after the picture was paid for', async () => {
  await expect(pictureFiles(nodeFs, 'win32').prove(folder.at('cat?.png'))).rejects.toMatchObject({
    kind: 'usage',
    message: `${folder.at('cat?.png')} cannot be written: Windows takes no file or folder called cat?.png.`,
  });
  await pictureFiles(nodeFs, 'win32').prove(folder.at('cat.png'));
  await pictureFiles(nodeFs, 'linux').prove(folder.at('cat?.png'));
});

describe.each(MODES)('when the disk fails while $way', ({ replace, links, there }) => {
  const without = (call: string): string | null => (call === 'link' && !links ? 'ENOTSUP' : null);

  async function attempt(verdict: (call: string, turn: number) => string | null) {
    await using own = await tempDir();
    const path = own.at('a.png');
    if (there) await writeFile(path, THERE);
    const { fs, calls } = faultyFs((call, turn) => without(call) ?? verdict(call, turn));
    const outcome = await pictureFiles(fs)
      .put(path, PICTURE, { replace })
      .catch((error: unknown) => error);
    const files = await filesIn(own.path);
    const contents = new Map<string, Buffer>();
    for (const file of files) contents.set(file.slice(own.path.length + 1), await readFile(file));
    return { outcome, calls, contents, path };
  }

  it.each(['ENOSPC', 'EIO', 'EDQUOT'])(
    'leaves nothing half done at any call that answers %s',
    async (code) => {
      const whole = await attempt(() => null);
      expect(typeof whole.outcome).toBe('string');
      expect(whole.contents.size).toBe(there && !replace ? 2 : 1);

      const outcomes: unknown[] = [];
      for (const turn of whole.calls.keys()) {
        const { outcome, contents, path } = await attempt((_, now) => (now === turn ? code : null));
        expectWhole(contents);
        const failed =
          outcome instanceof Failure && outcome.message.startsWith(`${path} was not written: the disk`);
        const drafts = [...contents.keys()].filter((name) => name.endsWith('.tmp')).length;
        outcomes.push({ call: whole.calls[turn], ended: failed ? outcome.kind : typeof outcome, drafts });
      }
      expect(outcomes).toEqual(
        whole.calls.map((call) => {
          // A draft whose picture has its name already is the one thing that may stay.
          if (call === 'unlink') return { call, ended: 'string', drafts: 1 };
          // Its failure is the very case.
          if (call === 'link' && !links) return { call, ended: 'string', drafts: 0 };
          return { call, ended: 'disk', drafts: 0 };
        }),
      );
    },
  );

  it('leaves whole files only when the power goes at any call', async () => {
    const { calls } = await attempt(() => null);
    for (const turn of calls.keys()) {
      const { contents } = await attempt((_, now) => (now >= turn ? 'EIO' : null));
      const named = [...contents].filter(([name]) => !name.endsWith('.tmp'));
      // Without hard links a name may be held by an empty file.
      expectWhole(new Map(links ? named : named.filter(([, bytes]) => bytes.length > 0)));
    }
    expect(calls.length).toBeGreaterThan(7);
  });

  /** Each file is the old one or the new one, complete; the old one is gone only where it was to be replaced. */
  function expectWhole(contents: ReadonlyMap<string, Buffer>): void {
    for (const bytes of contents.values()) expect(bytes.equals(PICTURE) || bytes.equals(THERE)).toBe(true);
    const kept = contents.get('a.png');
    expect(!there || kept?.equals(THERE) || (replace && kept?.equals(PICTURE))).toBe(true);
  }
});

describe('move', () => {
  it.skipIf(lacks('files as POSIX has them'))(
    'flushes the folder that the file comes to, its new parents, and the one that it leaves',
    async () => {
      await mkdir(folder.at('old'));
      await writeFile(folder.at('old', 'a.png'), PICTURE);
      const { fs, flushed } = faultyFs(() => null);
      await pictureFiles(fs).move(folder.at('old', 'a.png'), folder.at('new', 'b.png'));
      expect(flushed).toEqual([folder.path, folder.at('new'), folder.at('old')]);
    },
  );

  it('fails when the new name cannot be flushed', async () => {
    await writeFile(folder.at('a.png'), PICTURE);
    const { fs } = faultyFs((call) => (call === 'file.sync' ? 'EIO' : null));
    await expect(pictureFiles(fs).move(folder.at('a.png'), folder.at('b.png'))).rejects.toMatchObject({
      kind: 'disk',
      charged: 'no',
      message: expect.stringMatching(/could not be moved to .*: the disk reports an error\.$/),
    });
  });
});

describe('prove', () => {
  it.each([
    ['EACCES', 'permission is denied'],
    ['EROFS', 'the file system is read-only'],
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EPERM', 'the system does not permit it'],
    ['EMFILE', 'too many files are open'],
    ['EWEIRD', 'EWEIRD: injected'],
  ])('says of %s that %s, and what would be right', async (code, why) => {
    const { fs } = faultyFs((call) => (call === 'open' ? code : null));
    const path = folder.at('a.png');
    await expect(pictureFiles(fs).prove(path)).rejects.toMatchObject({
      kind: 'usage',
      charged: 'no',
      message: `${path} cannot be written: ${why}.`,
      hint: expect.stringMatching(/\.$/),
    });
  });

  it.each(['stat', 'mkdir', 'open', 'file.writeFile', 'file.sync', 'file.close'])(
    'fails when %s fails, and leaves nothing behind',
    async (broken) => {
      let seen = false;
      const { fs } = faultyFs((call) => {
        if (call !== broken || seen) return null;
        seen = true;
        return 'EIO';
      });
      await expect(pictureFiles(fs).prove(folder.at('a.png'))).rejects.toMatchObject({ kind: 'usage' });
      expect(await filesIn(folder.path)).toEqual([]);
    },
  );

  it.skipIf(lacks('files as POSIX has them'))('refuses a name that the file system cannot take', async () => {
    const path = folder.at(`${'x'.repeat(300)}.png`);
    await expect(pictureFiles().prove(path)).rejects.toThrow('the name is too long for the file system');
  });

  it.skipIf(lacks('files as POSIX has them'))('refuses links that lead in a circle', async () => {
    await symlink(folder.at('b'), folder.at('a'));
    await symlink(folder.at('a'), folder.at('b'));
    await expect(pictureFiles().prove(folder.at('a', 'c.png'))).rejects.toThrow('its links lead in a circle');
  });

  it('refuses a disk without room for the pictures, and takes one that says nothing of its size', async () => {
    const disk = (blocks: number): PictureFilesFs => ({
      ...nodeFs,
      // oxlint-disable-next-line no-unsafe-type-assertion -- the fields that are read are there
      statfs: (async () => ({ bavail: 2, bsize: 1_000_000, blocks })) as unknown as typeof nodeFs.statfs,
    });
    const path = folder.at('a.png');
    await expect(pictureFiles(disk(9)).prove(path, 3_000_000)).rejects.toThrow(
      `${folder.path} has room for 2.0 MB, and these pictures need about 3.0 MB.`,
    );
    await pictureFiles(disk(9)).prove(path, 2_000_000);
    await pictureFiles(disk(0)).prove(path, 3_000_000);
  });

  it.skipIf(lacks('files as POSIX has them'))(
    'follows every link of a path, as far as there is something',
    async () => {
      await mkdir(folder.at('real'));
      await symlink(folder.at('real'), folder.at('link'));
      const root = await pictureFiles().realPath(folder.path);
      expect(await pictureFiles().realPath(folder.at('link', 'new', 'a.png'))).toBe(`${root}/real/new/a.png`);
      expect(await pictureFiles().realPath('/')).toBe('/');
    },
  );

  it.skipIf(lacks('files as POSIX has them') || lacks('a user who is not root'))(
    'refuses a folder without permission',
    async () => {
      await chmod(folder.path, 0o500);
      await expect(pictureFiles().prove(folder.at('a.png'))).rejects.toThrow('permission is denied');
      await chmod(folder.path, 0o700);
    },
  );
});
