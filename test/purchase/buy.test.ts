import { expect, it } from 'vitest';
import type { Lane } from '../../src/core/catalogue/model.ts';
import { answerSpace } from '../../src/core/order/answer-space.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import type { BatchLane } from '../../src/purchase/batch/types.ts';
import { buy } from '../../src/purchase/buy.ts';
import type { PurchaseContext, PurchaseRequest } from '../../src/purchase/request.ts';
import { fakeApi } from '../support/fakes/api.ts';
import { aPicture } from '../support/fakes/deps.ts';
import { fakeSaver } from '../support/fakes/saver.ts';
import { scene } from '../support/jobs.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { aRun } from '../support/purchases.ts';

it('what is bought in several lanes is held together, and each request has its own jobs alone', async () => {
  const here = scene();
  const { world } = here.machine('one');
  const proven: number[] = [];
  const prove = async (bytes: number): Promise<void> => void proven.push(bytes);
  const books = { ...world.books, journal: { ...world.books.journal, prove } };
  let ids = 0;
  const newId = (): string => `id-${++ids}`;
  const lane: BatchLane = {
    context: { ...world, books },
    newId,
    tier: 1,
    until: null,
    awaited: [],
    onLook: async () => {},
  };
  const never = new AbortController().signal;
  const context: PurchaseContext = {
    books,
    apiOf: async () => fakeApi(aPicture()),
    accountOf: async () => world.account,
    saver: async () => fakeSaver({ pictureFiles: here.pictureFiles }),
    underWay: new Set(),
    stop: never,
    leave: never,
    concurrency: 1,
    timeoutMs: 1_000,
    retries: 0,
    batch: lane,
    onRetry: () => {},
  };
  const request = (model: string, bought: Lane): PurchaseRequest => {
    const order = anOrder(model, { lane: bought });
    return {
      offer: { order, quote: quote(order, TODAY) },
      why: 'first',
      tries: { refusals: 0, unconfirmed: 0, fallback: [] },
      keepsToPrice: true,
      offerOf: () => expect.unreachable('no other model is asked'),
      placeFor: async () => ({ paths: [model], cwd: '/work', format: null, quality: null, replace: false }),
      attemptId: newId,
    };
  };
  const requests = [
    request('nano-banana-2-lite', 'batch'),
    request('nano-banana-pro', 'batch'),
    request('nano-banana-2-lite', 'now'),
  ];

  const { results, advanced } = await buy(requests, aRun(), context);
  expect(
    results.map(({ jobs, attemptIds, tries }) => [jobs.length, attemptIds.length, tries.length]),
  ).toEqual([
    [1, 1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ]);
  expect(results.slice(0, 2).map(({ tries, remarks }) => [tries, remarks])).toEqual([
    [[], []],
    [[], []],
  ]);
  expect(results.flatMap(({ jobs }) => jobs)).toEqual(advanced);
  expect(proven).toEqual([
    answerSpace(
      requests.map(({ offer }) => offer.order),
      4,
    ),
  ]);
  expect([...here.store.attempts.values()].map(({ state }) => state).toSorted()).toEqual([
    'saved',
    'sent',
    'sent',
  ]);
});
