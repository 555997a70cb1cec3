import { describe, expect, it } from 'vitest';
import { usd } from '../../src/core/pricing/money.ts';
import type { Job, JobInput, JobPlan, Jobs, Ledger, RemoteBatch } from '../../src/ports/index.ts';
import { rejection } from './failure.ts';
import type { LedgerWorld } from './ledger.contract.ts';
import { aBill, anImage, aPlan, aRun } from './purchases.ts';

const REQUEST = '{"contents":[]}';

const anInput = (fill: number): JobInput => ({
  sha256: String(fill).repeat(64),
  name: `${fill}.png`,
  mimeType: 'image/png',
  // A view into more, as pieces of files are.
  bytes: Uint8Array.from({ length: 300 }, (_, index) => (index * fill) % 256).subarray(20, 280),
});

export function aJob(facts: Partial<JobPlan> = {}, attempts: readonly string[] = ['a1', 'a2']): JobPlan {
  const items = attempts.map((attemptId) => ({
    attempt: aPlan({ attemptId, lane: 'batch' }),
    request: REQUEST,
  }));
  return {
    jobId: 'job-1',
    model: 'small-model',
    baseUrl: 'https://google.example',
    account: 'google.example#0123456789ab',
    tokens: 2400,
    items,
    ...facts,
  };
}

export const aRemote = (facts: Partial<RemoteBatch> = {}): RemoteBatch => ({
  name: 'batches/b1',
  displayName: 'job-1',
  state: 'running',
  counts: { total: 2, succeeded: 0, failed: 0 },
  resultsFile: null,
  results: [],
  endedAt: null,
  why: null,
  ...facts,
});

async function planned(world: LedgerWorld, job = aJob()): Promise<Ledger> {
  const ledger = world.process(1);
  await ledger.begin(aRun());
  await ledger.jobs.plan([job]);
  return ledger;
}

const only = async (jobs: Jobs): Promise<Job | undefined> => (await jobs.list('all'))[0];
const states = async (jobs: Jobs, jobId = 'job-1') => (await jobs.items(jobId)).map(({ state }) => state);

/** What every record of jobs must do, whatever it is made of. */
export function jobsContract(name: string, open: () => Promise<LedgerWorld>): void {
  describe(`${name}, as a record of jobs`, () => {
    it('holds what is bought at once with the jobs of the same run, or none of it', async () => {
      await using world = await open();
      const ledger = world.process(1);
      await ledger.begin(aRun());
      const besides = [aPlan({ attemptId: 'now-1' })];
      await ledger.setBudget({
        per: 'day',
        model: null,
        project: null,
        agent: null,
        amount: usd('0.10'),
        zone: 'UTC',
      });
      expect((await rejection(ledger.jobs.plan([aJob()], besides))).kind).toBe('budget');
      expect(await ledger.receipts({ by: 'run', value: 'run-1' })).toEqual([]);
      await ledger.setBudget({
        per: 'day',
        model: null,
        project: null,
        agent: null,
        amount: usd('0.12'),
        zone: 'UTC',
      });
      await ledger.jobs.plan([aJob()], besides);
      const held = await ledger.receipts({ by: 'run', value: 'run-1' });
      expect(held.map(({ attempt, state }) => `${attempt.attemptId} ${state}`).toSorted()).toEqual([
        'a1 held',
        'a2 held',
        'now-1 held',
      ]);
    });

    it('holds nothing where one of the attempts is somebody else’s already', async () => {
      await using world = await open();
      const ledger = await planned(world);
      await expect(ledger.jobs.plan([aJob({ jobId: 'job-2' }, ['a3', 'a2'])])).rejects.toThrow(
        /a2|UNIQUE|unique/,
      );
      expect(await ledger.receipts({ by: 'attempt', value: 'a3' })).toEqual([]);
      expect(await ledger.jobs.list('all')).toHaveLength(1);
    });

    it('tells what is under way, for whom, until its job is done', async () => {
      await using world = await open();
      const ledger = world.process(1);
      await ledger.begin(aRun({ labels: ['b', 'a'] }));
      await ledger.jobs.plan([aJob()]);
      const request = { jobId: 'job-1', state: 'held', labels: ['a', 'b'], cwd: '/home/ada' };
      expect(await ledger.jobs.underWay()).toEqual([
        { attemptId: 'a1', ...request },
        { attemptId: 'a2', ...request },
      ]);
      await ledger.jobs.done('job-1');
      expect(await ledger.jobs.underWay()).toEqual([]);
    });

    it('follows a job from before its first byte to its last picture', async () => {
      await using world = await open();
      const ledger = await planned(world);
      const { jobs } = ledger;
      expect(await only(jobs)).toEqual({
        jobId: 'job-1',
        runId: 'run-1',
        model: 'small-model',
        baseUrl: 'https://google.example',
        stage: 'planned',
        requests: 2,
        bytes: 2 * '{"key":"a1","request":{"contents":[]}}\n'.length,
        tokens: 2400,
        file: null,
        batch: null,
        state: null,
        succeeded: null,
        resultsFile: null,
        why: null,
        repeats: null,
        account: 'google.example#0123456789ab',
        plannedAt: world.clock.now(),
        sentAt: null,
        lostAt: null,
        endedAt: null,
        busy: false,
        items: { open: 2, saved: 0, refused: 0, failed: 0, unconfirmed: 0 },
      });
      expect(await jobs.list('open')).toHaveLength(1);
      await jobs.uploaded('job-1', 'files/f1');
      expect(await states(jobs)).toEqual(['held', 'held']);
      world.clock.advance(1000);
      await jobs.creating('job-1');
      expect(await only(jobs)).toMatchObject({
        stage: 'creating',
        file: 'files/f1',
        sentAt: world.clock.now(),
      });
      expect(await states(jobs)).toEqual(['sent', 'sent']);
      await jobs.created('job-1', 'batches/b1');
      await jobs.seen('job-1', aRemote());
      expect(await only(jobs)).toMatchObject({ stage: 'running', batch: 'batches/b1', state: 'running' });
      const resultsFile = 'files/batch-b1';
      const counts = { total: 2, succeeded: 1, failed: 1 };
      await jobs.seen('job-1', aRemote({ state: 'succeeded', counts, resultsFile }));
      expect(await only(jobs)).toMatchObject({
        stage: 'ended',
        state: 'succeeded',
        succeeded: 1,
        resultsFile,
        endedAt: world.clock.now(),
      });
      await ledger.replied('a1');
      await ledger.settle('a1', aBill('0.0168'));
      await ledger.saved('a1', [anImage()]);
      await ledger.release('a2', 'error 3: bad part', 'unavailable');
      await jobs.done('job-1');
      expect(await jobs.list('open')).toEqual([]);
      expect(await only(jobs)).toMatchObject({
        stage: 'done',
        items: { open: 0, saved: 1, refused: 0, failed: 1, unconfirmed: 0 },
      });
      expect(await jobs.items('job-1')).toMatchObject([
        { state: 'saved', images: 1, request: REQUEST, attempt: { attemptId: 'a1', lane: 'batch' } },
        { state: 'released', why: 'error 3: bad part', images: 0, resubmittedAs: null },
      ]);
      expect(await ledger.contradictions()).toEqual([]);
    });

    it('holds the whole job, or writes nothing down', async () => {
      await using world = await open();
      const ledger = world.process(1);
      await ledger.begin(aRun({ maxCost: usd('0.08') }));
      await ledger.jobs.plan([aJob()]);
      const second = aJob({ jobId: 'job-2' }, ['a3']);
      expect(await rejection(ledger.jobs.plan([second]))).toMatchObject({ kind: 'budget' });
      expect((await ledger.jobs.list('all')).map(({ jobId }) => jobId)).toEqual(['job-1']);
      expect(await ledger.receipts({ by: 'attempt', value: 'a3' })).toEqual([]);
    });

    it('keeps the holds of a job whose process died', async () => {
      await using world = await open();
      await planned(world);
      world.kill(1);
      const other = world.process(2);
      await other.begin(aRun({ runId: 'run-2' }));
      await other.hold([aPlan({ attemptId: 'other', runId: 'run-2' })]);
      expect(await states(other.jobs)).toEqual(['held', 'held']);
      await other.jobs.take('job-1');
      await other.jobs.uploaded('job-1', 'files/f1');
      await other.jobs.creating('job-1');
      await other.hold([aPlan({ attemptId: 'another', runId: 'run-2' })]);
      expect(await states(other.jobs)).toEqual(['sent', 'sent']);
    });

    it('lets one process work on a job at a time, until it leaves or dies', async () => {
      await using world = await open();
      const { jobs } = await planned(world);
      const other = world.process(2);
      expect(await jobs.take('job-1')).toMatchObject({ jobId: 'job-1', busy: false });
      expect(await jobs.take('job-1')).toMatchObject({ jobId: 'job-1' });
      expect(await other.jobs.take('job-1')).toBeNull();
      expect(await only(other.jobs)).toMatchObject({ busy: true });
      expect(await only(jobs)).toMatchObject({ busy: false });
      await jobs.leave('job-1');
      expect(await other.jobs.take('job-1')).not.toBeNull();
      expect(await jobs.take('job-1')).toBeNull();
      world.kill(2);
      expect(await jobs.take('job-1')).not.toBeNull();
      expect(await jobs.take('job-7')).toBeNull();
    });

    it('hands the attempts over with the job', async () => {
      await using world = await open();
      const { jobs } = await planned(world);
      const other = world.process(2);
      expect(await other.jobs.take('job-1')).toBeNull();
      await jobs.leave('job-1');
      await other.jobs.take('job-1');
      expect(await world.process(1).claim(aPlan({ attemptId: 'a1' }))).toBeNull();
      expect(await other.claim(aPlan({ attemptId: 'a1' }))).toBe('held');
    });

    it('lets nobody change a job that another process took over, nor from a stage that it has left', async () => {
      await using world = await open();
      const { jobs } = await planned(world);
      const other = world.process(2);
      await jobs.uploaded('job-1', 'files/f1');
      // It lives, and was only taken for dead: it was suspended, or its clock is another.
      world.kill(1);
      await other.jobs.take('job-1');
      const changes: readonly (() => Promise<void>)[] = [
        () => jobs.uploaded('job-1', 'files/f2'),
        () => jobs.creating('job-1'),
        () => jobs.lost('job-1', 'lost'),
        () => jobs.notCreated('job-1', 'not made'),
        () => jobs.seen('job-1', aRemote()),
        () => jobs.incomplete('job-1', 'more comes'),
        () => jobs.done('job-1'),
      ];
      for (const change of changes) expect((await rejection(change())).kind).toBe('unavailable');
      await jobs.leave('job-1');
      expect(await only(jobs)).toMatchObject({ stage: 'uploaded', file: 'files/f1', busy: true });
      await other.jobs.creating('job-1');
      for (const change of [other.jobs.creating('job-1'), other.jobs.uploaded('job-1', 'files/f3')])
        expect((await rejection(change)).kind).toBe('unavailable');
      expect(await only(jobs)).toMatchObject({ stage: 'creating', file: 'files/f1' });
    });

    it('hands the answer to the making of a job to whoever took it over', async () => {
      await using world = await open();
      const { jobs } = await planned(world);
      const other = world.process(2);
      await jobs.uploaded('job-1', 'files/f1');
      await jobs.creating('job-1');
      world.kill(1);
      await other.jobs.take('job-1');
      await other.jobs.notCreated('job-1', 'It is not listed.');
      await jobs.created('job-1', 'batches/b1');
      expect(await only(jobs)).toMatchObject({ stage: 'running', batch: 'batches/b1' });
      expect(await states(jobs)).toEqual(['sent', 'sent']);
      expect((await rejection(other.jobs.creating('job-1'))).kind).toBe('unavailable');
    });

    it('keeps the name of a job that was made twice: the second is a job like any other', async () => {
      await using world = await open();
      const { jobs, ...ledger } = await planned(world);
      await jobs.uploaded('job-1', 'files/f1');
      await jobs.creating('job-1');
      await jobs.created('job-1', 'batches/b1');
      await jobs.created('job-1', 'batches/b1');
      expect(await jobs.list('all')).toHaveLength(1);
      await jobs.created('job-1', 'batches/b2');
      const [, twin] = await jobs.list('all');
      expect(twin).toMatchObject({ stage: 'running', batch: 'batches/b2', repeats: 'job-1', busy: false });
      expect(await states(jobs, twin?.jobId)).toEqual(['sent', 'sent']);
      const held = await ledger.receipts({ by: 'run', value: 'run-1' });
      expect(held).toHaveLength(4);
      expect(await ledger.contradictions()).toEqual([]);
    });

    it('can be sent again when it was certainly not made', async () => {
      await using world = await open();
      const { jobs } = await planned(world);
      await jobs.uploaded('job-1', 'files/f1');
      await jobs.creating('job-1');
      await jobs.notCreated('job-1', 'Too much is queued.');
      expect(await only(jobs)).toMatchObject({ stage: 'uploaded', why: 'Too much is queued.' });
      expect(await states(jobs)).toEqual(['held', 'held']);
      await jobs.creating('job-1');
      expect(await states(jobs)).toEqual(['sent', 'sent']);
    });

    it('remembers which attempt repeats which', async () => {
      await using world = await open();
      const ledger = await planned(world);
      await ledger.release('a1', 'error 13', 'unavailable');
      const again = { attempt: aPlan({ attemptId: 'b1', runId: 'run-1' }), request: REQUEST, instead: 'a1' };
      await ledger.jobs.plan([aJob({ jobId: 'job-2', items: [again], repeats: 'job-1' })]);
      const items = await ledger.jobs.items('job-1');
      expect(items.map(({ resubmittedAs }) => resubmittedAs)).toEqual(['b1', null]);
      expect((await ledger.jobs.list('all')).map(({ repeats }) => repeats)).toEqual([null, 'job-1']);
    });

    it('lets an attempt be repeated once, whoever asks', async () => {
      await using world = await open();
      const ledger = await planned(world);
      await ledger.release('a1', 'error 13', 'unavailable');
      const again = (jobId: string, attemptId: string) =>
        aJob({ jobId, items: [{ attempt: aPlan({ attemptId }), request: REQUEST, instead: 'a1' }] });
      await ledger.jobs.plan([again('job-2', 'b1')]);
      expect(await rejection(world.process(2).jobs.plan([again('job-3', 'c1')]))).toMatchObject({
        kind: 'usage',
      });
      expect((await ledger.jobs.list('all')).map(({ jobId }) => jobId)).toEqual(['job-1', 'job-2']);
      expect(await ledger.receipts({ by: 'attempt', value: 'c1' })).toEqual([]);
    });

    describe('with pictures', () => {
      const showing = (attemptId: string, inputs: readonly JobInput[], instead?: string) => ({
        attempt: aPlan({ attemptId, lane: 'batch' as const }),
        request: REQUEST,
        inputs,
        ...(instead && { instead }),
      });
      const facts = ({ sha256, name, mimeType, bytes }: JobInput) => ({
        sha256,
        name,
        mimeType,
        bytes: bytes.byteLength,
      });
      const isKept = async ({ jobs }: Ledger, { sha256, bytes }: JobInput): Promise<boolean> =>
        jobs.input(sha256).then(
          (kept) => Buffer.from(kept).equals(bytes),
          () => false,
        );
      const [cat, dog] = [anInput(1), anInput(2)];

      async function saved(ledger: Ledger, attemptId: string): Promise<void> {
        await ledger.settle(attemptId, aBill('0.0168'));
        await ledger.saved(attemptId, [anImage()]);
      }

      it('keeps each once, however many requests refer to it, in their order', async () => {
        await using world = await open();
        const items = [showing('a1', [dog, cat]), showing('a2', [cat])];
        const { jobs } = await planned(world, aJob({ items }));
        await jobs.plan([aJob({ jobId: 'job-2', items: [showing('b1', [cat])] })]);
        const kept = await jobs.inputs('job-1');
        expect(kept).toHaveLength(2);
        expect(kept).toEqual(expect.arrayContaining([facts(dog), facts(cat)]));
        expect(await jobs.inputs('job-2')).toEqual([facts(cat)]);
        expect(Buffer.from(await jobs.input(cat.sha256))).toEqual(Buffer.from(cat.bytes));
      });

      it('lets go of them when nothing can ask for them any more', async () => {
        await using world = await open();
        const items = [showing('a1', [cat]), showing('a2', [cat, dog])];
        const ledger = await planned(world, aJob({ items }));
        await ledger.jobs.uploaded('job-1', 'files/f1');
        await ledger.jobs.creating('job-1');
        await saved(ledger, 'a1');
        await ledger.release('a2', 'error 13', 'unavailable');
        await ledger.jobs.done('job-1');
        expect(await isKept(ledger, cat)).toBe(true);
        expect(await isKept(ledger, dog)).toBe(true);
        await ledger.jobs.plan([aJob({ jobId: 'job-2', items: [showing('b1', [], 'a2')] })]);
        expect(await ledger.jobs.inputs('job-2')).toHaveLength(2);
        expect(await ledger.jobs.inputs('job-1')).toEqual([]);
        await ledger.jobs.uploaded('job-2', 'files/f2');
        await ledger.jobs.creating('job-2');
        await saved(ledger, 'b1');
        await ledger.jobs.done('job-2');
        expect(await isKept(ledger, cat)).toBe(false);
        expect(await isKept(ledger, dog)).toBe(false);
      });
    });

    describe('that failed, with pictures', () => {
      const [cat, dog] = [anInput(1), anInput(2)];
      const A_MONTH = 30 * 86_400_000;

      async function failed(world: LedgerWorld): Promise<Ledger> {
        const items = [
          {
            attempt: aPlan({ attemptId: 'a1', lane: 'batch' as const }),
            request: REQUEST,
            inputs: [cat, dog],
          },
          { attempt: aPlan({ attemptId: 'a2', lane: 'batch' as const }), request: REQUEST },
        ];
        const ledger = await planned(world, aJob({ items }));
        for (const id of ['a1', 'a2']) await ledger.release(id, 'cancelled before it was sent', 'cancelled');
        await ledger.jobs.done('job-1', 'cancelled before it was sent');
        return ledger;
      }
      async function another(ledger: Ledger): Promise<void> {
        const items = [
          { attempt: aPlan({ attemptId: 'z1', lane: 'batch' as const }), request: REQUEST, inputs: [dog] },
        ];
        await ledger.jobs.plan([aJob({ jobId: 'job-9', items })]);
      }
      const requests = async ({ jobs }: Ledger) => (await jobs.items('job-1')).map(({ request }) => request);

      it('keeps them for a month, in which they can be asked for again', async () => {
        await using world = await open();
        const ledger = await failed(world);
        world.clock.advance(A_MONTH);
        await another(ledger);
        expect(await ledger.jobs.inputs('job-1')).toHaveLength(2);
        expect(await requests(ledger)).toEqual([REQUEST, REQUEST]);
      });

      it('lets go of them after that, and of no others', async () => {
        await using world = await open();
        const ledger = await failed(world);
        world.clock.advance(A_MONTH + 1);
        await another(ledger);
        expect(await ledger.jobs.inputs('job-1')).toEqual([]);
        expect(await requests(ledger)).toEqual([null, REQUEST]);
        expect(await ledger.jobs.inputs('job-9')).toHaveLength(1);
        await expect(ledger.jobs.input(cat.sha256)).rejects.toThrow('no picture');
      });

      it('forgets them with their prompts, where nobody else shows them', async () => {
        await using world = await open();
        const ledger = await failed(world);
        world.clock.advance(1000);
        await another(ledger);
        const now = world.clock.now();
        expect(await ledger.forgettable(now)).toEqual({
          prompts: 2,
          pictures: 1,
          bytes: cat.bytes.byteLength,
        });
        expect(await ledger.forget(now)).toEqual({ prompts: 2, pictures: 1, bytes: cat.bytes.byteLength });
        expect(await requests(ledger)).toEqual([null, null]);
        expect(await ledger.jobs.inputs('job-9')).toHaveLength(1);
      });

      it('forgets nothing of a job that is not done', async () => {
        await using world = await open();
        const ledger = await planned(world);
        await ledger.release('a1', 'error 13', 'unavailable');
        world.clock.advance(1000);
        expect(await ledger.forget(world.clock.now())).toMatchObject({ prompts: 0 });
      });
    });

    it('tells a refusal from a picture', async () => {
      await using world = await open();
      const ledger = await planned(world);
      await ledger.jobs.uploaded('job-1', 'files/f1');
      await ledger.jobs.creating('job-1');
      await ledger.settle('a1', aBill('0.001'));
      await ledger.saved('a1', []);
      await ledger.unconfirm('a2', 'gone');
      expect(await only(ledger.jobs)).toMatchObject({
        items: { open: 0, saved: 0, refused: 1, failed: 0, unconfirmed: 1 },
      });
    });
  });
}
