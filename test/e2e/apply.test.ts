import { execFileSync, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BIN, workplace, type Workplace } from './pixtab.ts';

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
    paid: '0',
    kept: 1,
    pictures: [{ id: 'a', deed: 'fetch' }],
  });
  expect((await place.run(['plan', '--detailed-exitcode', '--sandbox'])).code).toBe(0);
});

it('lets a second one wait for the first, and find everything done', async () => {
  await using place = await workplace();
  await writeFile(at(place, 'pixtab.json'), manifest(['a', 'b', 'c', 'd']));
  const both = await Promise.all([
    place.run(['apply', '--sandbox', '--json']),
    place.run(['apply', '--sandbox', '--json']),
  ]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const kept = both.map((ran) => ran.json<{ kept: number }>().kept);
  expect(new Set(kept)).toEqual(new Set([0, 4]));
  expect((await readdir(at(place, 'images'))).toSorted()).toEqual(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
});

it('goes on after it was killed at any time, and pays for nothing twice', async () => {
  await using place = await workplace();
  const ids = Array.from({ length: 12 }, (_, index) => `p${index}`);
  await writeFile(at(place, 'pixtab.json'), manifest(ids));
  for (const ms of [350, 500, 650, 800]) {
    const child = spawn(process.execPath, [BIN, 'apply', '--sandbox'], {
      cwd: place.dir,
      env: place.env,
      stdio: 'ignore',
    });
    await wait(ms);
    child.kill('SIGKILL');
    await new Promise(
      (resolve) => void ((child.exitCode ?? child.signalCode) ? resolve(null) : child.once('exit', resolve)),
    );
  }
  const last = await place.run(['apply', '--sandbox', '--json']);
  const { pictures } = last.json<{ pictures: readonly { id: string; error: { kind: string } | null }[] }>();
  const unsure = pictures.filter(({ error }) => error !== null);
  // Only what was under way at a kill may be unknown; it is said, and not sent again.
  expect(unsure.every(({ error }) => error?.kind === 'unconfirmed')).toBe(true);
  const spent = await place.run(['spend', '--sandbox', '--json']);
  const { images } = spent.json<{ total: { images: number } }>().total;
  expect(images).toBe(ids.length - unsure.length);
});

it('leaves locks that plain git merges', async () => {
  await using place = await workplace();
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: place.dir,
      env: { ...place.env, HOME: place.dir, GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
    });
  const buy = async (ids: readonly string[]): Promise<void> => {
    await writeFile(at(place, 'pixtab.json'), manifest(ids));
    expect((await place.run(['apply', '--sandbox'])).code).toBe(0);
    git('add', 'pixtab.lock');
    git('commit', '-qm', ids.join());
  };
  git('init', '-q', '-b', 'main');
  await buy(['b', 'd', 'f']);
  git('checkout', '-qb', 'other');
  await buy(['a', 'b', 'd', 'f']);
  git('checkout', '-q', 'main');
  await buy(['b', 'd', 'f', 'g']);
  git('merge', '-q', 'other', '-m', 'merged');
  const lock = await readFile(at(place, 'pixtab.lock'), 'utf8');
  const ids = lock.split('\n').flatMap((line) => /^\{"id":"(\w)"/.exec(line)?.[1] ?? []);
  expect(ids).toEqual(['a', 'b', 'd', 'f', 'g']);
  await writeFile(at(place, 'pixtab.json'), manifest(ids));
  expect((await place.run(['apply', '--frozen', '--sandbox'])).code).toBe(0);
});
