import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { LOCK_HEAD, lockLine, NO_LOCK, readLock, type Locked } from '../../src/core/manifest/lock.ts';
import { lockFile } from '../../src/project/lockfile.ts';
import { aLine, aPictureWanted } from '../core/manifest/support.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { fakeTree } from '../support/fakes/tree.ts';

const line = (id: string, path: string): Locked =>
  aLine(aPictureWanted({ id, key: id, prompt: `the ${id}` }), { path });

function opened(lock = NO_LOCK) {
  const clock = fakeClock();
  const pictureFiles = fakePictureFiles();
  let writes = 0;
  let trouble: Failure | null = null;
  const update: typeof pictureFiles.update = async (path, make) => {
    writes += 1;
    if (trouble) throw trouble;
    return pictureFiles.update(path, make);
  };
  const file = lockFile('pixtab.lock', lock, { update }, clock);
  const read = () => readLock(fakeTree(pictureFiles.files).lines('pixtab.lock'), 'pixtab.lock');
  /** What somebody else puts there, such as git. */
  const pull = (...lines: readonly Locked[]): void =>
    void pictureFiles.files.set(
      'pixtab.lock',
      Buffer.from([LOCK_HEAD, ...lines.map(lockLine), ''].join('\n')),
    );
  return {
    file,
    clock,
    read,
    pull,
    pictureFiles,
    writes: () => writes,
    fail: (with_: Failure | null) => void (trouble = with_),
  };
}

describe('a lock on disk', () => {
  it('is written at once while changes are rare, and once a second while they come fast', async () => {
    const { file, clock, writes, read } = opened();
    for (const id of ['a', 'b', 'c']) file.set(line(id, `${id}.jpg`));
    await Promise.resolve();
    expect(writes()).toBe(1);
    clock.advance(1000);
    await file.settled();
    file.set(line('d', 'd.jpg'));
    await file.settled();
    expect(writes()).toBe(3);
    expect([...(await read()).ids()]).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps every line of a picture until what it says of another file is forgotten', async () => {
    const { file, read } = opened();
    for (const path of ['a.jpg', 'b.jpg', 'c.jpg']) file.set(line('x', path));
    await file.settled();
    expect((await read()).of('x').map(({ path }) => path)).toEqual(['c.jpg', 'b.jpg', 'a.jpg']);
    expect(file.leftovers().map(({ path }) => path)).toEqual(['b.jpg', 'a.jpg']);
    expect(file.paths()).toEqual(new Set(['c.jpg']));
    for (const path of ['a.jpg', 'b.jpg', 'c.jpg']) file.forget('x', path);
    await file.settled();
    expect((await read()).of('x').map(({ path }) => path)).toEqual(['c.jpg']);
  });

  it('leaves lines that nobody touches as they stand, and drops those that are removed', async () => {
    const first = opened();
    for (const id of ['b', 'a']) first.file.set(line(id, `${id}.jpg`));
    await first.file.settled();
    const before = await first.read();
    const { file, read } = opened(before);
    file.set(line('c', 'c.jpg'));
    file.remove('a');
    await file.settled();
    const after = await read();
    expect([...after.ids()]).toEqual(['b', 'c']);
    expect(after.textOf('b')).toBe(before.textOf('b'));
    expect(file.paths(['c'])).toEqual(new Set(['b.jpg']));
  });

  it('keeps what others wrote since it was read, and says its own', async () => {
    const first = opened();
    for (const id of ['a', 'b', 'c']) first.file.set(line(id, `${id}.jpg`));
    await first.file.settled();
    const { file, read, pull, clock } = opened(await first.read());
    // A pull changes b, drops c, brings d, and has another picture of a.
    pull(line('a', 'theirs.jpg'), line('b', 'b-new.jpg'), line('d', 'd.jpg'));
    file.set(line('a', 'ours.jpg'));
    file.forget('a', 'a.jpg');
    await file.settled();
    const after = await read();
    expect([...after.ids()].map((id) => after.of(id).map(({ path }) => path))).toEqual([
      ['ours.jpg', 'theirs.jpg'],
      ['b-new.jpg'],
      ['d.jpg'],
    ]);
    clock.advance(5000);
    file.remove('a');
    file.set(line('e', 'e.jpg'));
    await file.settled();
    const last = await read();
    expect(last.of('a').map(({ path }) => path)).toEqual(['theirs.jpg']);
    expect([...last.ids()]).toEqual(['a', 'b', 'd', 'e']);
  });

  it('does not write over what is no lock any more', async () => {
    const { file, pictureFiles } = opened();
    pictureFiles.files.set('pixtab.lock', Buffer.from('something else\n'));
    file.set(line('a', 'a.jpg'));
    await expect(file.settled()).rejects.toThrow('pixtab.lock:1: this is no line of a lock.');
    expect(Buffer.from(pictureFiles.files.get('pixtab.lock') ?? '').toString()).toBe('something else\n');
  });

  it('says to who waits for it that it could not be written, until it can', async () => {
    const { file, fail, read } = opened();
    fail(new Failure('disk', 'the disk is full'));
    file.set(line('a', 'a.jpg'));
    await expect(file.settled()).rejects.toThrow('the disk is full');
    fail(null);
    file.set(line('b', 'b.jpg'));
    await file.settled();
    expect([...(await read()).ids()]).toEqual(['a', 'b']);
  });
});
