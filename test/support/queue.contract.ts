import { describe, expect, it } from 'vitest';
import { usd, ZERO } from '../../src/core/pricing/money.ts';
import type { JobPlan, Ledger, Queue, QueueItem, QueueJob } from '../../src/ports/index.ts';
import { rejection } from './failure.ts';
import type { FakeClock } from './fakes/clock.ts';
import { aBill, anImage, aPlan, aRun } from './purchases.ts';

/** Processes that share a queue and the ledger that it is part of. */
export interface QueueWorld extends AsyncDisposable {
  readonly clock: FakeClock;
  process(pid: number): { readonly queue: Queue; readonly ledger: Ledger };
  kill(pid: number): void;
  answered(attemptId: string): void;
}

const hashOf = (n: number): string => n.toString(16).padStart(64, '0');

const itemOf = (n: number, facts: Partial<QueueItem> = {}): QueueItem => ({
  plan: aPlan({ attemptId: `${hashOf(n)}-1`, runId: 'queued' }),
  name: `picture-${n}`,
  urgent: false,
  inputs: [],
  again: false,
  ...facts,
});

const batched = (n: number, model = aPlan().model): QueueItem => {
  const item = itemOf(n);
  return { ...item, plan: { ...item.plan, model, lane: 'batch' } };
};

const jobOf = (jobId: string, taken: readonly QueueJob[]): JobPlan => ({
  jobId,
  model: aPlan().model,
  baseUrl: 'https://google.example',
  account: 'google#1',
  tokens: 3_000,
  items: taken.map(({ plan }) => ({ attempt: plan, request: '{}' })),
});

const items = (...numbers: readonly number[]): readonly QueueItem[] => numbers.map((n) => itemOf(n));
const RUN = aRun({ runId: 'queued', command: 'queue', project: 'shop', labels: ['spring'] });
const names = (jobs: readonly { readonly name: string }[]) => jobs.map(({ name }) => name);

export function queueContract(name: string, open: () => Promise<QueueWorld>): void {
  describe(`${name} as a queue`, () => {
    /** What a worker does for one picture. */
    async function bought({ queue, ledger }: ReturnType<QueueWorld['process']>, attemptId: string) {
      await ledger.sending(attemptId);
      await ledger.settle(attemptId, aBill('0.03'));
      await ledger.saved(attemptId, [anImage({ path: '-' })]);
      return (await queue.finish(attemptId))?.state;
    }

    it('hands out what was put there, each to one taker, in the order in which it came', async () => {
      await using world = await open();
      const [one, two] = [world.process(1), world.process(2)];
      expect(await one.queue.add(RUN, items(1, 2, 3))).toHaveLength(3);
      const [first] = await one.queue.take(1);
      expect(first).toMatchObject({
        name: 'picture-1',
        urgent: false,
        plan: { ...aPlan(), attemptId: `${hashOf(1)}-1`, runId: 'queued' },
        run: { runId: 'queued', command: 'queue', project: 'shop', labels: ['spring'] },
        inputs: [],
        heldAt: world.clock.now(),
      });
      expect(names(await two.queue.take(8))).toEqual(['picture-2', 'picture-3']);
      expect(await one.queue.take(8)).toEqual([]);
      expect((await one.queue.status()).counts).toMatchObject({ waiting: 0, working: 3 });
    });

    it('hands out what is urgent before all else', async () => {
      await using world = await open();
      const { queue } = world.process(1);
      await queue.add(RUN, [itemOf(1), itemOf(2, { urgent: true }), itemOf(3), itemOf(4, { urgent: true })]);
      expect(names(await queue.take(3))).toEqual(['picture-2', 'picture-4', 'picture-1']);
    });

    it('holds the price of all of it at once, or puts nothing there', async () => {
      await using world = await open();
      const { queue, ledger } = world.process(1);
      await ledger.setBudget(aBudget('0.10'));
      expect(await rejection(queue.add(RUN, items(1, 2, 3)))).toMatchObject({ kind: 'budget' });
      expect(await queue.status()).toMatchObject({ counts: { waiting: 0 }, held: ZERO });
      await queue.add(RUN, items(1, 2));
      expect(await queue.status()).toMatchObject({ counts: { waiting: 2 }, held: usd('0.08') });
      expect((await ledger.standings())[0]).toMatchObject({ held: usd('0.08') });
      await ledger.begin(aRun());
      expect(await rejection(ledger.hold([aPlan()]))).toMatchObject({ kind: 'budget' });
    });

    it('keeps to what the run may cost', async () => {
      await using world = await open();
      const { queue } = world.process(1);
      const run = { ...RUN, maxCost: usd('0.05') };
      expect(await rejection(queue.add(run, items(1, 2)))).toMatchObject({ kind: 'budget' });
      expect(await queue.add(run, items(1))).toHaveLength(1);
    });

    it('puts no picture there twice, nor one that is bought or may be', async () => {
      await using world = await open();
      const worker = world.process(1);
      const { queue, ledger } = worker;
      await queue.add(RUN, [...items(1, 2, 3), itemOf(1, { name: 'the same' })]);
      expect(await queue.add({ ...RUN, runId: 'again' }, items(1, 2, 3))).toEqual([]);
      const [first, second, third] = await queue.take(3);
      await bought(worker, first?.plan.attemptId ?? '');
      await ledger.sending(second?.plan.attemptId ?? '');
      await ledger.unconfirm(second?.plan.attemptId ?? '', 'no answer came');
      expect(await queue.finish(second?.plan.attemptId ?? '')).toMatchObject({ state: 'unconfirmed' });
      await ledger.release(third?.plan.attemptId ?? '', 'out of order', 'unavailable');
      expect(await queue.finish(third?.plan.attemptId ?? '')).toMatchObject({ state: 'failed' });
      expect(await queue.known([1, 2, 3, 4].map(hashOf))).toEqual(
        new Map([
          [hashOf(1), 'bought'],
          [hashOf(2), 'unconfirmed'],
        ]),
      );
      const again = await queue.add({ ...RUN, runId: 'again' }, asRun('again', items(1, 2, 3)));
      expect(again.map(({ attemptId }) => attemptId)).toEqual([`${hashOf(3)}-2`]);
      const forced = asRun('forced', [itemOf(1, { again: true }), itemOf(3, { again: true })]);
      // What is under way is never bought twice, whoever asks.
      expect(
        (await queue.add({ ...RUN, runId: 'forced' }, forced)).map(({ attemptId }) => attemptId),
      ).toEqual([`${hashOf(1)}-2`]);
    });

    it('says what became of each, and what it came to', async () => {
      await using world = await open();
      const worker = world.process(1);
      const { queue, ledger } = worker;
      await queue.add(RUN, items(1, 2, 3, 4));
      const ids = (await queue.take(4)).map(({ plan }) => plan.attemptId);
      expect(await bought(worker, ids[0] ?? '')).toBe('done');
      await ledger.sending(ids[1] ?? '');
      await ledger.settle(ids[1] ?? '', aBill('0.01'), 'IMAGE_SAFETY');
      await ledger.saved(ids[1] ?? '', []);
      expect(await queue.finish(ids[1] ?? '')).toMatchObject({ state: 'refused' });
      // Paid, and its picture is nowhere yet.
      await ledger.sending(ids[2] ?? '');
      await ledger.settle(ids[2] ?? '', aBill('0.03'));
      expect(await queue.finish(ids[2] ?? '')).toMatchObject({ state: 'failed' });
      expect(await queue.finish(ids[3] ?? '')).toBeNull();
      expect(await queue.status()).toMatchObject({
        counts: { done: 1, refused: 1, failed: 1, working: 1 },
        spent: usd('0.07'),
        held: usd('0.04'),
      });
      expect((await queue.short()).map(({ name, state, amount, why }) => [name, state, amount, why])).toEqual(
        [
          ['picture-2', 'refused', usd('0.01'), 'IMAGE_SAFETY'],
          ['picture-3', 'failed', usd('0.03'), expect.stringContaining('pixtab recover')],
        ],
      );
      // Somebody finished it meanwhile.
      await ledger.saved(ids[2] ?? '', [anImage()]);
      expect(names(await queue.short())).toEqual(['picture-2']);
      expect((await queue.status()).counts).toMatchObject({ done: 2, failed: 0 });
    });

    it('counts a repeat of a refusal as of the same picture', async () => {
      await using world = await open();
      const { queue, ledger } = world.process(1);
      await queue.add(RUN, items(1));
      await queue.take(1);
      const [first, second] = [`${hashOf(1)}-1`, `${hashOf(1)}-2`];
      await ledger.sending(first);
      await ledger.settle(first, aBill('0.01'), 'IMAGE_OTHER');
      await ledger.saved(first, []);
      await ledger.begin(RUN);
      await ledger.hold([aPlan({ attemptId: second, runId: 'queued' })]);
      expect(await queue.finish(first)).toBeNull();
      await ledger.sending(second);
      await ledger.settle(second, aBill('0.03'));
      await ledger.saved(second, [anImage()]);
      expect(await queue.finish(first)).toMatchObject({ state: 'done' });
      expect(await queue.status()).toMatchObject({ counts: { done: 1 }, spent: usd('0.04') });
    });

    it('lets what a dead worker did not send wait again, with its hold', async () => {
      await using world = await open();
      const [one, two] = [world.process(1), world.process(2)];
      await one.ledger.setBudget(aBudget('0.08'));
      await one.queue.add(RUN, items(1, 2));
      expect(names(await one.queue.take(1))).toEqual(['picture-1']);
      world.kill(1);
      // Nobody who buys something else gets hold of its money.
      await two.ledger.begin(aRun());
      expect(await rejection(two.ledger.hold([aPlan()]))).toMatchObject({ kind: 'budget' });
      expect(names(await two.queue.take(8))).toEqual(['picture-1', 'picture-2']);
      expect(await bought(two, `${hashOf(1)}-1`)).toBe('done');
      expect((await two.ledger.standings())[0]).toMatchObject({ held: usd('0.04'), used: usd('0.03') });
    });

    it('never hands out again what a dead worker sent', async () => {
      await using world = await open();
      const [one, two] = [world.process(1), world.process(2)];
      await one.queue.add(RUN, items(1, 2, 3));
      const ids = (await one.queue.take(3)).map(({ plan }) => plan.attemptId);
      await one.ledger.sending(ids[0] ?? '');
      await one.ledger.sending(ids[1] ?? '');
      await one.ledger.settle(ids[1] ?? '', aBill('0.03'));
      await one.ledger.saved(ids[1] ?? '', [anImage()]);
      world.kill(1);
      expect(names(await two.queue.take(8))).toEqual(['picture-3']);
      expect(await two.queue.status()).toMatchObject({
        counts: { unconfirmed: 1, done: 1, working: 1 },
        spent: usd('0.06'),
      });
      const [receipt] = await two.ledger.receipts({ by: 'attempt', value: ids[0] ?? '' });
      expect(receipt).toMatchObject({ state: 'unconfirmed', why: 'its process ended' });
      // An answer that comes all the same is booked, and the queue hears of it.
      await one.ledger.settle(ids[0] ?? '', aBill('0.02'));
      await one.ledger.saved(ids[0] ?? '', [anImage()]);
      await two.queue.short();
      expect((await two.queue.status()).counts).toMatchObject({ unconfirmed: 0, done: 2 });
    });

    it('leaves an answer that is in the journal here to pixtab recover', async () => {
      await using world = await open();
      const [one, two] = [world.process(1), world.process(2)];
      await one.queue.add(RUN, items(1));
      const id = `${hashOf(1)}-1`;
      await one.queue.take(1);
      await one.ledger.sending(id);
      world.answered(id);
      world.kill(1);
      expect(await two.queue.take(8)).toEqual([]);
      const [receipt] = await two.ledger.receipts({ by: 'attempt', value: id });
      expect(receipt).toMatchObject({ state: 'replied' });
      expect((await two.queue.status()).counts).toMatchObject({ working: 1, unconfirmed: 0 });
      // Whoever found that, it is not at it, however long it lives.
      for (const { ledger } of [two, world.process(3)]) expect(await ledger.abandoned([id])).toEqual([id]);
    });

    it('takes back what was taken and not sent', async () => {
      await using world = await open();
      const [one, two] = [world.process(1), world.process(2)];
      await one.queue.add(RUN, items(1, 2));
      await one.queue.take(2);
      await one.ledger.sending(`${hashOf(1)}-1`);
      await one.ledger.unsent(`${hashOf(1)}-1`);
      await one.queue.giveBack(`${hashOf(1)}-1`);
      expect((await one.queue.status()).counts).toMatchObject({ waiting: 1, working: 1 });
      expect(names(await two.queue.take(2))).toEqual(['picture-1']);
      // It belongs to the other one now, and whoever had it before puts nothing back.
      expect(await rejection(one.ledger.sending(`${hashOf(1)}-1`))).toMatchObject({ charged: 'no' });
      await one.queue.giveBack(`${hashOf(1)}-1`, { isUncharged: true });
      expect((await one.queue.status()).counts).toMatchObject({ waiting: 0, working: 2 });
      await two.ledger.sending(`${hashOf(1)}-1`);
    });

    it('takes back what was sent only where that was certainly not charged, and never what was answered', async () => {
      await using world = await open();
      const { queue, ledger } = world.process(1);
      await queue.add(RUN, items(1, 2));
      const [first = '', second = ''] = (await queue.take(2)).map(({ plan }) => plan.attemptId);
      await ledger.sending(first);
      await queue.giveBack(first);
      expect((await queue.status()).counts).toMatchObject({ waiting: 0, working: 2 });
      await queue.giveBack(first, { isUncharged: true });
      expect((await queue.status()).counts).toMatchObject({ waiting: 1, working: 1 });
      await ledger.sending(second);
      await ledger.settle(second, aBill('0.03'));
      await ledger.saved(second, [anImage({ path: '-' })]);
      await queue.giveBack(second, { isUncharged: true });
      expect(await queue.finish(second)).toMatchObject({ state: 'done' });
    });

    it('hands out nothing while it is paused', async () => {
      await using world = await open();
      const { queue } = world.process(1);
      await queue.add(RUN, items(1));
      await queue.pause(true);
      expect(await world.process(2).queue.take(1)).toEqual([]);
      expect((await queue.status()).isPaused).toBe(true);
      await queue.pause(false);
      expect(await world.process(2).queue.take(1)).toHaveLength(1);
    });

    it('gives back all that is held when what waits is cancelled', async () => {
      await using world = await open();
      const { queue, ledger } = world.process(1);
      await ledger.setBudget(aBudget('1'));
      await queue.add(RUN, items(1, 2, 3));
      await queue.take(1);
      expect(await queue.cancel()).toEqual({ items: 2, released: usd('0.08') });
      expect(await queue.status()).toMatchObject({
        counts: { waiting: 0, working: 1, cancelled: 2 },
        held: usd('0.04'),
      });
      expect((await ledger.standings())[0]).toMatchObject({ held: usd('0.04') });
      expect(await queue.take(8)).toEqual([]);
      // It may be asked for again.
      expect(await queue.add({ ...RUN, runId: 'again' }, asRun('again', items(2)))).toHaveLength(1);
    });

    it('keeps input pictures as long as somebody may need them', async () => {
      await using world = await open();
      const worker = world.process(1);
      const { queue } = worker;
      const bytes = new Uint8Array([1, 2, 3]);
      const input = { sha256: 'ab'.repeat(32), name: 'hat.png', mimeType: 'image/png', width: 3, height: 4 };
      const inputs = [{ ...input, bytes }];
      await queue.add(RUN, [itemOf(1, { inputs }), itemOf(2, { inputs })]);
      const [first] = await world.process(2).queue.take(1);
      expect(first?.inputs).toEqual([input]);
      expect(await world.process(2).queue.inputBytes(input.sha256)).toEqual(bytes);
      const [second] = await queue.take(1);
      await bought(worker, second?.plan.attemptId ?? '');
      expect(await queue.inputBytes(input.sha256)).toEqual(bytes);
    });

    it('asks again, in place of what came to nothing', async () => {
      await using world = await open();
      const { queue, ledger } = world.process(1);
      await queue.add(RUN, items(1));
      await queue.take(1);
      await ledger.release(`${hashOf(1)}-1`, 'out of order', 'unavailable');
      await queue.finish(`${hashOf(1)}-1`);
      const [short] = await queue.short();
      expect(short).toMatchObject({ state: 'failed', amount: ZERO, why: 'out of order' });
      const again = itemOf(1, { again: true, instead: `${hashOf(1)}-1` });
      await queue.add({ ...RUN, runId: 'again' }, asRun('again', [again]));
      expect((await queue.status()).counts).toMatchObject({ failed: 0, waiting: 1 });
    });

    describe('in lane batch', () => {
      it('hands out what is bought so for jobs alone, model by model', async () => {
        await using world = await open();
        const { queue } = world.process(1);
        const added = [batched(1), batched(2, 'another-model'), itemOf(3), batched(4)];
        expect(await queue.add(RUN, added)).toHaveLength(4);
        expect(names(await queue.take(8))).toEqual(['picture-3']);
        expect(names(await queue.takeForJobs(8))).toEqual(['picture-2', 'picture-1', 'picture-4']);
      });

      it('makes jobs of what was taken, with its holds, and lets anybody go on with them', async () => {
        await using world = await open();
        const [one, two] = [world.process(1), world.process(2)];
        await one.ledger.setBudget(aBudget('0.08'));
        await one.queue.add(RUN, [batched(1), batched(2)]);
        const taken = await one.queue.takeForJobs(8);
        expect(await one.queue.gather([jobOf('a-job', taken)])).toEqual(['a-job']);
        expect(await one.queue.status()).toMatchObject({
          counts: { waiting: 0, working: 0, inJobs: 2 },
          held: usd('0.08'),
          workers: [],
        });
        // The hold of the queue is that of the job: there is no second one.
        expect((await one.ledger.standings())[0]).toMatchObject({ held: usd('0.08') });
        expect(await two.ledger.jobs.take('a-job')).toBeNull();
        world.kill(1);
        // Nothing of it waits again.
        expect(await two.queue.takeForJobs(8)).toEqual([]);
        expect(await two.queue.openJobs()).toEqual(['a-job']);
        expect(names(await two.queue.inJob('a-job'))).toEqual(['picture-1', 'picture-2']);
        expect(await two.ledger.jobs.take('a-job')).toMatchObject({ stage: 'planned', requests: 2 });
      });

      it('lets what was not gathered when its worker died wait again', async () => {
        await using world = await open();
        const [one, two] = [world.process(1), world.process(2)];
        await one.queue.add(RUN, [batched(1), batched(2)]);
        const taken = await one.queue.takeForJobs(1);
        world.kill(1);
        expect(names(await two.queue.takeForJobs(8))).toEqual(['picture-1', 'picture-2']);
        // The one that was taken for dead makes no job of what is another's.
        expect(await one.queue.gather([jobOf('a-job', taken)])).toEqual([]);
        expect(await two.ledger.jobs.list('all')).toEqual([]);
      });

      it('leaves out of a job what was taken off the queue meanwhile', async () => {
        await using world = await open();
        const { queue, ledger } = world.process(1);
        await ledger.setBudget(aBudget('1'));
        await queue.add(RUN, [batched(1)]);
        const first = await queue.takeForJobs(8);
        expect(await world.process(2).queue.cancel()).toEqual({ items: 1, released: usd('0.04') });
        await queue.add({ ...RUN, runId: 'again' }, asRun('again', [batched(2)]));
        const second = await queue.takeForJobs(8);
        expect(await queue.gather([jobOf('a-job', [...first, ...second])])).toEqual(['a-job']);
        expect(names(await queue.inJob('a-job'))).toEqual(['picture-2']);
        // What is in a job is cancelled with the job.
        expect(await queue.cancel()).toEqual({ items: 0, released: ZERO });
        expect((await ledger.standings())[0]).toMatchObject({ held: usd('0.04') });
      });

      it('says nothing of how long it takes', async () => {
        await using world = await open();
        const worker = world.process(1);
        const { queue } = worker;
        await queue.add(RUN, [itemOf(1), itemOf(2), batched(3)]);
        const [first] = await queue.take(1);
        world.clock.advance(10_000);
        await bought(worker, first?.plan.attemptId ?? '');
        expect(await queue.status()).toMatchObject({ perMinute: 6, secondsLeft: 20 });
        await queue.gather([jobOf('a-job', await queue.takeForJobs(8))]);
        expect(await queue.status()).toMatchObject({ perMinute: 6, secondsLeft: null });
      });

      it('hears of a job that was fetched by somebody who knows nothing of the queue', async () => {
        await using world = await open();
        const [one, two] = [world.process(1), world.process(2)];
        await one.queue.add(RUN, [batched(1), batched(2)]);
        await one.queue.gather([jobOf('a-job', await one.queue.takeForJobs(8))]);
        await one.ledger.jobs.leave('a-job');
        const { jobs } = two.ledger;
        await jobs.take('a-job');
        await jobs.uploaded('a-job', 'files/1');
        await jobs.creating('a-job');
        await jobs.created('a-job', 'batches/1');
        const [first, second] = [`${hashOf(1)}-1`, `${hashOf(2)}-1`];
        await two.ledger.settle(first, aBill('0.015'));
        await two.ledger.saved(first, [anImage()]);
        await two.ledger.release(second, 'it expired', 'unavailable');
        await jobs.done('a-job');
        expect((await one.queue.short()).map(({ name, why }) => [name, why])).toEqual([
          ['picture-2', 'it expired'],
        ]);
        expect(await one.queue.status()).toMatchObject({
          counts: { inJobs: 0, done: 1, failed: 1 },
          spent: usd('0.015'),
          held: ZERO,
        });
        expect(await one.queue.openJobs()).toEqual([]);
      });

      it('names a job until it and its twins are done, though its pictures came to their ends', async () => {
        await using world = await open();
        const { queue, ledger } = world.process(1);
        const { jobs } = ledger;
        await queue.add(RUN, [batched(1)]);
        const taken = await queue.takeForJobs(8);
        await queue.gather([jobOf('a-job', taken)]);
        await jobs.uploaded('a-job', 'files/1');
        await jobs.creating('a-job');
        await jobs.created('a-job', 'batches/1');
        const attemptId = `${hashOf(1)}-1`;
        await ledger.settle(attemptId, aBill('0.015'));
        // It is paid for, and the store did not take it.
        expect(await queue.finish(attemptId)).toMatchObject({ state: 'failed', amount: usd('0.015') });
        expect([await queue.inJob('a-job'), await queue.openJobs()]).toEqual([[], ['a-job']]);
        const twin = await jobs.twin('a-job', 'batches/2');
        await jobs.done('a-job');
        expect(await queue.openJobs()).toEqual(['a-job']);
        await jobs.take(twin ?? '');
        await jobs.done(twin ?? '');
        expect(await queue.openJobs()).toEqual([]);
      });
    });

    it('does not ask once more for what somebody bought meanwhile', async () => {
      await using world = await open();
      const { queue, ledger } = world.process(1);
      await queue.add(RUN, items(1));
      await queue.take(1);
      await ledger.release(`${hashOf(1)}-1`, 'out of order', 'unavailable');
      await queue.finish(`${hashOf(1)}-1`);
      const elsewhere = aPlan({ attemptId: `${hashOf(1)}-2` });
      await ledger.begin(aRun());
      await ledger.hold([elsewhere]);
      await ledger.sending(elsewhere.attemptId);
      await ledger.settle(elsewhere.attemptId, aBill('0.03'));
      await ledger.saved(elsewhere.attemptId, [anImage()]);
      const again = itemOf(1, { again: true, instead: `${hashOf(1)}-1` });
      expect(await queue.add({ ...RUN, runId: 'again' }, asRun('again', [again]))).toEqual([]);
    });

    it('says how fast it goes, worker by worker, and how long it will take', async () => {
      await using world = await open();
      const [one, two] = [world.process(1), world.process(2)];
      await one.queue.add(RUN, items(1, 2, 3, 4, 5, 6));
      expect(await one.queue.status()).toMatchObject({ perMinute: null, secondsLeft: null, workers: [] });
      const [a, b] = await one.queue.take(2);
      const [c] = await two.queue.take(1);
      world.clock.advance(10_000);
      await bought(one, a?.plan.attemptId ?? '');
      await bought(one, b?.plan.attemptId ?? '');
      await bought(two, c?.plan.attemptId ?? '');
      await two.queue.take(1);
      const { perMinute, secondsLeft, workers } = await one.queue.status();
      expect([perMinute, secondsLeft]).toEqual([18, 10]);
      expect(workers.map(({ working, perMinute: own }) => [working, own])).toEqual([
        [0, 12],
        [1, 6],
      ]);
      world.clock.advance(120_000);
      expect(await one.queue.status()).toMatchObject({ perMinute: null, secondsLeft: null });
    });
  });
}

const asRun = (runId: string, those: readonly QueueItem[]): readonly QueueItem[] =>
  those.map((item) => ({ ...item, plan: { ...item.plan, runId } }));

const aBudget = (amount: string) => ({
  per: 'total' as const,
  model: null,
  project: null,
  agent: null,
  amount: usd(amount),
  zone: 'UTC',
});
