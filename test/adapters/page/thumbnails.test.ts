import { chmod, mkdir, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { thumbnails } from '../../../src/adapters/page/thumbnails.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { lacks } from '../../support/lacks.ts';
import { tempDir } from '../../support/tempdir.ts';

const hash = (digit: string): string => digit.repeat(64);
const forever = new AbortController().signal;
const picture = async (): Promise<Uint8Array> => Buffer.from('large');

/** Makes "small" of everything that is no "broken", and counts. */
function maker() {
  const made: string[] = [];
  return {
    made,
    thumbnail: async (bytes: Uint8Array) => {
      made.push(Buffer.from(bytes).toString());
      return Buffer.from(bytes).toString() === 'broken' ? null : Buffer.from('small');
    },
  };
}

describe('thumbnails', () => {
  it('are made once, and kept for the next process', async () => {
    await using folder = await tempDir();
    const one = maker();
    const first = thumbnails(folder.path, fakeClock(), one);
    expect(String(await first.of(hash('a'), picture, forever))).toBe('small');
    const again = thumbnails(folder.path, fakeClock(), one);
    const never = async (): Promise<Uint8Array> => Promise.reject(new Error('it was read again'));
    expect(String(await again.of(hash('a'), never, forever))).toBe('small');
    expect(one.made).toEqual(['large']);
    expect(await readdir(folder.at('aa'))).toEqual([`${hash('a')}.webp`]);
  });

  it('are made once for many that ask at the same moment, and two at a time of many', async () => {
    await using folder = await tempDir();
    const { of } = thumbnails(folder.path, fakeClock(), maker());
    let [reading, most, reads] = [0, 0, 0];
    let meet = (): void => {};
    const second = new Promise<void>((resolve) => (meet = resolve));
    const read = async (): Promise<Uint8Array> => {
      reading += 1;
      reads += 1;
      most = Math.max(most, reading);
      if (reading === 2) meet();
      await second;
      await new Promise(setImmediate);
      reading -= 1;
      return picture();
    };
    const hashes = Array.from({ length: 30 }, (_, index) => hash((index % 10).toString(16)));
    await Promise.all(hashes.map((one) => of(one, read, forever)));
    expect([most, reads <= 20]).toEqual([2, true]);
    expect(await readdir(folder.path)).toHaveLength(10);
  });

  it('are not made for somebody who went away before his turn', async () => {
    await using folder = await tempDir();
    const one = maker();
    const { of } = thumbnails(folder.path, fakeClock(), one);
    const gone = new AbortController();
    gone.abort();
    await expect(of(hash('a'), picture, gone.signal)).rejects.toThrow('aborted');
    expect(one.made).toEqual([]);
    expect(await of(hash('a'), picture, forever)).not.toBeNull();
  });

  it('are none of what is gone or broken, and of what is no hash', async () => {
    await using folder = await tempDir();
    const { of } = thumbnails(folder.path, fakeClock(), maker());
    expect(await of(hash('a'), async () => null, forever)).toBeNull();
    expect(await of(hash('b'), async () => Buffer.from('broken'), forever)).toBeNull();
    expect(await of('../../etc/passwd', picture, forever)).toBeNull();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.skipIf(lacks('a user who is not root'))('are shown also where they cannot be kept', async () => {
    await using folder = await tempDir();
    await mkdir(folder.at('closed'));
    await chmod(folder.at('closed'), 0o500);
    const { of } = thumbnails(folder.at('closed'), fakeClock(), maker());
    expect(String(await of(hash('a'), picture, forever))).toBe('small');
  });
});
