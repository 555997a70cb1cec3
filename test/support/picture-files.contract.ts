import { beforeEach, describe, expect, it } from 'vitest';
import type { PictureFiles } from '../../src/ports/index.ts';

export interface PictureFilesUnderTest {
  readonly pictureFiles: PictureFiles;
  /** A path in an empty folder. */
  readonly at: (...parts: readonly string[]) => string;
  /** Every file in that folder, by path. */
  readonly files: () => Promise<readonly string[]>;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const KEEP = { replace: false };

/** What every PictureFiles does, the fake as the real one. */
export function pictureFilesContract(name: string, make: () => PictureFilesUnderTest): void {
  describe(`${name} as PictureFiles`, () => {
    let pictureFiles: PictureFiles;
    let at: PictureFilesUnderTest['at'];
    let files: PictureFilesUnderTest['files'];
    beforeEach(() => {
      ({ pictureFiles, at, files } = make());
    });
    const text = async (path: string): Promise<string> =>
      Buffer.from(await pictureFiles.read(path)).toString();

    it('gives back what was put', async () => {
      expect(await pictureFiles.put(at('a.png'), bytes('one'), KEEP)).toBe(at('a.png'));
      expect(await text(at('a.png'))).toBe('one');
    });

    it('names what is in a folder, and nothing of one that is not there', async () => {
      await pictureFiles.put(at('pics', 'a.png'), bytes('one'), KEEP);
      await pictureFiles.put(at('pics', 'more', 'b.png'), bytes('two'), KEEP);
      expect([...(await pictureFiles.names(at('pics')))].toSorted()).toEqual(['a.png', 'more']);
      expect(await pictureFiles.names(at('nowhere'))).toEqual([]);
    });

    it('tells files, folders and nothing apart', async () => {
      await pictureFiles.put(at('pics', 'a.png'), bytes('one'), KEEP);
      expect(await pictureFiles.kindOf(at('pics', 'a.png'))).toBe('file');
      expect(await pictureFiles.kindOf(at('pics'))).toBe('folder');
      expect(await pictureFiles.kindOf(at('pics', 'b.png'))).toBe('none');
      expect(await pictureFiles.kindOf(at('pics', 'a.png', 'c.png'))).toBe('none');
    });

    it('knows how large a file is, and that there is none', async () => {
      await pictureFiles.put(at('pics', 'a.png'), bytes('one'), KEEP);
      expect(await pictureFiles.sizeOf(at('pics', 'a.png'))).toBe(3);
      expect(await pictureFiles.sizeOf(at('pics'))).toBeNull();
      expect(await pictureFiles.sizeOf(at('pics', 'b.png'))).toBeNull();
    });

    it('gives a taken name a number in front of the extension, and leaves what is there', async () => {
      const names = [];
      for (const one of ['first', 'second', 'third'])
        names.push(await pictureFiles.put(at('a.png'), bytes(one), KEEP));
      expect(names).toEqual([at('a.png'), at('a-2.png'), at('a-3.png')]);
      expect(await Promise.all(names.map(text))).toEqual(['first', 'second', 'third']);
    });

    it('numbers a name without an extension at its end', async () => {
      await pictureFiles.put(at('v.1', 'a'), bytes('one'), KEEP);
      expect(await pictureFiles.put(at('v.1', 'a'), bytes('two'), KEEP)).toBe(at('v.1', 'a-2'));
    });

    it('replaces only when it is told to', async () => {
      await pictureFiles.put(at('a.png'), bytes('a long first picture'), KEEP);
      expect(await pictureFiles.put(at('a.png'), bytes('new'), { replace: true })).toBe(at('a.png'));
      expect(await text(at('a.png'))).toBe('new');
      expect(await files()).toEqual([at('a.png')]);
    });

    it('makes a file of what it holds, or of nothing', async () => {
      const more = (now: Uint8Array | null) => bytes(`${now === null ? '' : Buffer.from(now).toString()}+`);
      for (let n = 0; n < 3; n += 1) await pictureFiles.update(at('deep', 'a.lock'), more);
      expect(await text(at('deep', 'a.lock'))).toBe('+++');
      expect(await files()).toEqual([at('deep', 'a.lock')]);
    });

    it('keeps every picture of many that want one name at once', async () => {
      const all = Array.from({ length: 20 }, (_, index) => `picture ${index}`);
      const names = await Promise.all(all.map((one) => pictureFiles.put(at('a.png'), bytes(one), KEEP)));
      expect(new Set(names).size).toBe(20);
      expect(await Promise.all(names.map(text))).toEqual(all);
      expect(await files()).toHaveLength(20);
    });

    it('proves a path by making its folders, and leaves no file', async () => {
      await pictureFiles.prove(at('new', 'deep', 'a.png'));
      expect(await pictureFiles.kindOf(at('new', 'deep'))).toBe('folder');
      expect(await files()).toEqual([]);
    });

    it('proves a path whose file exists, and leaves it as it is', async () => {
      await pictureFiles.put(at('a.png'), bytes('one'), KEEP);
      await pictureFiles.prove(at('a.png'));
      expect(await text(at('a.png'))).toBe('one');
      expect(await files()).toEqual([at('a.png')]);
    });

    it('cannot prove a path that is a folder', async () => {
      await pictureFiles.prove(at('pics', 'a.png'));
      await expect(pictureFiles.prove(at('pics'))).rejects.toMatchObject({
        kind: 'usage',
        message: `${at('pics')} is a folder.`,
      });
    });

    it('cannot prove a path below a file', async () => {
      await pictureFiles.put(at('a.png'), bytes('one'), KEEP);
      await expect(pictureFiles.prove(at('a.png', 'b.png'))).rejects.toMatchObject({
        kind: 'usage',
        message: `${at('a.png', 'b.png')} cannot be written: a file is in the place of a folder.`,
      });
    });

    it('fails with kind disk when a folder has taken the place of the file', async () => {
      await pictureFiles.prove(at('a.png', 'b.png'));
      await expect(pictureFiles.put(at('a.png'), bytes('one'), { replace: true })).rejects.toMatchObject({
        kind: 'disk',
        charged: 'yes',
      });
      expect(await files()).toEqual([]);
    });

    it('moves a file, makes the folders of its new place, and replaces what stands there', async () => {
      await pictureFiles.put(at('a.png'), bytes('one'), KEEP);
      await pictureFiles.put(at('b', 'a.png'), bytes('two'), KEEP);
      await pictureFiles.move(at('a.png'), at('b', 'a.png'));
      await pictureFiles.move(at('b', 'a.png'), at('new', 'deep', 'c.png'));
      expect(await files()).toEqual([at('new', 'deep', 'c.png')]);
      expect(await text(at('new', 'deep', 'c.png'))).toBe('one');
    });

    it('fails with kind disk when there is nothing to move; nothing was charged for that', async () => {
      await expect(pictureFiles.move(at('none.png'), at('c.png'))).rejects.toMatchObject({
        kind: 'disk',
        charged: 'no',
        message: `${at('none.png')} could not be moved to ${at('c.png')}: there is no such file.`,
      });
    });

    it('says which file cannot be read', async () => {
      await expect(pictureFiles.read(at('none.png'))).rejects.toMatchObject({
        kind: 'usage',
        message: `${at('none.png')} cannot be read: there is no such file.`,
      });
    });
  });
}
