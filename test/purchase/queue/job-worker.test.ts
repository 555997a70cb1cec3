import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/errors.ts';
import { usd, ZERO } from '../../../src/core/pricing/money.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import type { AttemptState } from '../../../src/core/policy/attempt-state.ts';
import type { QueueEnd } from '../../../src/core/policy/queue.ts';
import type { JobPlan, Queue, QueueJob } from '../../../src/ports/index.ts';
import type { BatchContext } from '../../../src/purchase/batch/types.ts';
import { planAttempts } from '../../../src/purchase/plan-attempts.ts';
import type { PurchaseRequest } from '../../../src/purchase/request.ts';
import { jobWorker } from '../../../src/purchase/queue/job-worker.ts';
import type { WorkEvent } from '../../../src/purchase/queue/work-context.ts';
import { candidate, imagePart, refusalAnswer } from '../../support/answers.ts';
import { scene, type Scene } from '../../support/jobs.ts';
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
  const ends = new Map<string, QueueEnd | null>();
  const ended = new Set<string>();
  let looks = 0;
  let untold = 0;
  const pictureOf = async (jobId: string): Promise<readonly QueueJob[]> =>
    (await jobs.items(jobId))
      .filter(({ attempt }) => !ended.has(attempt.attemptId))
      .map(({ attempt: plan }) => ({
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
      if (untold-- > 0) throw down('The queue is away.');
      const end = ends.get(attemptId);
      if (end !== null) ended.add(attemptId);
      return end === undefined ? { state: 'done', amount: usd('0.02'), why: null } : end;
    },
  } as unknown as Queue;
  /** The queue cannot be told so often from now on. */
  const away = (times: number): void => void (untold = times);
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
  return { ...here, machine, jobIds, worker, asked, events, ends, looks: () => looks, away };
}

/** What the ledger has of a picture, whoever wrote that down. */
function writtenDown(store: Scene['store'], attemptId: string, state: AttemptState): void {
  Object.assign(store.attempts.get(attemptId) ?? {}, { state });
}

const nameIn = (event: WorkEvent): string | null =>
  'job' in event && 'name' in event.job ? event.job.name : null;

const down = (message = 'Google is away.') => new Failure('unavailable', message, { charged: 'no' });

describe('work on the jobs of a queue', () => {
  it('looks at them less and less often, as waiting for a job does', async () => {
    const { worker, clock, looks } = await atWork([1]);
    const at: number[] = [];
    for (let second = 0; second <= 20; second += 1) {
      const before = looks();
      expect(await worker.round()).toEqual([]);
      if (looks() > before) at.push(second);
      clock.advance(1_000);
    }
    expect(at).toEqual([0, 3, 8, 15]);
  });

  it('is not stuck before it has looked', async () => {
    const { worker } = await atWork([1]);
    expect(worker.stand()).toEqual({ failure: null, isStuck: false });
  });

  it('takes no job that is not of the queue', async () => {
    const { worker, machine, submitted, google } = await atWork([1]);
    const [stranger] = await submitted(machine, 1, 'run-9');
    await machine.ledger.jobs.twin(stranger?.jobId ?? '', 'batches/again');
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

  it('says of a picture why it did not come, and what is to be done', async () => {
    const { worker, google, clock, events, ends, store } = await atWork([2]);
    const [failed = '', unread = ''] = store.attempts.keys();
    google.outcomes.set(failed, { error: { code: 3, message: 'bad part' } });
    google.outcomes.set(unread, { response: candidate([imagePart(Buffer.from('no picture'), 'image/png')]) });
    for (const id of [failed, unread]) ends.set(id, { state: 'failed', amount: ZERO, why: null });
    await worker.round();
    google.end();
    clock.advance(60_000);
    await worker.round();
    const told = events.map((event) => 'failure' in event && [event.failure?.kind, event.failure?.hint]);
    expect(told).toEqual([
      ['unavailable', 'pixtab queue retry asks again.'],
      ['unread', 'pixtab recover tries again.'],
    ]);
  });

  it('does not say of a picture that failed what is in the way of another', async () => {
    const { worker, google, clock, events, store, pictureFiles } = await atWork([2]);
    const [paid = '', failed = ''] = store.attempts.keys();
    google.outcomes.set(failed, { error: { code: 3, message: 'bad part' } });
    await worker.round();
    google.end();
    writtenDown(store, failed, 'released');
    pictureFiles.breaks('put', 'no space left');
    clock.advance(60_000);
    await worker.round();
    const told = events.map((event) => 'failure' in event && [nameIn(event), event.failure?.kind]);
    expect(told).toEqual([
      [paid, 'disk'],
      [failed, 'unavailable'],
    ]);
  });

  it('tells the queue later what it could not be told at once', async () => {
    const { worker, google, asked, events, clock, away } = await atWork([1]);
    await worker.round();
    google.end();
    clock.advance(60_000);
    away(1);
    await expect(worker.round()).rejects.toMatchObject({ kind: 'unavailable' });
    expect([asked.length, events.length]).toEqual([1, 0]);
    await worker.catchUp();
    expect([asked.length, events.length]).toEqual([2, 1]);
  });

  it('tells of what has ended in a job that goes no further, and of nothing else in it', async () => {
    const get = () => Promise.reject(new Failure('auth', 'It cannot go on.', { charged: 'no' }));
    const { worker, asked, events, store, clock } = await atWork([3], { get });
    const [failed = '', unread = ''] = store.attempts.keys();
    await worker.round();
    writtenDown(store, failed, 'released');
    writtenDown(store, unread, 'settled');
    clock.advance(60_000);
    await worker.round();
    expect(asked).toEqual([failed, unread]);
    expect(events).toMatchObject([
      { event: 'ended', failure: { kind: 'unavailable' } },
      { event: 'ended', failure: { kind: 'unread' } },
    ]);
  });

  it('leaves what others fetch of a job that runs to them', async () => {
    const { worker, asked, store } = await atWork([2]);
    const [theirs = ''] = store.attempts.keys();
    writtenDown(store, theirs, 'saved');
    await worker.round();
    expect(asked).toEqual([]);
  });

  it('tells of what has come of a job whose results are not all there', async () => {
    const { worker, google, asked, store, clock } = await atWork([2]);
    const [, missing = ''] = store.attempts.keys();
    await worker.round();
    const [job] = google.jobs.values();
    google.end();
    job?.keys.splice(job.keys.indexOf(missing), 1);
    clock.advance(60_000);
    await worker.round();
    expect(asked).toEqual([...store.attempts.keys()].filter((id) => id !== missing));
    expect(worker.stand()).toEqual({ failure: null, isStuck: false });
  });

  it('tells nothing of a picture of which the queue does not know how it ended', async () => {
    const { worker, google, asked, events, ends, store, clock } = await atWork([1]);
    for (const id of store.attempts.keys()) ends.set(id, null);
    await worker.round();
    google.end();
    clock.advance(60_000);
    await worker.round();
    expect([asked, events]).toEqual([[...store.attempts.keys()], []]);
  });

  it('fetches what a twin of a job brings, and tells of the pictures of the job once', async () => {
    const { worker, google, clock, asked, store } = await atWork([1]);
    const pictures = [...store.attempts.keys()];
    await worker.round();
    google.end();
    const [first] = google.jobs.values();
    if (!first) throw new Error('no job');
    const remote = { ...first.remote, name: 'batches/again', resultsFile: 'files/batch-again' };
    google.jobs.set('batches/again', { ...first, remote });
    for (const _ of ['the job', 'its twin']) {
      clock.advance(60_000);
      await worker.round();
    }
    expect([...store.attempts.values()].map(({ state }) => state)).toEqual(['saved', 'saved']);
    expect(asked).toEqual(pictures);
  });

  it('closes jobs of a sandbox that is gone, and their twins, and tells how their pictures ended', async () => {
    const elsewhere = { sandbox: true, baseUrl: 'http://127.0.0.1:2' };
    const { worker, asked, store, jobIds, machine } = await atWork([2], { context: elsewhere });
    const pictures = [...store.attempts.keys()];
    const [jobId = ''] = jobIds;
    const twin = await machine.ledger.jobs.twin(jobId, 'batches/again');
    await worker.round();
    expect(asked).toEqual(pictures);
    expect((await machine.ledger.jobs.list('all')).map(({ jobId, stage }) => [jobId, stage])).toEqual([
      [jobId, 'done'],
      [twin, 'done'],
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

const CHEAPEST = 'nano-banana-2-lite';

describe('gathering', () => {
  /** Two pictures that wait for a job, of which the second cannot be asked for, for this reason. */
  async function gathered(
    failure: Failure | null,
    { second = CHEAPEST, isTaken = (_: JobPlan): boolean => true } = {},
  ) {
    const here = scene();
    const { world, ledger } = here.machine('one');
    const events: WorkEvent[] = [];
    const back: string[] = [];
    const planned: JobPlan[] = [];
    const save = { paths: ['cat.jpg'], cwd: '/work', format: null, quality: null, replace: false };
    await ledger.begin(aRun());
    const models = { first: CHEAPEST, second };
    const taken = Object.entries(models).map(([name, model]): { job: QueueJob; request: PurchaseRequest } => {
      const order = anOrder(model, { lane: 'batch' });
      const offer = { order, quote: quote(order, TODAY) };
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
          complete: async (one) => (name === 'second' && failure ? Promise.reject(failure) : one),
        },
      };
    });
    await ledger.hold(taken.map(({ job }) => job.plan));
    const left: QueueJob[] = [];
    let ids = 0;
    let looks = 0;
    const queue = {
      takeForJobs: async () => left.splice(0),
      async openJobs() {
        looks += 1;
        return [];
      },
      async gather(jobs: readonly JobPlan[]) {
        planned.push(...jobs);
        return jobs.filter(isTaken).map(({ jobId }) => jobId);
      },
      giveBack: async (attemptId: string) => void back.push(attemptId),
      finish: async () => ({ state: 'failed', amount: ZERO, why: failure?.message ?? null }),
    } as unknown as Queue;
    const requestOf = (job: QueueJob) => {
      const found = taken.find((each) => each.job === job);
      if (!found) throw new Error('nobody took that');
      const { request } = found;
      return { request, attempt: { ...request.offer, plan: job.plan } };
    };
    const worker = jobWorker({
      queue,
      lane: { context: world, newId: () => `job-${(ids += 1)}`, tier: 1 },
      isSandbox: async () => false,
      requestOf,
      prepare: async () => {},
      onEvent: (event) => void events.push(event),
    });
    await worker.round();
    // Jobs that are made now are looked at now.
    left.push(...taken.map(({ job }) => job));
    const thrown = await worker.round().then(
      () => null,
      (error: unknown) => error,
    );
    const told = events.map((event) => {
      if (!('job' in event)) return [event.event];
      return [event.event, 'name' in event.job ? event.job.name : event.job.jobId];
    });
    const states = [...here.store.attempts.values()].map(({ state }) => state);
    return {
      told,
      thrown,
      back,
      states,
      looks,
      planned: planned.map(({ jobId, items }) => [jobId, items[0]?.attempt.runId, items.length]),
    };
  }

  it.each(['usage', 'refused'] as const)(
    'leaves out a picture that is %s, and makes a job of the rest',
    async (kind) => {
      expect(await gathered(new Failure(kind, 'It is too large.'))).toEqual({
        told: [
          ['taken', 'first'],
          ['taken', 'second'],
          ['ended', 'second'],
          ['gathered', 'job-1'],
        ],
        thrown: null,
        back: [],
        states: ['held', 'released'],
        planned: [['job-1', 'run-1', 1]],
        looks: 2,
      });
    },
  );

  it('tells of the jobs that the queue has written down, and of no other', async () => {
    const { told, planned } = await gathered(null, {
      second: 'nano-banana-pro',
      isTaken: ({ jobId }) => jobId === 'job-2',
    });
    expect(planned).toEqual([
      ['job-1', 'run-1', 1],
      ['job-2', 'run-1', 1],
    ]);
    expect(told.slice(2)).toEqual([['gathered', 'job-2']]);
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
      looks: 1,
    });
  });
});
