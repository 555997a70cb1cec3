import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, it } from 'vitest';
import { lacks } from '../support/lacks.ts';
import { booksOf, killedWhen } from './killing.ts';
import { gatedPlace } from './place.ts';
import { workplace, type Workplace } from './pixtab.ts';

const manifest = (ids: readonly string[]): string =>
  JSON.stringify({ images: ids.map((id) => ({ id, prompt: `the picture ${id}` })) });

const at = ({ dir }: Workplace, name: string): string => join(dir, name);

it('plans, buys, keeps, and gives a deleted picture back for nothing', async () => {
  await using place = await workplace();
  await writeFile(at(place, 'pixtab.json'), manifest(['a', 'b']));
  expect((await place.run(['plan', '--detailed-exitcode', '--sandbox'])).code).toBe(12);
  const bought = await place.run(['apply', '--sandbox', '--json']);
  expect(bought.json<{ outcome: string; pictures: unknown[] }>()).toMatchObject({
    outcome: 'ok',
    pictures: [
      { id: 'a', deed: 'buy' },
      { id: 'b', deed: 'buy' },
    ],
  });
  expect((await place.run(['apply', '--frozen', '--sandbox'])).code).toBe(0);
  await writeFile(at(place, 'images/a.jpg'), 'touched');
  const again = await place.run(['apply', '--sandbox', '--json']);
  expect(again.json()).toMatchObject({
    outcome: 'ok',
    settled: '0',
    kept: 1,
    pictures: [{ id: 'a', deed: 'fetch' }],
  });
  expect((await place.run(['plan', '--detailed-exitcode', '--sandbox'])).code).toBe(0);
});

it('lets a second one wait for the first, and find everything done', async () => {
  await using place = await workplace();
  await writeFile(at(place, 'pixtab.json'), manifest(['a', 'b', 'c', 'd']));
  const both = await Promise.all([
    place.spawned(['apply', '--sandbox', '--json']),
    place.spawned(['apply', '--sandbox', '--json']),
  ]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const kept = both.map((ran) => ran.json<{ kept: number }>().kept);
  expect(new Set(kept)).toEqual(new Set([0, 4]));
  expect((await readdir(at(place, 'images'))).toSorted()).toEqual(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
});

describe('kill -9 of an apply', () => {
  const COUNT = 12;
  const ids = Array.from({ length: COUNT }, (_, index) => `p${index}`);

  it('at every stage of its work, one after the other: the last goes on, and nothing is paid twice', async () => {
    await using here = await gatedPlace();
    await writeFile(at(here, 'pixtab.json'), manifest(ids));
    const apply = () => here.start(['apply', '--concurrency', '2']);

    here.gate.shut();
    const sending = apply();
    await here.gate.holds(2, sending);
    const sent = await killedWhen(here, 'requests are sent', sending, ({ sent }) => sent === 2);
    expect(sent).toMatchObject({ sent: 2, held: COUNT - 2, answers: 0 });

    const keeping = apply();
    // Two that nobody waits for any more, and two of this one.
    await here.gate.holds(4, keeping);
    using lock = lockedLedger(here);
    here.gate.open();
    // Whoever has the ledger keeps answers from being booked.
    const kept = await killedWhen(here, 'answers are kept', keeping, ({ answers }) => answers === 2);
    expect(kept).toMatchObject({ sent: 2, unconfirmed: 2, held: COUNT - 4, answers: 2 });
    lock.release();

    const booked = await killedWhen(
      here,
      'one is booked and not in place',
      apply(),
      (books) => (books.settled ?? 0) > 0,
    );
    expect(booked.settled).toBeGreaterThan(0);

    const placed = await killedWhen(
      here,
      'some are in place and others not begun',
      apply(),
      ({ saved = 0, held = 0 }) => saved > (booked.saved ?? 0) && held > 0,
    );
    expect(placed.held).toBeGreaterThan(0);

    const last = await here.run(['apply', '--json']);
    const { pictures } = last.json<{ pictures: readonly { id: string; error: { kind: string } | null }[] }>();
    const unsure = pictures.filter(({ error }) => error !== null);
    // Only what was under way at a kill may be unknown; it is said, and not sent again.
    expect(unsure.every(({ error }) => error?.kind === 'unconfirmed')).toBe(true);
    expect(booksOf(here)).toMatchObject({
      answers: 0,
      saved: COUNT - unsure.length,
      unconfirmed: unsure.length,
    });
    const { charged } = here.sandbox.meter();
    expect(charged).toBeLessThanOrEqual(COUNT);
    expect(charged).toBeGreaterThanOrEqual(COUNT - unsure.length);
    expect(await readdir(at(here, 'images'))).toHaveLength(COUNT - unsure.length);
    expect((await here.run(['verify'])).code).toBe(0);
  });
});

/** Somebody has the ledger, and gives it back. */
function lockedLedger({ home }: Workplace): Disposable & { release(): void } {
  const lock = new DatabaseSync(join(home, 'state', 'sandbox', 'ledger.db'));
  lock.exec('BEGIN IMMEDIATE');
  let isHeld = true;
  const release = (): void => {
    if (isHeld) lock.close();
    isHeld = false;
  };
  return { release, [Symbol.dispose]: release };
}

/** A place under git, whose manifest is written, applied and committed on a branch. */
async function versioned() {
  const place = await workplace();
  const git = (...args: readonly string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: place.dir,
      env: { ...place.env, HOME: place.dir, GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
    });
  const write = (prompts: Readonly<Record<string, string>>): Promise<void> =>
    writeFile(
      at(place, 'pixtab.json'),
      JSON.stringify({ images: Object.entries(prompts).map(([id, prompt]) => ({ id, prompt })) }),
    );
  /** Only the lock: what becomes of the manifest is for people to decide. */
  async function buy(prompts: Readonly<Record<string, string>>): Promise<void> {
    await write(prompts);
    expect((await place.run(['apply', '--sandbox'])).code).toBe(0);
    git('add', 'pixtab.lock', '.gitattributes');
    expect(git('commit', '-qm', JSON.stringify(prompts)).status).toBe(0);
  }
  git('init', '-q', '-b', 'main');
  return { ...place, git, write, buy, lock: () => readFile(at(place, 'pixtab.lock'), 'utf8') };
}

const idsIn = (lock: string): readonly string[] =>
  lock.split('\n').flatMap((line) => /^\{"id":"(\w)"/.exec(line)?.[1] ?? []);

it.skipIf(lacks('git'))('leaves locks that plain git merges', async () => {
  await using place = await versioned();
  const { git, buy, lock, write } = place;
  await writeFile(at(place, '.gitattributes'), '');
  await buy({ b: 'one', d: 'two', f: 'three' });
  git('checkout', '-qb', 'other');
  await buy({ a: 'new', b: 'one', d: 'two', f: 'three' });
  git('checkout', '-q', 'main');
  await buy({ b: 'one', d: 'two', f: 'changed', g: 'new' });
  expect(git('merge', '-q', 'other', '-m', 'merged').status).toBe(0);
  expect(idsIn(await lock())).toEqual(['a', 'b', 'd', 'f', 'g']);
  await write({ a: 'new', b: 'one', d: 'two', f: 'changed', g: 'new' });
  expect((await place.run(['apply', '--frozen', '--sandbox'])).code).toBe(0);
});

describe.skipIf(lacks('git'))('two branches that bought neighbours, and changed the same picture', () => {
  async function merged(attributes: string) {
    const place = await versioned();
    const { git, buy } = place;
    await writeFile(at(place, '.gitattributes'), attributes);
    await buy({ a: 'one', m: 'before' });
    git('checkout', '-qb', 'other');
    await buy({ a: 'one', k: 'theirs', m: 'theirs' });
    git('checkout', '-q', 'main');
    await buy({ a: 'one', l: 'ours', m: 'ours' });
    const { status } = git('merge', '-q', 'other', '-m', 'merged');
    return { ...place, status };
  }
  const bought = async (place: Workplace): Promise<number> =>
    (await place.run(['spend', '--sandbox', '--json'])).json<{ total: { images: number } }>().total.images;

  it.each(['ours', 'theirs'])('are merged by git where the lock is a union, and m is %s', async (m) => {
    await using place = await merged('pixtab.lock merge=union\n');
    expect(place.status).toBe(0);
    expect(idsIn(await place.lock())).toContain('k');
    const before = await bought(place);
    await place.write({ a: 'one', k: 'theirs', l: 'ours', m });
    const plan = await place.run(['plan', '--sandbox', '--detailed-exitcode']);
    expect(plan.stderr).toMatch(
      /note {3}pixtab\.lock has several lines for m: of each, the one counts that fits/,
    );
    expect((await place.run(['apply', '--sandbox'])).code).toBe(0);
    expect(idsIn(await place.lock())).toEqual(['a', 'k', 'l', 'm']);
    expect((await place.run(['apply', '--frozen', '--sandbox'])).code).toBe(0);
    // Both sides were bought before the merge, so nothing is bought after it.
    expect(await bought(place)).toBe(before);
  });

  it('are a conflict that apply settles, and --frozen refuses', async () => {
    await using place = await merged('');
    expect(place.status).toBe(1);
    expect(await place.lock()).toContain('<<<<<<<');
    const before = await bought(place);
    await place.write({ a: 'one', k: 'theirs', l: 'ours', m: 'ours' });
    const frozen = await place.run(['apply', '--frozen', '--sandbox']);
    expect(frozen.code).toBe(12);
    expect(frozen.stderr).toContain('pixtab.lock holds the marks of a conflict');
    expect((await place.run(['apply', '--sandbox'])).code).toBe(0);
    expect(await place.lock()).not.toMatch(/^[<=>]{7}/m);
    expect(idsIn(await place.lock())).toEqual(['a', 'k', 'l', 'm']);
    expect(await bought(place)).toBe(before);
  });
});
