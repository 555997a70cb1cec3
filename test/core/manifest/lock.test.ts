import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  lockIn,
  lockLine,
  lockText,
  mergedText,
  NO_LOCK,
  readLock,
  type Lock,
  type Locked,
} from '../../../src/core/manifest/lock.ts';
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

/** What is said of a lock that cannot be used, and that nothing is lost with it. */
const unusable = (message: string) =>
  expect.objectContaining({
    kind: 'usage',
    message,
    hint: 'Restore the file from its repository; what was bought is in the store and in the ledger.',
  });

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
    await expect(parsed(`${textOf(named('a'))}hello\n`)).rejects.toThrow(
      unusable('pixtab.lock:3: this is no line of a lock.'),
    );
  });

  it('says which line was cut short', async () => {
    const text = textOf(named('a')).trimEnd().slice(0, -5);
    const lock = await parsed(text);
    expect(() => lock.of('a')).toThrow(
      unusable(`pixtab.lock has a line that cannot be read: ${lockLine(named('a')).slice(0, 80)}`),
    );
  });

  it('says of which pictures it has several lines, one that stands there twice counting once', async () => {
    const other = named('a', { path: 'other.png' });
    const lines = [named('a'), other, named('b'), named('b')].map(lockLine);
    const lock = await parsed(lines.join('\n'));
    expect([lock.several, lock.hasMarks]).toEqual([['a'], false]);
    expect(lock.of('b')).toEqual([named('b')]);
    expect(lock.of('a')).toEqual([other, named('a')]);
    expect(lock.textOf('a')).toBe([named('a'), other].map(lockLine).join('\n'));
    expect([lock.of('c'), lock.textOf('c')]).toEqual([[], '']);
  });

  it.each(['<<<<<<< HEAD', '=======', '>>>>>>> branch', '||||||| base', '<<<<<<<<< HEAD'])(
    'says that the mark %j of a conflict stands in it',
    async (mark) => {
      expect((await parsed(`${textOf(named('a'))}${mark}\n`)).hasMarks).toBe(true);
    },
  );

  it.each(['<<<<<< HEAD', '<<<<<<<HEAD', 'x=======', ' {"id":"a",'])('has no line %j', async (line) => {
    await expect(parsed(line)).rejects.toThrow(unusable('pixtab.lock:1: this is no line of a lock.'));
  });

  it('finds lines by what was asked for, whatever the picture is called, the last first', async () => {
    const hash = 'ab'.repeat(32);
    const all = [named('a', { hash }), named('a', { hash, path: 'x' }), named('"b\\', { hash }), named('c')];
    const inside = JSON.stringify({ ...named('d'), asked: { id: 'e', hash } });
    const lock = await parsed([...all.map(lockLine), inside].join('\n'));
    expect(lock.ofHash(hash)).toEqual([all[1], all[0], all[2]]);
    expect(lock.of('"b\\')).toEqual([all[2]]);
    expect([lock.ofHash('cd'.repeat(32)), NO_LOCK.ofHash(hash)]).toEqual([[], []]);
  });

  it('is read at once, behind a mark of its order of bytes', () => {
    const [one, other] = [named('a'), named('b', { path: 'b\uFEFF.png' })];
    const lock = lockIn(`\uFEFF${textOf(one)}${lockLine(other)}`, 'pixtab.lock');
    expect([lock.of('a'), lock.of('b')]).toEqual([[one], [other]]);
    expect(lockIn(textOf(other), 'pixtab.lock').of('b')).toEqual([other]);
  });

  it('takes no more lines of a picture than merges leave', async () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, bytes) => lockLine(named('a', { bytes }))).join('\n');
    expect((await parsed(lines(1_000))).of('a')).toHaveLength(1_000);
    await expect(parsed(lines(1_001))).rejects.toThrow(
      unusable('pixtab.lock:1001: one picture has more than 1000 lines, which no merge leaves.'),
    );
  });

  it.each<[string, object]>([
    ['no bytes', { bytes: '3' }],
    ['no path', { path: undefined }],
    ['nothing that was asked for', { asked: null }],
    ['words for what was asked for', { asked: 'a cat' }],
    ['no cost', { cost: 0.04 }],
  ])('believes no line with %s', async (_, facts) => {
    const line = JSON.stringify({ ...(JSON.parse(lockLine(named('a'))) as object), ...facts });
    const lock = await parsed(line);
    expect(() => lock.of('a')).toThrow(/has a line that cannot be read/);
  });

  it('says of a placeholder that it is one', async () => {
    const placeholder = named('a', { sandbox: true });
    expect((await parsed(textOf(placeholder))).of('a')).toEqual([placeholder]);
    expect(lockLine(named('a'))).not.toContain('sandbox');
  });
});

describe('a lock that others wrote meanwhile', () => {
  const [mine, theirs, newer] = [named('a'), named('a', { path: 'theirs' }), named('a', { path: 'newer' })];
  const merged = (now: readonly Locked[], changes: Readonly<Record<string, readonly Locked[]>>) =>
    lockIn(
      mergedText(lockIn(textOf(...now), 'pixtab.lock'), new Map(Object.entries(changes)), (line) =>
        [mine, newer].map(lockLine).includes(line),
      ),
      'pixtab.lock',
    );

  it('keeps their lines, and takes what this process says for its own', () => {
    const lock = merged([mine, theirs, named('b')], { a: [newer], c: [named('c')] });
    expect(lock.of('a')).toEqual([newer, theirs]);
    expect([...lock.ids()]).toEqual(['a', 'b', 'c']);
  });

  it('loses a picture that this process let go of, unless others have it', () => {
    expect([...merged([mine, named('b')], { a: [] }).ids()]).toEqual(['b']);
    expect(merged([mine, theirs], { a: [] }).of('a')).toEqual([theirs]);
    const now = lockIn(textOf(mine, named('b')), 'pixtab.lock');
    expect(mergedText(now, new Map([['a', []]]), () => true)).toBe(textOf(named('b')));
  });

  it('is written in the order of its lines', () => {
    expect(merged([], { a: [newer, mine] }).of('a')).toEqual([newer, mine]);
    const text = mergedText(NO_LOCK, new Map([['a', [newer, mine]]]), () => false);
    expect(text).toBe(lockText(['a'], () => [mine, newer].map(lockLine).join('\n')));
  });
});
