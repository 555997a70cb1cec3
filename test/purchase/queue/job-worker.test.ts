import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { usd, ZERO } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import type { QueueEnd } from '../../../src/core/policy/queue.ts';
import type { JobPlan, Queue, QueueJob } from '../../../src/ports/index.ts';
import type { BatchContext } from '../../../src/purchase/batch/types.ts';
import { planAttempts } from '../../../src/purchase/plan-attempts.ts';
import type { PurchaseRequest } from '../../../src/purchase/request.ts';
import { jobWorker } from '../../../src/purchase/queue/job-worker.ts';
import type { WorkEvent } from '../../../src/purchase/queue/work-context.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { scene } from '../../support/jobs.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';
import { aRun } from '../../support/purchases.ts';

interface Changes {
  /** Ids of jobs that are the queue's besides those that are made here. */
  readonly others?: readonly string[];
  /** What the API says of a job instead. */
  readonly get?: BatchContext['batches']['get'];
  readonly context?: Partial<BatchContext>;
}

/** A worker on jobs of a queue from which nothing more is gathered, each of `counts` pictures. */
async function atWork(counts: readonly number[], { others = [], get, context }: Changes = {}) {
  const here = scene();
  const machine = here.machine('one');
  const jobIds: string[] = [];
  for (const [index, count] of counts.entries()) {
    const [job] = await here.submitted(machine, count, `run-${index + 1}`);
    if (!job) throw new Error('no job');
    jobIds.push(job.jobId);
  }
  const { jobs } = machine.ledger;
  const asked: string[] = [];
  const events: WorkEvent[] = [];
  const ends = new Map<string, QueueEnd>();
  let looks = 0;
  const pictureOf = async (jobId: string): Promise<readonly QueueJob[]> =>
    (await jobs.items(jobId)).map(({ attempt: plan }) => ({
      plan,
      run: aRun(),
      name: plan.attemptId,
      urgent: false,
      inputs: [],
      heldAt: here.clock.now(),
    }));
  const queue = {
    takeForJobs: async () => [],
    async openJobs() {
      looks += 1;
      return [...jobIds, ...others];
    },
    inJob: async (jobId: string) => (jobIds.includes(jobId) ? pictureOf(jobId) : []),
    async finish(attemptId: string) {
      asked.push(attemptId);
      return ends.get(attemptId) ?? { state: 'done', amount: usd('0.02'), why: null };
    },
  } as unknown as Queue;
  const { world } = machine;
  const batches = { ...world.batches, ...(get && { get }) };
  const worker = jobWorker({
    queue,
    lane: { context: { ...world, batches, ...context }, newId: () => 'id', tier: 1 },
    isSandbox: async () => false,
    requestOf: () => expect.unreachable('nothing is gathered'),
    prepare: async () => expect.unreachable('nothing is gathered'),
    onEvent: (event) => void events.push(event),
  });
  return { ...here, machine, jobIds, worker, asked, events, ends, looks: () => looks };
}

const down = (message = 'Google is away.') => new Failure('unavailable', message, { charged: 'no' });

describe('work on the jobs of a queue', () => {
  it('looks at them less and less often, as waiting for a job does', async () => {
    const { worker, clock, looks } = await atWork([1]);
    const at: number[] = [];
    for (let second = 0; second <= 20; second += 1) {
      const before = looks();
      await worker.round();
      if (looks() > before) at.push(second);
      clock.advance(1_000);
    }
    expect(at).toEqual([0, 3, 8, 15]);
  });

  it('takes no job that is not of the queue', async () => {
    const { worker, machine, submitted, google } = await atWork([1]);
    const [stranger] = await submitted(machine, 1, 'run-9');
    await worker.round();
    expect(google.created).toHaveLength(1);
    expect(google.created).not.toContain(`pixtab-${stranger?.jobId}`);
  });

  it('tells how each picture of a job ended, once it has', async () => {
    const { worker, google, clock, asked, events, ends, store } = await atWork([3]);
    const [first = '', second = '', third = ''] = [...store.attempts.keys()];
    google.outcomes.set(second, { response: refusalAnswer() });
    ends.set(second, { state: 'refused', amount: usd('0.01'), why: 'Not safe.' });
    await worker.round();
    expect([asked, events]).toEqual([[], []]);
    google.end();
    clock.advance(60_000);
    await worker.round();
    expect(asked.toSorted()).toEqual([first, second, third]);
    expect(events).toMatchObject([
      { event: 'ended', state: 'done', cost: usd('0.02'), tookMs: 0, failure: null },
      {
        event: 'ended',
        state: 'refused',
        failure: { message: 'Not safe.', hint: expect.stringContaining('pixtab queue retry --refused') },
      },
      { event: 'ended', state: 'done', failure: null },
    ]);
    expect(worker.stand()).toEqual({ failure: null, isStuck: false });
  });

  it('tells what is paid for and has no place, and not what may still be fetched', async () => {
    const { worker, google, clock, asked, events, ends, store, pictureFiles } = await atWork([2]);
    for (const id of store.attempts.keys())
      ends.set(id, { state: 'failed', amount: usd('0.02'), why: 'It is not finished.' });
    await worker.round();
    google.end();
    pictureFiles.breaks('put', 'no space left');
    clock.advance(60_000);
    await worker.round();
    const settled = [...store.attempts].filter(([, { state }]) => state === 'settled').map(([id]) => id);
    expect(settled.length).toBeGreaterThan(0);
    expect(asked).toEqual(settled);
    expect(events).toMatchObject(
      settled.map(() => ({ event: 'ended', state: 'failed', failure: { kind: 'disk' } })),
    );
    expect(worker.stand()).toMatchObject({ failure: { kind: 'disk' } });
  });

  it('closes jobs of a sandbox that is gone, and tells how their pictures ended', async () => {
    const elsewhere = { sandbox: true, baseUrl: 'http://127.0.0.1:2' };
    const { worker, asked, store, jobIds, machine } = await atWork([2], { context: elsewhere });
    await worker.round();
    expect(asked).toEqual([...store.attempts.keys()]);
    expect((await machine.ledger.jobs.list('all')).map(({ jobId, stage }) => [jobId, stage])).toEqual([
      [jobIds[0], 'done'],
    ]);
    expect(worker.stand()).toEqual({ failure: null, isStuck: false });
  });

  it('leaves jobs of a real API at another address to those who can reach it', async () => {
    const elsewhere = { baseUrl: 'https://gateway.example' };
    const { worker, asked, google, store } = await atWork([1], { context: elsewhere });
    await worker.round();
    expect([asked, google.created, [...store.attempts.values()].map(({ state }) => state)]).toEqual([
      [],
      [],
      ['held'],
    ]);
  });

  it('tells of what is in the way of a job once, until something else is', async () => {
    let message = 'Google is away.';
    const get = () => Promise.reject(down(message));
    const { worker, clock } = await atWork([1], { get });
    await worker.round();
    const told: (readonly unknown[])[] = [];
    for (const says of ['Google is away.', 'Google is away.', 'It is late.', 'Google is away.']) {
      message = says;
      clock.advance(60_000);
      told.push((await worker.round()).map(({ failure }) => failure?.message));
    }
    expect(told).toEqual([[], [], ['It is late.'], ['Google is away.']]);
  });

  it('tells nobody that it was interrupted', async () => {
    const { worker, machine, clock } = await atWork([1]);
    await worker.round();
    clock.advance(60_000);
    machine.stop.abort();
    expect(await worker.round()).toEqual([]);
    expect(worker.stand()).toMatchObject({ failure: { kind: 'cancelled' } });
  });

  it.each([
    ['auth', [], true],
    ['unavailable', [], false],
    ['auth', ['of-another-worker'], false],
  ] as const)('is stuck where no job goes on by itself: %s, beside %j', async (kind, others, isStuck) => {
    const failure = new Failure(kind, 'It cannot go on.', { charged: 'no' });
    const { worker } = await atWork([1], { others, get: () => Promise.reject(failure) });
    await worker.round();
    expect(worker.stand()).toEqual({ failure, isStuck });
  });
});

describe('gathering', () => {
  /** Two pictures that wait for a job, of which the second cannot be asked for, for this reason. */
  async function gathered(failure: Failure) {
    const here = scene();
    const { world, ledger } = here.machine('one');
    const events: WorkEvent[] = [];
    const back: string[] = [];
    const planned: JobPlan[] = [];
    const order = anOrder('nano-banana-2-lite', { lane: 'batch' });
    const save = { paths: ['cat.jpg'], cwd: '/work', format: null, quality: null, replace: false };
    const offer = { order, quote: quote(order, TODAY) };
    await ledger.begin(aRun());
    const taken = ['first', 'second'].map((name): { job: QueueJob; request: PurchaseRequest } => {
      const [attempt] = planAttempts(offer, save, {
        runId: 'run-1',
        account: world.account,
        attemptId: () => name,
      });
      if (!attempt) throw new Error('nothing is planned');
      return {
        job: { plan: attempt.plan, run: aRun(), name, urgent: false, inputs: [], heldAt: here.clock.now() },
        request: {
          offer,
          why: 'first',
          tries: { refusals: 0, unconfirmed: 0, fallback: [] },
          keepsToPrice: true,
          offerOf: () => expect.unreachable('no other model is asked'),
          placeFor: async () => save,
          attemptId: () => name,
          complete: async (one) => (name === 'second' ? Promise.reject(failure) : one),
        },
      };
    });
    await ledger.hold(taken.map(({ job }) => job.plan));
    const left = taken.map(({ job }) => job);
    const queue = {
      takeForJobs: async () => left.splice(0),
      openJobs: async () => [],
      async gather(jobs: readonly JobPlan[]) {
        planned.push(...jobs);
        return jobs.map(({ jobId }) => jobId);
      },
      giveBack: async (attemptId: string) => void back.push(attemptId),
      finish: async () => ({ state: 'failed', amount: ZERO, why: failure.message }),
    } as unknown as Queue;
    const requestOf = (job: QueueJob) => {
      const found = taken.find((each) => each.job === job);
      if (!found) throw new Error('nobody took that');
      return { request: found.request, attempt: { order, quote: offer.quote, plan: job.plan } };
    };
    const worker = jobWorker({
      queue,
      lane: { context: world, newId: () => 'job-1', tier: 1 },
      isSandbox: async () => false,
      requestOf,
      prepare: async () => {},
      onEvent: (event) => void events.push(event),
    });
    const thrown = await worker.round().then(
      () => null,
      (error: unknown) => error,
    );
    const told = events.map((event) => [
      event.event,
      'job' in event && 'name' in event.job ? event.job.name : null,
    ]);
    const states = [...here.store.attempts.values()].map(({ state }) => state);
    return { told, thrown, back, states, planned: planned.map(({ jobId, items }) => [jobId, items.length]) };
  }

  it('leaves out a picture that no job can ask for, and makes a job of the rest', async () => {
    expect(await gathered(new Failure('usage', 'It is too large.'))).toEqual({
      told: [
        ['taken', 'first'],
        ['taken', 'second'],
        ['ended', 'second'],
        ['gathered', null],
      ],
      thrown: null,
      back: [],
      states: ['held', 'released'],
      planned: [['job-1', 1]],
    });
  });

  it('gives all back where what is in the way of one is in the way of all', async () => {
    const failure = new Failure('auth', 'The key is wrong.');
    expect(await gathered(failure)).toEqual({
      told: [
        ['taken', 'first'],
        ['taken', 'second'],
        ['returned', 'first'],
        ['returned', 'second'],
      ],
      thrown: failure,
      back: ['first', 'second'],
      states: ['held', 'held'],
      planned: [],
    });
  });
});
