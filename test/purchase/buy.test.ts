import { describe, expect, it } from 'vitest';
import { Failure, FAILURES, type FailureKind } from '../../src/core/errors.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { buy } from '../../src/purchase/buy.ts';
import type { PurchaseContext, PurchaseRequest } from '../../src/purchase/request.ts';
import { outcomeOfRun } from '../../src/purchase/summary.ts';
import { candidate, imagePart, pictureAnswer } from '../support/answers.ts';
import { rejection } from '../support/failure.ts';
import { fakeApi, type Scripted } from '../support/fakes/api.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeJournal } from '../support/fakes/journal.ts';
import { fakeStore } from '../support/fakes/ledger-state.ts';
import { fakeLedger } from '../support/fakes/ledger.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { fakePicture, fakePictures } from '../support/fakes/pictures.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { aRun } from '../support/purchases.ts';

const LITE = 'gemini-3.1-flash-lite-image';
const PRO = 'gemini-3-pro-image';

const aPicture = (): object => candidate([imagePart(fakePicture('jpeg', 1024, 1024, 'x'), 'image/jpeg')]);

/** The engine over fakes, with requests for one picture each. */
function engine(script: readonly Scripted[], changes: Partial<PurchaseContext> = {}) {
  const clock = fakeClock();
  const store = fakeStore();
  const journal = fakeJournal();
  const api = fakeApi(...script);
  const underWay = new Set<string>();
  const context: PurchaseContext = {
    books: { ledger: fakeLedger({ clock, store }), journal },
    api,
    saver: async () => ({
      pictures: fakePictures(),
      pictureFiles: fakePictureFiles(),
      sha256: () => 'ab',
      stdout: async () => {},
      remark: () => {},
    }),
    underWay,
    stop: new AbortController().signal,
    leave: new AbortController().signal,
    concurrency: 1,
    timeoutMs: 1_000,
    retries: 0,
    batch: null,
    onRetry: () => {},
    ...changes,
  };
  let ids = 0;
  const request = (model: string, facts: Partial<PurchaseRequest> = {}): PurchaseRequest => {
    const order = anOrder(model, { count: 1 });
    const offer = { order, quote: quote(order, TODAY) };
    return {
      offer,
      why: 'first',
      tries: { refusals: 0, unconfirmed: 0, fallback: [] },
      keepsToPrice: true,
      offerOf: () => offer,
      placeFor: async () => ({
        paths: [`${(ids += 1)}.jpg`],
        cwd: '/work',
        format: null,
        quality: null,
        replace: false,
      }),
      attemptId: () => `attempt-${(ids += 1)}`,
      ...facts,
    };
  };
  return { context, api, store, journal, underWay, request, run: aRun() };
}

describe('after a failure', () => {
  // What is sent of: the same model once more, and another model.
  const SENT = { run: [], model: [PRO], order: [LITE, PRO], request: [LITE, PRO] } as const;
  const kinds = (Object.keys(FAILURES) as FailureKind[]).filter((kind) => FAILURES[kind].exit > 1);

  it.each(kinds)('%s sends what may go better, and gives back the rest', async (kind) => {
    const script = [new Failure(kind, 'No.', { charged: 'no' }), aPicture(), aPicture()];
    const { context, api, store, request, run } = engine(script);
    const { results } = await buy([request(LITE), request(LITE), request(PRO)], run, context);
    const asked = api.sent.slice(1).map(({ model }) => model.id);
    expect(asked).toEqual(SENT[FAILURES[kind].ends]);
    const states = [...store.attempts.values()].map(({ state }) => state);
    expect(states.filter((state) => state === 'saved')).toHaveLength(asked.length);
    expect(states.filter((state) => state === 'released')).toHaveLength(3 - asked.length);
    expect(results).toHaveLength(3);
  });

  it('a kind that may have been charged is what the run ends as, whatever came later', async () => {
    const script = [
      new Failure('rate-limited', 'Enough.', { charged: 'no' }),
      candidate([{ text: 'Only words.' }]),
    ];
    const { context, request, run } = engine(script);
    const { results } = await buy([request(LITE), request(PRO)], run, context);
    expect(outcomeOfRun(results)).toMatchObject({ outcome: 'refused', exitCode: 5 });
  });
});

describe('before anything is sent', () => {
  it('the journal proves that it can keep the answers', async () => {
    const { context, api, store, request, run } = engine([]);
    const prove = () => Promise.reject(new Failure('usage', 'The journal cannot keep an answer.'));
    const books = { ...context.books, journal: { ...context.books.journal, prove } };
    const failure = await rejection(buy([request(LITE)], run, { ...context, books }));
    expect(failure).toMatchObject({ kind: 'usage' });
    expect(api.sent).toEqual([]);
    expect(store.attempts.size).toBe(0);
  });

  it('what saves pictures is loaded, and nothing is held where it cannot be', async () => {
    const saver = () => Promise.reject(new Failure('bug', 'pictures.js is gone'));
    const { context, api, store, request, run } = engine([], { saver });
    expect(await rejection(buy([request(LITE)], run, context))).toMatchObject({ kind: 'bug' });
    expect(api.sent).toEqual([]);
    expect(store.attempts.size).toBe(0);
  });

  it('all of it is held or nothing', async () => {
    const { context, api, store, request, run } = engine([]);
    const maxCost = request(LITE).offer.quote.high;
    const failure = await rejection(buy([request(LITE), request(LITE)], { ...run, maxCost }, context));
    expect(failure).toMatchObject({ kind: 'budget' });
    expect(api.sent).toEqual([]);
    expect(store.attempts.size).toBe(0);
  });

  it('what is only read then is read, and what cannot be read is given back', async () => {
    const { context, api, store, request, run } = engine([aPicture()]);
    const changed = new Failure('usage', 'cat.png changed while pixtab was at work.');
    const complete = () => Promise.reject(changed);
    const { results } = await buy([request(LITE, { complete }), request(LITE)], run, context);
    expect(outcomeOfRun(results.slice(0, 1))).toMatchObject({ outcome: 'usage', failure: { charged: 'no' } });
    expect(api.sent).toHaveLength(1);
    expect([...store.attempts.values()].map(({ state }) => state)).toEqual(['released', 'saved']);
  });
});

it('calls nothing under way while it waits to send again', async () => {
  const seen: boolean[] = [];
  const made = engine([
    async (_order, { onRetry, beforeSend }) => {
      seen.push(made.underWay.size > 0);
      await onRetry(new Failure('unavailable', 'Later.'), 1_000);
      seen.push(made.underWay.size > 0);
      await beforeSend();
      seen.push(made.underWay.size > 0);
      return pictureAnswer();
    },
  ]);
  await buy([made.request(LITE)], made.run, made.context);
  expect(seen).toEqual([true, false, true]);
  expect(made.underWay.size).toBe(0);
});

it('tells of every attempt that brought a picture, and makes a failure of what that throws', async () => {
  const told: string[] = [];
  const { context, request, run } = engine([aPicture(), aPicture()]);
  const onSaved: PurchaseRequest['onSaved'] = async ({ plan }) => {
    told.push(plan.attemptId);
    if (told.length === 2) throw new Failure('disk', 'The lock could not be written.');
  };
  const requests = [request(LITE, { onSaved }), request(LITE, { onSaved })];
  const { results } = await buy(requests, run, context);
  expect(told).toHaveLength(2);
  expect(outcomeOfRun(results)).toMatchObject({ outcome: 'disk', exitCode: 11 });
});
