import type { ChildProcess } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ledgerSeized } from '../../bench/place.mjs';
import { start, until } from '../../bench/process.mjs';
import { systemClock } from '../../src/adapters/clock.ts';
import { openApi, type Api } from '../scenarios/api.ts';
import { buying, type Door } from '../scenarios/doors.ts';
import { saved, unheardOf } from '../scenarios/ends.ts';
import { place, type Place } from '../scenarios/place.ts';
import { seen, type Seen } from '../scenarios/seen.ts';

// What test/scenarios plays inside one process, with a process that is really killed.

const WISH = { model: 'gemini-3.1-flash-lite-image', count: 1, flags: [], later: async () => {} };
const clock = systemClock();
let api: Api;

beforeAll(async () => {
  api = await openApi(clock);
});
afterAll(() => api.close());

interface Moment {
  readonly faults: string;
  /** Kills the process when it has come. */
  readonly strike: (child: ChildProcess, here: Place) => Promise<void>;
}

const MOMENTS = {
  'while the API is at work': {
    faults: 'hang',
    async strike(child) {
      await new Promise<void>((resolve) => api.onWorked(resolve));
      child.kill('SIGKILL');
    },
  },
  'between journal and ledger': {
    faults: '',
    async strike(child, { state }) {
      await new Promise<void>((resolve) => api.onSent(resolve));
      // The request has left, so the ledger is wanted next for its bill: that has to wait, with the answer on disk.
      const release = ledgerSeized(state);
      const journal = join(state, 'journal');
      const isKept = async (): Promise<boolean> =>
        (await readdir(journal).catch(() => [])).some((name) => name.endsWith('.answer'));
      await until('the answer is kept', async () => child.exitCode !== null || (await isKept()));
      child.kill('SIGKILL');
      release();
    },
  },
} as const satisfies Record<string, Moment>;

const finished: Seen = { ...saved(1), first: null };
const lost: Seen = { ...finished, ...unheardOf.ends };
/** This run paid nothing, and will not pay again unasked. */
const barred: Seen = { ...lost, exit: 8, outcome: 'unconfirmed', charged: 'no', told: 'less' };

it.each<[Door, keyof typeof MOMENTS, string, Seen]>([
  ['generate', 'while the API is at work', 'recover', lost],
  ['generate', 'between journal and ledger', 'recover', finished],
  ['edit', 'while the API is at work', 'recover', lost],
  ['edit', 'between journal and ledger', 'recover', finished],
  ['apply', 'while the API is at work', 'recover', lost],
  ['apply', 'between journal and ledger', 'recover', finished],
  ['apply', 'while the API is at work', 'apply', barred],
  ['apply', 'between journal and ledger', 'apply', finished],
])('%s that is killed %s, and then %s', async (door, when, next, expected) => {
  expect(await killed(door, MOMENTS[when], next)).toEqual(expected);
});

async function killed(door: Door, moment: Moment, next: string): Promise<Seen> {
  await using here = await place(clock, api.url, true);
  api.reset();
  api.control.setFaults(moment.faults);
  const env = { PATH: process.env['PATH'] ?? '', ...here.env };
  const args = await buying(door, here, WISH);
  const { child, ran } = start(args, { cwd: here.dir, env });
  try {
    await Promise.race([
      moment.strike(child, here),
      ran.then((end) => Promise.reject(new Error(`it ended: ${end.stderr}`))),
    ]);
  } finally {
    child.kill('SIGKILL');
    await ran;
  }
  return seen([await here.pixtab(next, '--json')], here, api);
}
