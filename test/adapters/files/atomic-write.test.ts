import { readdirSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { atomicWriter, isDraft } from '../../../src/adapters/files/atomic-write.ts';
import { faultyFs } from '../../support/faulty-fs.ts';
import { tempDir, type TempDir } from '../../support/tempdir.ts';
import { lacks } from '../../support/lacks.ts';

const OLD = Buffer.from('what was there before');
const NEW = [Buffer.from('first part, '), Buffer.from('second part')];
const WHOLE = Buffer.concat(NEW);

/** What a folder does when it is opened and flushed where it cannot be flushed: share, FAT, Windows, no permission. */
const UNFLUSHABLE = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EISDIR', 'EBADF', 'EACCES'];
const BROKEN = ['EIO', 'ENOSPC', 'EDQUOT'];

type Writer = ReturnType<typeof atomicWriter>;

/** Every way to give a file its name: `start` sets the scene, `run` does it, and `at` is where it should end. */
const WAYS: Readonly<Record<string, (files: Writer, folder: TempDir) => Promise<unknown>>> = {
  'written in place of another': async (files, folder) => files.write(folder.at('a'), NEW),
  'written into a folder that is missing': async (files, folder) =>
    files.write(folder.at('new', 'deep', 'a'), NEW),
  'claimed under a free name': (files, folder) =>
    files.withDraft(folder.at('b'), async (draft) => {
      await files.fill(draft, NEW);
      expect(await files.claim(draft, folder.at('a'))).toBe(false);
      expect(await files.claim(draft, folder.at('b'))).toBe(true);
    }),
  moved: (files, folder) => files.move(folder.at('a'), folder.at('new', 'a')),
};

async function tree(folder: TempDir): Promise<ReadonlyMap<string, Buffer>> {
  const found = await readdir(folder.path, { recursive: true, withFileTypes: true });
  const paths = found.filter((one) => one.isFile()).map((one) => `${one.parentPath}/${one.name}`);
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  return new Map(paths.map((path, index) => [path.slice(folder.path.length + 1), contents[index] ?? OLD]));
}

const scene = async (): Promise<TempDir> => {
  const folder = await tempDir();
  await writeFile(folder.at('a'), OLD);
  return folder;
};

describe.each(Object.entries(WAYS))('a file that is %s', (_, run) => {
  it.each(BROKEN)('fails as %s at every step, and leaves whole files and no draft', async (code) => {
    const steps = await (async () => {
      await using folder = await scene();
      const { fs, calls } = faultyFs(() => null);
      await run(atomicWriter({ fs }), folder);
      return calls;
    })();
    expect(steps.length).toBeGreaterThan(5);

    const outcomes: unknown[] = [];
    for (const [turn, step] of steps.entries()) {
      await using folder = await scene();
      const { fs } = faultyFs((_, now) => (now === turn ? code : null));
      const outcome = await run(atomicWriter({ fs }), folder).then(
        () => 'done',
        (error: unknown) => error,
      );
      const files = await tree(folder);
      for (const bytes of files.values()) expect([OLD, WHOLE].some((one) => one.equals(bytes))).toBe(true);
      outcomes.push([
        step,
        outcome === 'done' ? 'done' : errorCode(outcome),
        [...files.keys()].filter(isDraft).length,
      ]);
    }
    // A draft whose file has its name already is all that may stay; that a file is there is no error to a link.
    expect(outcomes).toEqual(steps.map((step) => (step === 'unlink' ? [step, 'done', 1] : [step, code, 0])));
  });

  it.each(UNFLUSHABLE)('lasts as well as it can where a folder answers %s to a flush', async (code) => {
    await using folder = await scene();
    const opened = faultyFs((call, _, path) => (call === 'open' && isFolder(folder, path) ? code : null));
    await run(atomicWriter({ fs: opened.fs }), folder);
    await using again = await scene();
    const synced = faultyFs((call, _, path) => (call === 'file.sync' && isFolder(again, path) ? code : null));
    await run(atomicWriter({ fs: synced.fs }), again);
    expect([...(await tree(again)).keys()].filter(isDraft)).toEqual([]);
  });

  it('is flushed before it has its name, and its folder after', async () => {
    await using folder = await scene();
    const { fs, calls } = faultyFs(() => null);
    await run(atomicWriter({ fs }), folder);
    const named = calls.findLastIndex((call) => call === 'link' || call === 'rename');
    expect(calls.slice(0, named)).toContain('file.sync');
    expect(calls.slice(named)).toContain('file.sync');
  });
});

describe('the bytes of a file', () => {
  it.each(UNFLUSHABLE)('must be flushed: where that answers %s, there is no file', async (code) => {
    await using folder = await scene();
    const { fs } = faultyFs((call, _, path) =>
      call === 'file.sync' && !isFolder(folder, path) ? code : null,
    );
    await expect(atomicWriter({ fs }).write(folder.at('a'), NEW)).rejects.toMatchObject({ code });
    expect(await tree(folder)).toEqual(new Map([['a', OLD]]));
  });
});

describe('a proof that there is room', () => {
  it.skipIf(lacks('files as POSIX has them'))(
    'makes the folders, flushes their parents, and leaves no file',
    async () => {
      await using folder = await tempDir();
      const { fs, flushed } = faultyFs(() => null);
      await atomicWriter({ fs }).prove(folder.at('new', 'deep', 'a'), NEW, { flush: false });
      expect(flushed).toEqual([folder.path, folder.at('new')]);
      expect(await readdir(folder.path, { recursive: true })).toEqual(['new', 'new/deep']);
    },
  );

  it.skipIf(lacks('files as POSIX has them'))(
    'leaves no file either where the process dies while it is written',
    async () => {
      await using folder = await tempDir();
      const during: string[][] = [];
      const { fs } = faultyFs((call) => {
        if (call.startsWith('file.')) during.push(readdirSync(folder.path));
        return null;
      });
      await atomicWriter({ fs }).prove(folder.at('a'), NEW, { flush: true });
      expect(during.length).toBeGreaterThan(2);
      expect(during.flat()).toEqual([]);
    },
  );

  it('gives its file up in the end where an open one cannot be removed', async () => {
    await using folder = await tempDir();
    let refusals = 1;
    const { fs } = faultyFs((call) => (call === 'unlink' && (refusals -= 1) >= 0 ? 'EPERM' : null));
    await atomicWriter({ fs }).prove(folder.at('a'), NEW, { flush: true });
    expect(await readdir(folder.path)).toEqual([]);
    const never = faultyFs((call) => (call === 'unlink' ? 'EPERM' : null));
    await expect(
      atomicWriter({ fs: never.fs }).prove(folder.at('a'), NEW, { flush: true }),
    ).rejects.toMatchObject({ code: 'EPERM' });
  });
});

it.each(['EPERM', 'EACCES', 'EBUSY'])(
  'tries again while a scanner of Windows holds a file (%s), as often as it may',
  async (code) => {
    await using folder = await tempDir();
    let refusals = 2;
    const { fs } = faultyFs((call) => (call === 'rename' && (refusals -= 1) >= 0 ? code : null));
    await atomicWriter({ fs, pauses: [0, 0] }).write(folder.at('a'), NEW);
    expect(await readdir(folder.path)).toEqual(['a']);
    refusals = 3;
    await expect(atomicWriter({ fs, pauses: [0, 0] }).write(folder.at('b'), NEW)).rejects.toMatchObject({
      code,
    });
    expect(await readdir(folder.path)).toEqual(['a']);
  },
);

it('gives one name to one of many that claim it at once', async () => {
  await using folder = await tempDir();
  const files = atomicWriter();
  const won = await Promise.all(
    Array.from({ length: 20 }, () =>
      files.withDraft(folder.at('a'), async (draft) => {
        await files.fill(draft, NEW);
        const isMine = await files.claim(draft, folder.at('a'));
        if (!isMine) await files.discard(draft);
        return isMine;
      }),
    ),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await readdir(folder.path)).toEqual(['a']);
});

const isFolder = (folder: TempDir, path: string): boolean =>
  path === folder.path || ['new', 'deep'].some((name) => path.endsWith(`/${name}`));

const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
