import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { twinJobId, type Job } from '../../../src/ports/index.ts';
import { advance } from '../../../src/purchase/batch/advance.ts';
import type { BatchContext, BatchLane } from '../../../src/purchase/batch/types.ts';
import { advanceEach, advanceJobs, isGoingOn, jobLooks, waitFor } from '../../../src/purchase/batch/wait.ts';
import { scene, type Machine, type Scene } from '../../support/jobs.ts';

const HOUR = 3_600_000;

/** Jobs at the API, and a world that counts how often each is looked at there. */
async function atApi(here: Scene, jobs = 1) {
  const machine = here.machine('one');
  const jobIds: string[] = [];
  for (let number = 1; number <= jobs; number += 1) {
    const [job] = await here.submitted(machine, 1, `run-${number}`);
    if (!job) throw new Error('no job');
    jobIds.push(job.jobId);
    await advance(job.jobId, machine.world);
  }
  return { machine, jobIds, ...counting(machine) };
}

function counting({ world }: Machine) {
  const looks: string[] = [];
  const get: BatchContext['batches']['get'] = (name, signal) => {
    looks.push(name);
    return world.batches.get(name, signal);
  };
  return { looks, world: { ...world, batches: { ...world.batches, get } } };
}

const noLook = async (): Promise<void> => {};

describe('waiting for jobs', () => {
  it('ends at Ctrl-C without another look, also where results are late', async () => {
    const here = scene();
    const { machine, jobIds, looks, world } = await atApi(here);
    here.google.end('succeeded', { resultsFile: null });
    const onLook = async () => machine.stop.abort();
    const all = await waitFor(jobIds, { until: here.clock.now() + HOUR, onLook }, world);
    expect(all).toMatchObject([{ status: 'ended', failure: { kind: 'cancelled' } }]);
    expect(looks).toHaveLength(1);
  });

  it('ends at Ctrl-C within a pause, too', async () => {
    const { machine, jobIds, looks, world } = await atApi(scene());
    const sleep = async (_: number, signal?: AbortSignal): Promise<void> => {
      machine.stop.abort();
      throw signal?.reason;
    };
    const clock = { ...world.clock, sleep };
    const all = await waitFor(jobIds, { until: Infinity, onLook: noLook }, { ...world, clock });
    expect(all).toMatchObject([{ status: 'running', failure: { kind: 'cancelled' } }]);
    expect(looks).toHaveLength(1);
  });

  it('looks no more at what is done, or is in the way of itself', async () => {
    const here = scene();
    const { jobIds, looks, world } = await atApi(here, 2);
    const [good = '', bad = ''] = jobIds;
    const gone = new Failure('auth', 'The key is wrong.', { charged: 'no' });
    const { get } = world.batches;
    const isBad = (name: string): boolean => [...here.google.jobs.keys()].indexOf(name) === 1;
    const batches = {
      ...world.batches,
      get: async (...asked: Parameters<typeof get>) => {
        const remote = await get(...asked);
        if (isBad(asked[0])) throw gone;
        return remote;
      },
    };
    const look = jobLooks({ ...world, batches });
    expect(await look(jobIds)).toMatchObject([{ status: 'running' }, { failure: gone }]);
    expect(await look(jobIds)).toMatchObject([
      { jobId: good, status: 'running' },
      { jobId: bad, failure: gone },
    ]);
    here.google.end();
    expect(await look(jobIds)).toMatchObject([{ status: 'done' }, { failure: gone }]);
    await look(jobIds);
    expect(looks.map(isBad)).toEqual([false, true, false, false]);
  });

  it('looks as often at a job that runs as it is asked to', async () => {
    const { jobIds, looks, world } = await atApi(scene());
    const look = jobLooks(world);
    for (let number = 0; number < 5; number += 1) await look(jobIds);
    expect(looks).toHaveLength(5);
  });

  it('looks for late results after 3 seconds, and ever less often', async () => {
    const here = scene();
    const { jobIds, looks, world } = await atApi(here);
    here.google.end('succeeded', { resultsFile: null });
    const look = jobLooks(world);
    const at: number[] = [];
    for (let second = 0; second < 20; second += 1) {
      const before = looks.length;
      await look(jobIds);
      if (looks.length > before) at.push(second);
      here.clock.advance(1_000);
    }
    expect(at).toEqual([0, 3, 8, 15]);
  });

  it('fails with what keeps it from waiting', async () => {
    const { jobIds, world } = await atApi(scene());
    const clock = { ...world.clock, sleep: () => Promise.reject(new Error('no timers')) };
    const waiting = waitFor(jobIds, { until: Infinity, onLook: noLook }, { ...world, clock });
    await expect(waiting).rejects.toThrow('no timers');
  });

  it.each([
    ['unavailable', true],
    ['rate-limited', true],
    ['auth', false],
    ['cancelled', false],
  ] as const)('goes on after %s: %s', (kind, goesOn) => {
    const failure = new Failure(kind, 'It is.');
    expect(isGoingOn({ jobId: 'job-1', status: 'running', failure })).toBe(goesOn);
  });
});

describe('jobs that are taken as far as they go', () => {
  it('are none after Ctrl-C', async () => {
    const { machine, jobIds, looks, world } = await atApi(scene());
    machine.stop.abort();
    expect(await advanceEach(jobIds, world)).toEqual([]);
    expect(looks).toEqual([]);
  });

  it('are only those of the run, once, where nobody waits', async () => {
    const here = scene();
    const { jobIds, looks, world } = await atApi(here, 2);
    const [own = '', earlier = ''] = jobIds;
    const told: unknown[] = [];
    const lane: BatchLane = {
      context: world,
      newId: () => 'id',
      tier: 1,
      until: null,
      awaited: [earlier],
      onLook: async (all) => void told.push(all),
    };
    expect(await advanceJobs([own], lane)).toMatchObject([{ jobId: own, status: 'running' }]);
    expect([looks.length, told]).toEqual([1, []]);
    expect(await advanceJobs([own], { ...lane, until: here.clock.now() })).toHaveLength(2);
  });

  it('are followed by their twins that have work left, and by no other job', async () => {
    const { world, ledger } = scene().machine('one');
    const twinOf = (jobId: string, batch: string) =>
      ({ jobId: twinJobId(jobId, batch), repeats: jobId }) as Job;
    const [twin, asked, stranger] = [twinOf('a', 'b1'), twinOf('a', 'b2'), twinOf('other', 'b3')] as const;
    const repeat = { jobId: 'repeat', repeats: 'a' } as Job;
    const jobs = {
      ...ledger.jobs,
      list: async () => [{ jobId: 'a', repeats: null } as Job, twin, asked, stranger, repeat],
      take: async () => null,
    };
    const books = { ...world.books, ledger: { ...ledger, jobs } };
    const all = await advanceEach(['a', asked.jobId], { ...world, books });
    expect(all).toEqual(
      ['a', asked.jobId, twin.jobId].map((jobId) => ({ jobId, status: 'busy', failure: null })),
    );
  });

  it('are none where nothing is bought by batch', async () => {
    expect(await advanceJobs(['job-1'], null)).toEqual([]);
  });
});
