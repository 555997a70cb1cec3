import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lockLine, lockText, readLock, type Lock, type Locked } from '../../../src/core/manifest/lock.ts';
import { aLine, aPictureWanted } from './support.ts';

const textOf = (...all: readonly Locked[]): string =>
  lockText(
    all.map(({ id }) => id),
    (id) => all.flatMap((one) => (one.id === id ? lockLine(one) : [])).join('\n'),
  );

async function* piecesOf(text: string): AsyncGenerator<readonly string[]> {
  for (const line of text.split(/\r?\n/)) yield [line];
}
const parsed = (text: string): Promise<Lock> => readLock(piecesOf(text), 'pixtab.lock');

const named = (id: string, facts: Partial<Locked> = {}): Locked =>
  aLine(aPictureWanted({ id, key: id, prompt: `the ${id}` }), facts);

describe('a lock', () => {
  it('gives back every line as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 8 }), async (ids) => {
        const all = ids.map((id) => named(id, { path: `${id}".png` }));
        const lock = await parsed(textOf(...all));
        for (const one of all) expect(lock.of(one.id)).toEqual([one]);
        expect([...lock.ids()].sort()).toEqual([...ids].sort());
      }),
    );
  });

  it('is sorted by id, a line a picture, whatever order it is written in', () => {
    const [a, b, c] = [named('a'), named('b'), named('c')];
    expect(textOf(c, a, b)).toBe(textOf(a, b, c));
    expect(textOf(a, b, c).trimEnd().split('\n')).toHaveLength(4);
  });

  it('is read with the marks of a conflict in it: both sides are facts', async () => {
    const lines = [named('a'), named('a', { hash: 'other' }), named('b')].map(lockLine);
    const text = ['<<<<<<< HEAD', lines[0], '=======', lines[1], lines[2], '>>>>>>> branch', ''].join('\n');
    const lock = await parsed(text);
    expect(lock.of('a').map(({ hash }) => hash)).toEqual(['other', named('a').hash]);
    expect(lock.size).toBe(2);
  });

  it('is read with the line ends of Windows', async () => {
    expect((await parsed(textOf(named('a')).replaceAll('\n', '\r\n'))).of('a')).toEqual([named('a')]);
  });

  it('says which line is none', async () => {
    await expect(parsed(`${textOf(named('a'))}hello\n`)).rejects.toThrow(/^pixtab\.lock:3: /);
  });

  it('says which line was cut short', async () => {
    const text = textOf(named('a')).trimEnd().slice(0, -5);
    const lock = await parsed(text);
    expect(() => lock.of('a')).toThrow(/cannot be read/);
  });
});
