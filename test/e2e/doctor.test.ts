import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { workplace } from './pixtab.ts';

interface Document {
  readonly outcome: string;
  readonly exitCode: number;
  readonly checks: readonly { name: string; status: string; message: string }[];
}

const CANARY = 'AIzaSyDoctor-canary-0123456789abcdefghi';

/** A day on which the prices are not old yet. */
const clock = { ...systemClock(), now: () => Date.parse('2026-11-27T12:00:00Z') };

const summary = ({ checks }: Document) =>
  checks.filter(({ status }) => status !== 'ok').map(({ name, status }) => `${status} ${name}`);

it('finds a fresh machine in order but for the key, and leaves no trace on it', async () => {
  await using place = await workplace();
  const ran = await place.run(['doctor', '--json'], { clock });
  expect([ran.code, summary(ran.json<Document>())]).toEqual([3, ['fail key']]);
  expect(await readdir(join(place.dir, '..'))).toEqual(['work']);
  expect(await readdir(place.dir)).toEqual([]);
});

it('says where a key is and never what it is', async () => {
  await using place = await workplace();
  await writeFile(join(place.dir, '.env'), `GEMINI_API_KEY=${CANARY}\n`);
  const ran = await place.run(['doctor', '-v']);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/^ok {4}key {9}There is one in GEMINI_API_KEY in \.env\.$/m);
  expect(`${ran.stdout}${ran.stderr}`).not.toContain(CANARY);
});

it('compares the catalogue with the models of the sandbox', async () => {
  await using place = await workplace();
  const ran = await place.run(['doctor', '--sandbox', '--online', '--json']);
  const document = ran.json<Document>();
  // The sandbox has the system's clock, on which prices grow old.
  const besides = summary(document).filter((check) => check !== 'warn catalogue');
  expect([ran.code, besides]).toEqual([0, []]);
  expect(document.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['online', 'models']));
  expect(await readdir(join(place.dir, '..'))).toEqual(['work']);
});

it('finds the ledger sound after a purchase, and broken when somebody wrote over it', async () => {
  await using place = await workplace();
  await place.run(['a cat', '--sandbox', '-o', 'cat.jpg']);
  const sound = await place.run(['doctor', '--sandbox']);
  expect(sound.code).toBe(0);
  expect(sound.stdout).toMatch(/^ok {4}ledger {6}.+ledger\.db is sound\.$/m);
  const state = join(place.dir, '../home/state/sandbox');
  // A log that is empty comes and goes with whoever has the ledger open.
  const kept = async () => (await readdir(state)).filter((name) => !/-(shm|wal)$/.test(name));
  const files = await kept();
  await writeFile(join(state, 'ledger.db'), 'a note to myself'.repeat(500));
  const broken = await place.run(['doctor', '--sandbox', '--json'], { clock });
  expect([broken.code, summary(broken.json<Document>())]).toEqual([2, ['fail ledger']]);
  expect(await kept()).toEqual(files);
});
