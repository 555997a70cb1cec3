import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { countsOf, type QueueState } from '../../../src/core/policy/queue.ts';
import type { Queue } from '../../../src/ports/index.ts';
import type { Advanced } from '../../../src/purchase/batch/types.ts';
import type { PurchaseContext } from '../../../src/purchase/request.ts';
import type { JobsStand } from '../../../src/purchase/queue/job-worker.ts';
import type { WorkEvent } from '../../../src/purchase/queue/work-context.ts';
import { work } from '../../../src/purchase/queue/worker.ts';
import { fakeClock } from '../../support/fakes/clock.ts';

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
        throw new Failure('unavailable', 'The queue is away.', { charged: 'no' });
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
  return { reason, events, takes, finished, made, endedAt: clock.now() };
}

describe('a worker until the queue is empty', () => {
  it.each<[string, Scene, number]>([
    ['ends where nothing waits and nobody works', {}, 0],
    ['waits for pictures that others work on', { stands: [{ working: 1 }, { working: 1 }, {}] }, 2_000],
    ['ends where the queue is paused, whatever waits', { stands: [{ waiting: 1, isPaused: true }] }, 0],
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
    const { takes } = await worked({ untilEmpty: false, fails: 2, stopsAfter: 9_000 });
    expect(takes.slice(0, 4)).toEqual([0, 2_000, 6_000, 7_000]);
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
