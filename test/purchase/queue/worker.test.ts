import { describe, expect, it } from 'vitest';
import { Failure, type FailureKind } from '../../../src/core/errors.ts';
import { countsOf, type QueueState } from '../../../src/core/policy/queue.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { ZERO } from '../../../src/core/pricing/money.ts';
import type { Queue, QueueJob } from '../../../src/ports/index.ts';
import type { Advanced } from '../../../src/purchase/batch/types.ts';
import { planAttempts } from '../../../src/purchase/plan-attempts.ts';
import type { PurchaseContext, PurchaseRequest } from '../../../src/purchase/request.ts';
import type { JobsStand } from '../../../src/purchase/queue/job-worker.ts';
import type { WorkEvent } from '../../../src/purchase/queue/work-context.ts';
import { work } from '../../../src/purchase/queue/worker.ts';
import { fakeApi } from '../../support/fakes/api.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aPicture } from '../../support/fakes/deps.ts';
import { fakeJournal } from '../../support/fakes/journal.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakeStore } from '../../support/fakes/ledger-state.ts';
import { fakeSaver } from '../../support/fakes/saver.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';
import { aRun } from '../../support/purchases.ts';

const MINUTE = 60_000;

interface Scene {
  /** How the queue stands, one look after the other; the last one from then on. */
  readonly stands?: readonly (Partial<Record<QueueState, number>> & { readonly isPaused?: true })[];
  /** What each round on jobs brings; null where nothing is bought by batch. */
  readonly rounds?: readonly (readonly Partial<Advanced>[])[] | null;
  readonly jobsStand?: JobsStand;
  readonly untilEmpty?: boolean;
  readonly waitMs?: number;
  /** When somebody tells it to stop, in milliseconds. */
  readonly stopsAfter?: number;
  /** Takes fail so often first. */
  readonly fails?: number;
  readonly failsAs?: FailureKind;
}

/** A worker at a queue from which nothing can be taken: when it looked, what it told, why it ended and after how long. */
async function worked({ stands = [{}], rounds = null, untilEmpty = true, waitMs = 0, ...scene }: Scene = {}) {
  const clock = fakeClock(0);
  const stop = new AbortController();
  const events: WorkEvent[] = [];
  const takes: number[] = [];
  const finished: number[] = [];
  let looks = 0;
  let made = 0;
  const sleep: typeof clock.sleep = async (ms, signal) => {
    await clock.sleep(ms, signal);
    if (clock.now() >= (scene.stopsAfter ?? Infinity)) stop.abort();
    if (clock.now() > 3_600_000) throw new Error('it never ends');
  };
  const queue = {
    async take() {
      takes.push(clock.now());
      if (takes.length <= (scene.fails ?? 0))
        throw new Failure(scene.failsAs ?? 'unavailable', 'The queue is away.', { charged: 'no' });
      return [];
    },
    async status() {
      const { isPaused = false, ...counts } = stands[Math.min(looks++, stands.length - 1)] ?? {};
      return { isPaused, counts: countsOf((state) => counts[state] ?? 0) };
    },
  } as unknown as Queue;
  const jobs = rounds && {
    stand: () => scene.jobsStand ?? { failure: null, isStuck: false },
    catchUp: async () => {},
    round: async () => (rounds[made++] ?? []) as readonly Advanced[],
  };
  const buyer = {
    stop: stop.signal,
    concurrency: 1,
    saver: async () => null,
    books: {},
  } as unknown as PurchaseContext;
  const reason = await work({
    queue,
    buyer,
    clock: { ...clock, sleep },
    jobs,
    untilEmpty,
    waitUntil: waitMs,
    prepare: async () => expect.unreachable('nothing was taken'),
    requestOf: () => expect.unreachable('nothing was taken'),
    finishLeft: async () => void finished.push(clock.now()),
    onEvent: (event) => void events.push(event),
  });
  return { reason, events, takes, finished, made, waits: clock.waits, endedAt: clock.now() };
}

describe('a worker until the queue is empty', () => {
  it.each<[string, Scene, number]>([
    ['ends where nothing waits and nobody works', {}, 0],
    ['waits for pictures that others work on', { stands: [{ working: 1 }, { working: 1 }, {}] }, 2_000],
    [
      'ends where the queue is paused, whatever waits',
      { stands: [{ waiting: 1, isPaused: true }], rounds: [] },
      1_000,
    ],
    ['waits for nothing where nothing is in jobs', { waitMs: 5_000 }, 0],
    ['leaves what waits for a job to those who make jobs', { stands: [{ waiting: 3 }] }, 0],
    ['waits until what waits for a job is in one', { stands: [{ waiting: 1 }, {}], rounds: [] }, 3_000],
    ['leaves jobs to the next where it is not told to wait', { stands: [{ inJobs: 1 }], rounds: [] }, 1_000],
    [
      'waits for jobs as long as it is told to',
      { stands: [{ inJobs: 1 }], rounds: [], waitMs: 5_000 },
      5_000,
    ],
    [
      'waits for jobs that others look after, too',
      { stands: [{ inJobs: 1 }], rounds: null, waitMs: 5_000 },
      5_000,
    ],
    [
      'waits for no job that goes no further by itself',
      {
        stands: [{ inJobs: 1 }],
        rounds: [],
        waitMs: 5_000,
        jobsStand: { failure: null, isStuck: true },
      },
      1_000,
    ],
  ])('%s', async (_, scene, endsAt) => {
    expect(await worked(scene)).toMatchObject({ reason: null, endedAt: endsAt });
  });

  it('ends for what is in the way of its jobs', async () => {
    const failure = new Failure('auth', 'The key is wrong.');
    const scene = { stands: [{ inJobs: 1 }], rounds: [], jobsStand: { failure, isStuck: true } };
    expect(await worked(scene)).toMatchObject({ reason: failure });
  });

  it('finishes in the end what dead workers left', async () => {
    expect((await worked()).finished).toEqual([0]);
  });
});

describe('a worker that goes on for ever', () => {
  it('ends when it is told to, and not because nothing is there', async () => {
    const { reason, endedAt } = await worked({ untilEmpty: false, stopsAfter: 30_000 });
    expect([reason, endedAt]).toEqual([null, 30_000]);
  });

  it('finishes once a minute what dead workers left', async () => {
    const { finished } = await worked({ untilEmpty: false, stopsAfter: 3 * MINUTE + 1_000 });
    expect(finished).toEqual([MINUTE, 2 * MINUTE, 3 * MINUTE]);
  });

  it('rests after trouble, longer each time, and takes nothing meanwhile', async () => {
    const { takes, waits } = await worked({ untilEmpty: false, fails: 2, stopsAfter: 9_000 });
    expect(takes.slice(0, 4)).toEqual([0, 2_000, 6_000, 7_000]);
    // Nothing wakes it in vain meanwhile.
    expect(waits.slice(0, 3)).toEqual([2_000, 4_000, 1_000]);
  });

  it('ends at once for trouble that no waiting mends', async () => {
    const { takes, reason } = await worked({ untilEmpty: false, fails: 1, failsAs: 'auth' });
    expect([takes, reason?.kind]).toEqual([[0], 'auth']);
  });

  it('works on jobs every two seconds', async () => {
    const { made } = await worked({ untilEmpty: false, rounds: [], stopsAfter: 9_000 });
    expect(made).toBe(5);
  });
});

describe('trouble with one job', () => {
  const stuck = (status: Advanced['status'], kind: 'auth' | 'disk' | 'unavailable'): Scene => {
    const failure = new Failure(kind, 'It cannot go on.');
    return {
      untilEmpty: false,
      stopsAfter: 10_000,
      rounds: [
        [
          { jobId: 'job-1', status, failure },
          { jobId: 'job-2', status: 'done', failure: null },
        ],
      ],
    };
  };

  it.each([
    ['queued', 'auth', 'auth'],
    ['queued', 'unavailable', null],
    ['running', 'auth', null],
    ['running', 'disk', 'disk'],
    ['running', 'unavailable', null],
  ] as const)('that is %s, of kind %s, ends the work for %s', async (status, kind, ends) => {
    const { reason, events } = await worked(stuck(status, kind));
    expect(reason?.kind ?? null).toBe(ends);
    expect(events).toMatchObject([{ event: 'stuck', jobId: 'job-1', failure: { kind } }]);
  });
});

interface Taking {
  readonly concurrency?: number;
  /** Runs when a picture is asked for, by its number. */
  readonly onSend?: (number: number, stop: AbortController) => unknown;
  readonly prepare?: () => Promise<void>;
  /** What a round on jobs waits for; null where nothing is bought by batch. */
  readonly round?: (() => Promise<void>) | null;
  /** The queue cannot be told so often. */
  readonly untold?: number;
}

/** A worker until so many pictures are bought: how many it asked for each time, and what it told of which. */
async function taken(count: number, { concurrency = 1, onSend, prepare, round = null, untold = 0 }: Taking) {
  const [clock, stop, store] = [fakeClock(0), new AbortController(), fakeStore()];
  const ledger = fakeLedger({ store, clock });
  const order = anOrder('nano-banana-2-lite');
  const offer = { order, quote: quote(order, TODAY) };
  const save = { paths: ['cat.jpg'], cwd: '/work', format: null, quality: null, replace: false };
  await ledger.begin(aRun());
  const attempts = Array.from({ length: count }, (_, index) =>
    planAttempts(offer, save, { runId: 'run-1', account: 'here', attemptId: () => `p${index + 1}` }),
  ).flat();
  await ledger.hold(attempts.map(({ plan }) => plan));
  const waiting = attempts.map(({ plan }): QueueJob => ({
    plan,
    run: aRun(),
    name: plan.attemptId,
    urgent: false,
    inputs: [],
    heldAt: 0,
  }));
  const [takes, told, events]: [[number, number][], string[], string[]] = [[], [], []];
  let [working, away, rounds, isEmpty] = [0, untold, 0, false];
  const queue = {
    async take(room: number) {
      takes.push([clock.now(), room]);
      if (takes.length > 100) stop.abort();
      const now = waiting.splice(0, room);
      working += now.length;
      return now;
    },
    status: async () => ({
      isPaused: false,
      counts: countsOf((state) => (state === 'working' && !isEmpty ? working : 0)),
    }),
    async finish(attemptId: string) {
      if (away-- > 0) throw new Failure('unavailable', 'The queue is away.', { charged: 'no' });
      working -= 1;
      told.push(attemptId);
      return { state: 'done', amount: ZERO, why: null };
    },
    async giveBack(attemptId: string) {
      const job = attempts.find(({ plan }) => plan.attemptId === attemptId);
      if (job) told.push(`back ${attemptId}`);
    },
  } as unknown as Queue;
  // What is under way gets its turn while others sleep.
  const sleep: typeof clock.sleep = async (ms, signal) => {
    await new Promise(setImmediate);
    await clock.sleep(ms, signal);
  };
  const api = fakeApi(
    ...attempts.map((_, index) => async () => {
      const result = await onSend?.(index + 1, stop);
      return result instanceof Failure ? result : aPicture();
    }),
  );
  const buyer: PurchaseContext = {
    books: { ledger, journal: fakeJournal() },
    apiOf: async () => api,
    accountOf: async () => 'here',
    saver: async () => fakeSaver(),
    underWay: new Set(),
    stop: stop.signal,
    leave: new AbortController().signal,
    concurrency,
    timeoutMs: 1_000,
    retries: 0,
    batch: null,
    onRetry: () => {},
  };
  const reason = await work({
    queue,
    buyer,
    clock: { ...clock, sleep },
    jobs: round && {
      stand: () => ({ failure: null, isStuck: false }),
      catchUp: async () => {},
      async round() {
        rounds += 1;
        await round();
        return [];
      },
    },
    untilEmpty: true,
    waitUntil: 0,
    prepare: prepare ?? (async () => {}),
    requestOf: (job) => {
      const attempt = attempts.find(({ plan }) => plan === job.plan);
      if (!attempt) throw new Error('nobody asked for that');
      const tries = { refusals: 0, unconfirmed: 0, fallback: [] };
      return { request: { offer, tries } as unknown as PurchaseRequest, attempt };
    },
    finishLeft: async () => {},
    onEvent: (event) => {
      if (event.event === 'ended' && untold > 0) isEmpty = true;
      if ('job' in event && 'name' in event.job) events.push(`${event.event} ${event.job.name}`);
    },
  });
  const states = Array.from(store.attempts.values(), ({ state }) => state);
  return { takes, told, events, reason, states, rounds, endedAt: clock.now() };
}

describe('a worker that takes pictures', () => {
  it('takes as many as it may buy at once, and another when one has ended', async () => {
    const { takes, told, events, states } = await taken(3, { concurrency: 2 });
    expect(takes[0]).toEqual([0, 2]);
    expect(Math.max(...takes.map(([, room]) => room))).toBe(2);
    expect(told).toEqual(['p1', 'p2', 'p3']);
    expect(events.toSorted()).toEqual([
      'ended p1',
      'ended p2',
      'ended p3',
      'taken p1',
      'taken p2',
      'taken p3',
    ]);
    expect(states).toEqual(['saved', 'saved', 'saved']);
  });

  it('asks for none, and passes no time, while it has no room', async () => {
    const { takes, rounds, events } = await taken(1, {
      // It is under way as long as others get their turns.
      onSend: () => new Promise(setImmediate),
      round: async () => {},
    });
    expect(takes.map(([, room]) => room)).toEqual(takes.map(() => 1));
    expect(events).toEqual(['taken p1', 'ended p1']);
    expect(rounds).toBeGreaterThan(0);
  });

  it('begins no round on jobs beside another', async () => {
    let [under, most] = [0, 0];
    await taken(4, {
      async round() {
        most = Math.max(most, (under += 1));
        await new Promise(setImmediate);
        under -= 1;
      },
    });
    expect(most).toBe(1);
  });

  it('takes nothing while it rests, whatever wakes it', async () => {
    const away = new Failure('unavailable', 'Google is away.', { charged: 'no' });
    const { takes, told } = await taken(3, {
      concurrency: 2,
      onSend: (number) => (number === 1 ? away : new Promise(setImmediate)),
    });
    expect(told[0]).toBe('back p1');
    expect(takes[1]?.[0]).toBeGreaterThanOrEqual(2_000);
  });

  it('gives back what has no place', async () => {
    const full = new Failure('disk', 'There is no room.');
    const { told, events, states, reason } = await taken(2, {
      concurrency: 2,
      prepare: () => Promise.reject(full),
    });
    expect(told).toEqual(expect.arrayContaining(['back p1', 'back p2']));
    expect([events, states, reason?.kind]).toEqual([[], ['held', 'held'], 'disk']);
  });

  it('ends when what is under way has ended, though it was told to stop', async () => {
    const { events, states } = await taken(1, {
      async onSend(_, stop) {
        stop.abort();
        await new Promise(setImmediate);
      },
    });
    expect([events, states]).toEqual([['taken p1', 'ended p1'], ['saved']]);
  });

  it('tells the queue in the end what it could not tell before', async () => {
    const { told, reason } = await taken(1, { untold: 2 });
    expect([told, reason]).toEqual([['p1'], null]);
  });
});
