import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/ports/index.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { heldTimeouts, openApi, type Api } from './api.ts';
import type { Trouble } from './disk.ts';
import { BATCH, DOORS, through, type Door, type Wish } from './doors.ts';
import { place, type Place } from './place.ts';
import { seen, type Seen } from './seen.ts';
import { failsToday } from './todo.ts';

/** What the API does, what the disk does, what the user allowed and did, and what it must come to. */
export interface Scenario {
  /** A sentence. */
  readonly name: string;
  /** What requests that may cost something meet, in turn; in the batch lane, the making of a job. */
  readonly faults?: string;
  readonly model?: string;
  /** Pictures that are asked for; one. */
  readonly count?: number;
  readonly flags?: readonly string[];
  /** Where the API is, if it is not at the sandbox. */
  readonly baseUrl?: () => Promise<string>;
  /** A command before the one that buys. */
  readonly before?: readonly string[];
  /** What goes wrong on this machine, and since when. */
  readonly trouble?: (here: Folders) => Trouble;
  readonly since?: 'start' | 'sent' | 'second sent';
  /** It is over when the first command is. */
  readonly passes?: boolean;
  /** What the user does while a request is under way. */
  readonly interrupted?: 'once' | 'twice';
  /** The time for a request is over when its work is done. */
  readonly timeout?: boolean;
  readonly ends: Ends;
  /** Differences that are meant: some doors end otherwise, or cannot be gone through. */
  readonly unless?: readonly Exception[];
}

export interface Exception {
  readonly doors: readonly Door[];
  readonly why: string;
  /** What is different; null where there is nothing to try. */
  readonly ends: Partial<Expected> | null;
}

export type Ends = Omit<Seen, 'first'>;
type Expected = Seen;

export interface Folders {
  readonly journal: string;
  readonly images: string;
  readonly store: string;
}

const LITE = 'gemini-3.1-flash-lite-image';
const PENDING = 12;
/** Jobs of the sandbox take less. */
const JOB_MS = 60_000;

/** Takes every scenario through every door: each of them is a test. */
export function scenarios(table: readonly Scenario[]): void {
  let clock = fakeClock();
  /** Of sandbox and pixtab alike, and set anew for each test. */
  const time: Clock = {
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    random: () => clock.random(),
  };
  let api: Api;
  beforeAll(async () => {
    api = await openApi(time);
  });
  afterAll(() => api.close());

  describe.each(table)('$name', (scenario) => {
    const exceptions = (door: Door): readonly Exception[] =>
      (scenario.unless ?? []).filter(({ doors }) => doors.includes(door));
    for (const door of DOORS.filter((door) => exceptions(door).every(({ ends }) => ends !== null))) {
      const why = exceptions(door).map(({ why }) => `, since ${why}`);
      const test = failsToday(scenario.name, door) === null ? it : it.fails;
      test(`${door}${why.join('')}`, async () => {
        clock = fakeClock();
        api.reset();
        const expected = exceptions(door).reduce<Expected>(
          (ends, { ends: other }) => ({ ...ends, ...other }),
          { ...scenario.ends, first: BATCH.includes(door) ? PENDING : null },
        );
        const result = await played(scenario, door, api, time);
        // The document of the batch lane is about jobs, and says nothing about all of their money together.
        const isSilent = result.seen.charged === null;
        expect(result.seen).toEqual(isSilent ? { ...expected, charged: null } : expected);
        expect(result.unsound).toEqual([]);
      });
    }
  });
}

async function played(scenario: Scenario, door: Door, api: Api, time: Clock) {
  const { faults = '', count = 1, flags = [], model = LITE, before, baseUrl } = scenario;
  await using here = await place(time, (await baseUrl?.()) ?? api.url);
  const folders = {
    journal: join(here.home, 'state', 'journal'),
    images: join(here.dir, 'images'),
    store: join(here.home, 'cache', 'store'),
  };
  if (before) await here.pixtab(...before);
  api.control.setFaults(BATCH.includes(door) ? faults.replace(/(?<=^|,)(?=.)/g, 'batch:') : faults);
  using trouble = scenario.trouble?.(folders) ?? null;
  const begin = (): void => trouble?.begin();
  if (scenario.since === 'sent') api.onSent(begin);
  else if (scenario.since === 'second sent') api.onSent(() => api.onSent(begin));
  else begin();
  if (scenario.interrupted === 'once') api.onSent(here.interrupt);
  if (scenario.interrupted === 'twice') {
    api.onWorked(() => {
      here.interrupt();
      here.interrupt();
    });
  }
  const timeouts = scenario.timeout ? heldTimeouts() : null;
  if (timeouts) api.onWorked(timeouts.expire);
  try {
    const later = (): void => {
      if (scenario.passes) trouble?.end();
      void time.sleep(JOB_MS);
    };
    const wish: Wish = { model, count, flags, later };
    const ran = await through(door, here, wish);
    const result = await seen(ran, here, api);
    return { seen: result, unsound: await unsound(here) };
  } finally {
    timeouts?.restore();
  }
}

/** What contradicts itself in the books, or was left half-written. */
async function unsound(here: Place): Promise<readonly unknown[]> {
  const { stdout } = await here.pixtab('verify', '--json');
  const { contradictions, differing } = JSON.parse(stdout) as {
    contradictions: readonly unknown[];
    differing: readonly unknown[];
  };
  return [...contradictions, ...differing];
}
