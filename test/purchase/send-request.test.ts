import { describe, expect, it } from 'vitest';
import { ANSWER_LOST, Failure } from '../../src/core/errors.ts';
import type { ImageApi, Ledger } from '../../src/ports/index.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import { planAttempts } from '../../src/purchase/plan-attempts.ts';
import type { PurchaseContext, PurchaseRequest } from '../../src/purchase/request.ts';
import { sendRequest } from '../../src/purchase/send-request.ts';
import { trySender } from '../../src/purchase/send-try.ts';
import { candidate, refusalAnswer } from '../support/answers.ts';
import { fakeApi, type Scripted } from '../support/fakes/api.ts';
import { aPicture } from '../support/fakes/deps.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { fakeJournal, type FakeJournal } from '../support/fakes/journal.ts';
import { fakeLedger } from '../support/fakes/ledger.ts';
import { fakeStore } from '../support/fakes/ledger-state.ts';
import { fakePictureFiles, type FakePictureFiles } from '../support/fakes/picture-files.ts';
import { fakeSaver } from '../support/fakes/saver.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { aRun } from '../support/purchases.ts';

interface Twist {
  /** Somebody who wants to know of its pictures. */
  readonly onSaved?: PurchaseRequest['onSaved'];
  readonly pictureFiles?: FakePictureFiles;
  readonly journal?: FakeJournal;
  readonly path?: string;
  readonly ledger?: Partial<Ledger>;
  readonly api?: Partial<ImageApi>;
}

/** Requests for a picture each, which are held, and all that it takes to send them. */
async function scene(answers: readonly Scripted[], twist: Twist = {}) {
  const { onSaved, pictureFiles = fakePictureFiles(), journal = fakeJournal(), path = 'cat.jpg' } = twist;
  const store = fakeStore();
  const remarks: string[] = [];
  const ledger = { ...fakeLedger({ store, clock: fakeClock() }), ...twist.ledger };
  const order = anOrder('nano-banana-2-lite', { count: answers.length });
  const offer = { order, quote: quote(order, TODAY) };
  const save = { paths: answers.map(() => path), cwd: '/work', format: null, quality: null, replace: false };
  let number = 0;
  const its = { runId: 'run-1', account: 'google.example#1', attemptId: () => `attempt-${++number}` };
  const attempts = planAttempts(offer, save, its);
  await ledger.begin(aRun());
  await ledger.hold(attempts.map(({ plan }) => plan));
  const never = new AbortController().signal;
  const api = fakeApi(...answers);
  const context: PurchaseContext = {
    books: { ledger, journal },
    apiOf: async () => ({ ...api, ...twist.api }),
    accountOf: async () => its.account,
    saver: async () => fakeSaver({ pictureFiles, remark: (text) => void remarks.push(text) }),
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
  return { attempts, request, context, store, journal, api, remarks };
}

/** Sends one request. */
async function sent(answer: Scripted, twist: Twist = {}) {
  const { attempts, request, context, store, journal, remarks } = await scene([answer], twist);
  const [attempt] = attempts;
  if (!attempt) throw new Error('nothing is planned');
  const result = await sendRequest(attempt, request, context);
  const state = store.attempts.get('attempt-1')?.state;
  const another = fakeLedger({ store, clock: fakeClock(), owner: 'another' });
  const claimed = await another.claim(attempt.plan);
  const { size: kept } = journal.answers;
  return { result, state, claimed, kept, underWay: context.underWay.size, remarks };
}

describe('what could not be put on disk', () => {
  it('may be finished by another process, though this one lives on', async () => {
    expect(await sent(aPicture(), { pictureFiles: brokenFiles() })).toMatchObject({
      result: { failure: { kind: 'disk', hint: 'Then finish it: pixtab recover' } },
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
    const { result } = await sent(aPicture(), {
      onSaved: async ({ images }) => void told.push(...images.map(({ path }) => path)),
    });
    expect([told, result.failure]).toEqual([['cat.jpg'], null]);
  });

  it('and fails, ends the attempt so: the picture is there, booked, and its answer needs no keeping', async () => {
    const ended = await sent(aPicture(), { onSaved: () => Promise.reject(full) });
    expect(ended.result).toMatchObject({ images: [{ path: 'cat.jpg' }], failure: full });
    expect(ended).toMatchObject({ state: 'saved', kept: 0, underWay: 0 });
  });

  it('is told nothing where none came', async () => {
    let told = 0;
    const { result } = await sent(refusalAnswer(), { onSaved: async () => void (told += 1) });
    expect(result.failure).toMatchObject({ kind: 'refused', hint: undefined });
    expect(told).toBe(0);
  });
});

describe('what is not charged', () => {
  const busy = new Failure('unavailable', 'The ledger is busy.', { repeat: true });
  const refused = new Failure('auth', 'The key is wrong.', { charged: 'no' });

  it.each([
    [
      'cannot be written down, so it is not sent',
      aPicture(),
      { ledger: { sending: () => Promise.reject(busy) } },
      busy,
    ],
    ['is refused', refused, {}, refused],
  ])('%s: what was held for it goes back', async (_, answer, twist, { message }) => {
    const { result, state } = await sent(answer, twist);
    expect(result).toMatchObject({ bill: null, images: [], extras: [], refusals: [] });
    expect(result.failure).toMatchObject({ message, charged: 'no', repeat: false });
    expect(state).toBe('released');
  });

  it('is sent again for five minutes at most', async () => {
    const budgets: number[] = [];
    await sent(async (_, { retryBudgetMs }) => {
      budgets.push(retryBudgetMs);
      return aPicture();
    });
    expect(budgets).toEqual([300_000]);
  });
});

describe('what follows a failure', () => {
  it.each([
    ['disk', 1],
    ['auth', 1],
    ['unavailable', 1],
    ['unavailable-model', 2],
    ['refused', 2],
  ] as const)('that is %s: of two orders, %i are sent', async (kind, count) => {
    const failure = new Failure(kind, 'No.', { charged: 'no' });
    const { attempts, request, context, store, api } = await scene([failure, aPicture()]);
    const send = trySender(context);
    for (const attempt of attempts) await send([attempt], [0], request);
    expect(api.sent).toHaveLength(count);
    expect(store.attempts.get('attempt-2')?.state).toBe(count === 2 ? 'saved' : 'released');
  });

  it('says of each result which pictures it was to bring', async () => {
    const { attempts, request, context } = await scene([aPicture(), aPicture(), aPicture()]);
    const told: (readonly number[])[] = [];
    const onResult: PurchaseContext['onResult'] = (_, __, pictures) => void told.push(pictures);
    await trySender({ ...context, onResult })(attempts, [4, 5, 7], request);
    expect(told).toEqual([[4], [5], [7]]);
  });

  it('that is the user who leaves in the middle, ends what is not sent yet', async () => {
    const stop = new AbortController();
    const first = async () => {
      stop.abort();
      return aPicture();
    };
    const { attempts, request, context, api } = await scene([first, aPicture()]);
    const results = await trySender({ ...context, stop: stop.signal })(attempts, [0, 1], request);
    expect(results).toMatchObject([
      { failure: null },
      { failure: { kind: 'cancelled', message: 'Cancelled before everything was sent.' } },
    ]);
    expect(api.sent).toHaveLength(1);
  });

  it('that is the user who leaves, is not sent', async () => {
    const { attempts, request, context, api } = await scene([aPicture(), aPicture()]);
    const results = await trySender({ ...context, stop: AbortSignal.abort() })(attempts, [0, 1], request);
    const message = 'Cancelled before everything was sent.';
    expect(results).toMatchObject([{ failure: { message } }, { failure: { message } }]);
    expect(api.sent).toEqual([]);
  });
});

describe('a picture that is elsewhere', () => {
  it('is kept as soon as it is fetched', async () => {
    const [journal, pictureFiles] = [fakeJournal(), brokenFiles()];
    const body = Buffer.from(JSON.stringify(aPicture()));
    const fetchLinked = async () => ({ body, remarks: [] });
    const link = candidate([{ text: '![cat](https://gateway.example/cat.png)' }]);
    await sent(link, { journal, pictureFiles, api: { fetchLinked } });
    expect(journal.answers.get('attempt-1')?.body).toEqual(body);
  });
});

describe('what could not be written down', () => {
  const failing = (kind: 'bug' | 'disk') => ({
    ledger: { saved: () => Promise.reject(new Failure(kind, 'No record.')) },
  });

  it('says where the picture is nevertheless', async () => {
    const { result } = await sent(aPicture(), failing('disk'));
    expect(result.failure).toMatchObject({ kind: 'disk', charged: 'yes' });
    expect(result.failure?.message).toContain('saved (cat.jpg)');
    const piped = await sent(aPicture(), { ...failing('disk'), path: '-' });
    expect(piped.result.failure?.message).toContain('saved (standard output)');
  });

  it('is a mistake of ours where it was one', async () => {
    expect((await sent(aPicture(), failing('bug'))).result.failure).toMatchObject({ kind: 'bug' });
  });

  it('is told, where it is a remark alone', async () => {
    const journal = fakeJournal();
    const keep: FakeJournal['keep'] = async (...answer) => ({
      ...(await journal.keep(...answer)),
      remark: 'It is kept where others can read it.',
    });
    const { remarks } = await sent(aPicture(), { journal: { ...journal, keep } });
    expect(remarks).toEqual(['It is kept where others can read it.']);
  });

  it.each([
    ['of a refusal, which lost no picture', refusalAnswer(), fakePictureFiles(), 'refused'],
    ['of a picture that is not on disk either, which is lost', aPicture(), brokenFiles(), ANSWER_LOST],
  ])('is told of the answer %s', async (_, answer, pictureFiles, code) => {
    const journal = fakeJournal();
    journal.failOnce();
    const { result } = await sent(answer, { journal, pictureFiles });
    expect(result.failure?.message).toContain('could not be kept');
    expect(result.failure?.code).toBe(code);
  });
});

function brokenFiles(): FakePictureFiles {
  const files = fakePictureFiles();
  files.breaks('put', 'no space left');
  return files;
}
