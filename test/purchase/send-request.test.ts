import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { planAttempts } from '../../src/purchase/plan-attempts.ts';
import type { PurchaseContext, PurchaseRequest } from '../../src/purchase/request.ts';
import { sendRequest } from '../../src/purchase/send-request.ts';
import { refusalAnswer } from '../support/answers.ts';
import { fakeApi, type Scripted } from '../support/fakes/api.ts';
import { aPicture } from '../support/fakes/deps.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeJournal } from '../support/fakes/journal.ts';
import { fakeLedger } from '../support/fakes/ledger.ts';
import { fakeStore } from '../support/fakes/ledger-state.ts';
import { fakePictures } from '../support/fakes/pictures.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { aRun } from '../support/purchases.ts';

/** Sends one request that is held, for somebody who wants to know of its pictures. */
async function sent(
  answer: Scripted,
  onSaved?: PurchaseRequest['onSaved'],
  pictureFiles = fakePictureFiles(),
) {
  const [store, journal] = [fakeStore(), fakeJournal()];
  const ledger = fakeLedger({ store, clock: fakeClock() });
  const order = anOrder('nano-banana-2-lite');
  const offer = { order, quote: quote(order, TODAY) };
  const save = { paths: ['cat.jpg'], cwd: '/work', format: null, quality: null, replace: false };
  const its = { runId: 'run-1', account: 'google.example#1', attemptId: () => 'attempt-1' };
  const [attempt] = planAttempts(offer, save, its);
  if (!attempt) throw new Error('nothing is planned');
  await ledger.begin(aRun());
  await ledger.hold([attempt.plan]);
  const never = new AbortController().signal;
  const context: PurchaseContext = {
    books: { ledger, journal },
    apiOf: async () => fakeApi(answer),
    accountOf: async () => its.account,
    saver: async () => ({
      pictures: fakePictures(),
      pictureFiles,
      sha256: (bytes) => Buffer.from(bytes).toString('base64'),
      stdout: async () => {},
      remark: () => {},
    }),
    underWay: new Set(),
    stop: never,
    leave: never,
    concurrency: 1,
    timeoutMs: 1_000,
    retries: 0,
    batch: null,
    onRetry: () => {},
  };
  const request = { offer, onSaved } as unknown as PurchaseRequest;
  const result = await sendRequest(attempt, request, context);
  const state = store.attempts.get('attempt-1')?.state;
  const another = fakeLedger({ store, clock: fakeClock(), owner: 'another' });
  const claimed = await another.claim(attempt.plan);
  return { result, state, claimed, kept: journal.answers.size, underWay: context.underWay.size };
}

describe('what could not be put on disk', () => {
  it('may be finished by another process, though this one lives on', async () => {
    const full = fakePictureFiles();
    full.breaks('put', 'no space left');
    expect(await sent(aPicture(), undefined, full)).toMatchObject({
      result: { failure: { kind: 'disk' } },
      state: 'settled',
      kept: 1,
      claimed: 'settled',
    });
  });

  it('and is the business of nobody else where nothing is left to do', async () => {
    expect(await sent(aPicture())).toMatchObject({ state: 'saved', kept: 0, claimed: null });
  });
});

describe('whoever wants to know of a picture', () => {
  const full = new Failure('disk', 'The lock cannot be written.');

  it('is told once it is on disk', async () => {
    const told: string[] = [];
    const { result } = await sent(aPicture(), async ({ images }) => {
      told.push(...images.map(({ path }) => path));
    });
    expect([told, result.failure]).toEqual([['cat.jpg'], null]);
  });

  it('and fails, ends the attempt so: the picture is there, booked, and its answer needs no keeping', async () => {
    const ended = await sent(aPicture(), () => Promise.reject(full));
    expect(ended.result).toMatchObject({ images: [{ path: 'cat.jpg' }], failure: full });
    expect(ended).toMatchObject({ state: 'saved', kept: 0, underWay: 0 });
  });

  it('is told nothing where none came', async () => {
    const { result } = await sent(refusalAnswer(), () => Promise.reject(full));
    expect(result.failure).toMatchObject({ kind: 'refused' });
  });
});
