import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Failure, type FailureKind } from '../../../src/core/errors.ts';
import { quote } from '../../../src/core/pricing/quote.ts';
import { ZERO } from '../../../src/core/pricing/money.ts';
import type { QueueEnd } from '../../../src/core/policy/queue.ts';
import type { QueueJob } from '../../../src/ports/index.ts';
import { planAttempts } from '../../../src/purchase/plan-attempts.ts';
import { queuedBuyer } from '../../../src/purchase/queue/buy-queued.ts';
import { restsBy } from '../../../src/purchase/queue/rests.ts';
import type { ToldQueue } from '../../../src/purchase/queue/told-queue.ts';
import type { PurchaseContext, PurchaseRequest } from '../../../src/purchase/request.ts';
import { refusalAnswer } from '../../support/answers.ts';
import { fakeApi, type Scripted } from '../../support/fakes/api.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { aPicture } from '../../support/fakes/deps.ts';
import { fakeJournal } from '../../support/fakes/journal.ts';
import { fakeLedger } from '../../support/fakes/ledger.ts';
import { fakeStore } from '../../support/fakes/ledger-state.ts';
import { fakePictureFiles } from '../../support/fakes/picture-files.ts';
import { fakeSaver } from '../../support/fakes/saver.ts';
import { anOrder, TODAY } from '../../support/pricing.ts';
import { aRun } from '../../support/purchases.ts';

interface Twist {
  /** What the queue has of it in the end; null where something may still come of it. */
  readonly end?: QueueEnd | null;
  /** The queue cannot be told so often. */
  readonly untold?: number;
  readonly requestOf?: () => never;
  /** How often a refusal is asked for again. */
  readonly refusals?: number;
  /** No picture has a place. */
  readonly isFull?: true;
}

/** One picture of a queue that is bought as often as there are answers. */
async function bought(answers: readonly Scripted[], twist: Twist = {}) {
  const clock = fakeClock();
  const store = fakeStore();
  const ledger = fakeLedger({ store, clock });
  const order = anOrder('nano-banana-2-lite');
  const offer = { order, quote: quote(order, TODAY) };
  const save = { paths: ['cat.jpg'], cwd: '/work', format: null, quality: null, replace: false };
  const its = { runId: 'run-1', account: 'google.example#1', attemptId: () => 'attempt-1' };
  const [attempt] = planAttempts(offer, save, its);
  if (!attempt) throw new Error('nothing is planned');
  const run = aRun();
  const { stop, leave } = { stop: new AbortController(), leave: new AbortController() };
  await ledger.begin(run);
  await ledger.hold([attempt.plan]);
  const buyer: PurchaseContext = {
    books: { ledger, journal: fakeJournal() },
    apiOf: async () => api,
    accountOf: async () => its.account,
    saver: async () => fakeSaver({ pictureFiles }),
    underWay: new Set(),
    stop: stop.signal,
    leave: leave.signal,
    concurrency: 1,
    timeoutMs: 1_000,
    retries: 0,
    batch: null,
    onRetry: () => {},
  };
  const api = fakeApi(...answers);
  const pictureFiles = fakePictureFiles();
  if (twist.isFull) pictureFiles.breaks('put', 'no space left');
  const told: string[] = [];
  let untold = twist.untold ?? 0;
  const queue: ToldQueue = {
    async giveBack(attemptId, options) {
      told.push(options?.isUncharged ? 'back, uncharged' : 'back');
      Object.assign(store.attempts.get(attemptId) ?? {}, { state: 'held' });
    },
    async finish(_, onEnd) {
      if (untold-- > 0) throw new Failure('unavailable', 'The queue is away.', { charged: 'no' });
      told.push('ended');
      const end = twist.end === undefined ? null : twist.end;
      onEnd(end);
    },
    catchUp: async () => {},
    drop: () => {},
  };
  const rests = restsBy(clock);
  const request = {
    offer,
    why: 'first',
    tries: { refusals: twist.refusals ?? 0, unconfirmed: 0, fallback: [] },
    keepsToPrice: true,
    offerOf: () => offer,
    placeFor: async () => save,
    attemptId: () => 'attempt-2',
  } as unknown as PurchaseRequest;
  const requestOf = twist.requestOf ?? (() => ({ request, attempt }));
  const buy = queuedBuyer({ buyer, queue, rests, clock, requestOf });
  const job: QueueJob = { plan: attempt.plan, run, name: 'cat', urgent: false, inputs: [], heldAt: 0 };
  const outcomes: Awaited<ReturnType<typeof buy>>[] = [];
  for (let times = 0; times < answers.length; times += 1) outcomes.push(await buy(job));
  const listening = [stop, leave].flatMap(({ signal }) => getEventListeners(signal, 'abort'));
  return { outcomes, told, rests, listening, state: store.attempts.get('attempt-1')?.state, store };
}

const failed = (kind: FailureKind): Failure => new Failure(kind, `It was ${kind}.`, { charged: 'no' });
const DONE: QueueEnd = { state: 'done', amount: ZERO, why: null };

describe('a picture of a queue', () => {
  it('ends as the ledger has it, listens to nothing any more, and ends what was in the way', async () => {
    const { outcomes, told, rests, listening, state } = await bought([aPicture()], { end: DONE });
    expect(outcomes).toMatchObject([{ event: 'ended', state: 'done', tookMs: 0, failure: null }]);
    expect([told, listening, state, rests.reason()]).toEqual([['ended'], [], 'saved', null]);
  });

  it.each<[string, Scripted, string]>([
    ['refused', refusalAnswer(), 'refused'],
    ['of which nobody knows whether it was charged', new Failure('unconfirmed', 'Lost.'), 'unconfirmed'],
    ['that cannot be asked for', failed('usage'), 'failed'],
  ])('that is %s ends so where the queue cannot say it, and is told later', async (_, answer, state) => {
    const { outcomes, told, rests } = await bought([answer], { untold: 2 });
    expect(outcomes).toMatchObject([{ event: 'ended', state }]);
    expect([told, rests.leftMs()]).toEqual([[], 2_000]);
  });

  it('is told once more at once where the queue was away for a moment', async () => {
    const { told, rests } = await bought([aPicture()], { end: DONE, untold: 1 });
    expect(told).toEqual(['ended']);
    expect(rests.leftMs()).toBeLessThanOrEqual(0);
  });

  it('goes back where the provider is in the way, up to three times, and ends after that', async () => {
    const { outcomes, told, state } = await bought(Array.from({ length: 4 }, () => failed('unavailable')));
    expect(outcomes.map(({ event }) => event)).toEqual(['returned', 'returned', 'returned', 'ended']);
    expect(told).toEqual(['back, uncharged', 'back, uncharged', 'back, uncharged', 'ended']);
    expect(state).toBe('released');
  });

  it('goes back with what is in the way of it', async () => {
    const { outcomes } = await bought([failed('unavailable')]);
    expect(outcomes).toMatchObject([{ event: 'returned', failure: { message: 'It was unavailable.' } }]);
  });

  it('ends as the ledger has it, though more is known here', async () => {
    const { outcomes, rests } = await bought([refusalAnswer()], { end: { ...DONE, state: 'cancelled' } });
    expect(outcomes).toMatchObject([{ event: 'ended', state: 'cancelled' }]);
    expect(rests.reason()).toBeNull();
  });

  it('that came is done, though the queue does not know of it yet', async () => {
    const { outcomes, rests } = await bought([aPicture()]);
    expect(outcomes).toMatchObject([{ event: 'ended', state: 'done' }]);
    expect(rests.reason()).toBeNull();
  });

  it('that has no place ends the work: it is paid for, and the next would be, too', async () => {
    const { rests } = await bought([aPicture()], { isFull: true, end: { ...DONE, state: 'failed' } });
    expect(rests.reason()).toMatchObject({ kind: 'disk' });
  });

  it('does not go back for what is in the way when it is asked for once more', async () => {
    const answers = [refusalAnswer('IMAGE_OTHER'), failed('unavailable')];
    const { outcomes, told, store } = await bought(answers, { refusals: 1 });
    expect([outcomes[0]?.event, told[0]]).toEqual(['ended', 'ended']);
    expect(store.attempts.get('attempt-2')?.state).toBe('released');
  });

  it('goes back as often as the worker is interrupted', async () => {
    const { outcomes } = await bought(Array.from({ length: 6 }, () => failed('cancelled')));
    expect(outcomes.map(({ event }) => event)).toEqual(Array.from({ length: 6 }, () => 'returned'));
  });

  it('counts no interruption among the times that it went back, and goes back for one after those, too', async () => {
    const [interrupted, away] = [failed('cancelled'), failed('unavailable')];
    const eventsOf = async (...answers: readonly Failure[]) =>
      (await bought(answers)).outcomes.map(({ event }) => event);
    expect((await eventsOf(interrupted, interrupted, interrupted, away)).at(-1)).toBe('returned');
    expect((await eventsOf(away, away, away, interrupted)).at(-1)).toBe('returned');
  });

  it('does not go back for a reason of its own', async () => {
    const { outcomes, told, state } = await bought([failed('refused')]);
    expect(outcomes).toMatchObject([{ event: 'ended', state: 'refused' }]);
    expect([told, state]).toEqual([['ended'], 'released']);
  });

  it.each([
    ['comes', 2_000, aPicture()],
    ['is refused', 4_000, refusalAnswer()],
  ])('that %s after trouble has a rest of %d ms follow the next trouble', async (_, restMs, answer) => {
    const { rests } = await bought([failed('unavailable'), answer], { end: DONE });
    rests.begin(failed('unavailable'));
    expect(rests.leftMs()).toBe(restMs);
  });

  it('goes back where nothing could be sent', async () => {
    const requestOf = () => {
      throw failed('unavailable');
    };
    const { outcomes, told, rests } = await bought([aPicture()], { requestOf });
    expect(outcomes).toMatchObject([{ event: 'returned', failure: { message: 'It was unavailable.' } }]);
    expect([told, rests.leftMs()]).toEqual([['back'], 2_000]);
  });

  it('ends the work where the ledger does not know what became of it', async () => {
    const { rests } = await bought([refusalAnswer()], { end: null });
    expect(rests.reason()).toMatchObject({ kind: 'refused' });
    expect((await bought([aPicture()], { end: null })).rests.reason()).toBeNull();
  });
});
