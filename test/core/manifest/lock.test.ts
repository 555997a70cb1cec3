import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lockLine, lockText, parseLock, type Locked } from '../../../src/core/manifest/lock.ts';
import { aLine, aPictureWanted } from './support.ts';

const textOf = (...all: readonly Locked[]): string =>
  lockText(
    all.map(({ id }) => id),
    (id) => all.flatMap((one) => (one.id === id ? lockLine(one) : [])).join('\n'),
  );

const named = (id: string, facts: Partial<Locked> = {}): Locked =>
  aLine(aPictureWanted({ id, key: id, prompt: `the ${id}` }), facts);

describe('a lock', () => {
  it('gives back every line as it was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 8 }), (ids) => {
        const all = ids.map((id) => named(id, { path: `${id}".png` }));
        const lock = parseLock(textOf(...all), 'pixtab.lock');
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

  it('is read with the marks of a conflict in it: both sides are facts', () => {
    const lines = [named('a'), named('a', { hash: 'other' }), named('b')].map(lockLine);
    const text = ['<<<<<<< HEAD', lines[0], '=======', lines[1], lines[2], '>>>>>>> branch', ''].join('\n');
    const lock = parseLock(text, 'pixtab.lock');
    expect(lock.of('a').map(({ hash }) => hash)).toEqual(['other', named('a').hash]);
    expect(lock.size).toBe(2);
  });

  it('is read with the line ends of Windows', () => {
    expect(parseLock(textOf(named('a')).replaceAll('\n', '\r\n'), 'pixtab.lock').of('a')).toEqual([
      named('a'),
    ]);
  });

  it('says which line is none', () => {
    expect(() => parseLock(`${textOf(named('a'))}hello\n`, 'pixtab.lock')).toThrow(/^pixtab\.lock:3: /);
  });

  it('says which line was cut short', () => {
    const text = textOf(named('a')).trimEnd().slice(0, -5);
    expect(() => parseLock(text, 'pixtab.lock').of('a')).toThrow(/cannot be read/);
  });
});
