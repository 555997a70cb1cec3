import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/errors.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import type { AttemptPlan, Books, Journal, SavedImage, TurnOutcome } from '../../src/ports/index.ts';
import { recover, type RecoverContext } from '../../src/purchase/recover.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { fakeApi } from '../support/fakes/api.ts';
import { fakeClock } from '../support/fakes/clock.ts';
import { aPicture } from '../support/fakes/deps.ts';
import { fakeJournal, type FakeAnswer } from '../support/fakes/journal.ts';
import { fakeLedger } from '../support/fakes/ledger.ts';
import { fakeStore } from '../support/fakes/ledger-state.ts';
import { fakePictureFiles } from '../support/fakes/picture-files.ts';
import { fakeSaver } from '../support/fakes/saver.ts';
import { aBill, anImage, aPlan, aRun } from '../support/purchases.ts';

const ID = 'attempt-1';
const plan = aPlan({ model: 'gemini-3-pro-image', aspect: '1:1' });
const body = Buffer.from(JSON.stringify(aPicture()));

interface Twist {
  readonly answer?: Partial<FakeAnswer>;
  readonly journal?: Partial<Journal>;
  readonly ledger?: Partial<Books['ledger']>;
  readonly api?: Partial<RecoverContext['api']>;
  readonly sessions?: RecoverContext['sessions'];
}

/** An answer in the journal, and what is known of its attempt. */
async function scene(twist: Twist = {}) {
  const [store, fake, pictureFiles] = [fakeStore(), fakeJournal(), fakePictureFiles()];
  const ledger = { ...fakeLedger({ store, clock: fakeClock() }), ...twist.ledger };
  const journal = { ...fake, ...twist.journal };
  fake.answers.set(ID, { attempt: plan, body, status: 'ok', ...twist.answer });
  const remarks: string[] = [];
  const context: RecoverContext = {
    books: { ledger, journal },
    api: { ...fakeApi(), ...twist.api },
    leave: new AbortController().signal,
    saver: fakeSaver({ pictureFiles, remark: (text) => void remarks.push(text) }),
    planFor: ({ save }: AttemptPlan) => save,
    ...(twist.sessions && { sessions: twist.sessions }),
  };
  await ledger.begin(aRun());
  return {
    store,
    ledger,
    answers: fake.answers,
    files: pictureFiles.files,
    remarks,
    recovered: () => recover(ID, context),
    async sent() {
      await ledger.hold([plan]);
      await ledger.sending(ID);
    },
    async saved(...images: readonly SavedImage[]) {
      await ledger.hold([plan]);
      await ledger.sending(ID);
      await ledger.settle(ID, aBill('0.03'), null);
      await ledger.saved(ID, images, []);
    },
  };
}

const unreadable = new Failure('disk', 'It cannot be read.');

describe('an answer that cannot be looked at', () => {
  it('is kept, and keeps none of the others waiting', async () => {
    const { recovered } = await scene({ journal: { read: () => Promise.reject(unreadable) } });
    expect(await recovered()).toEqual({
      entry: {
        attemptId: ID,
        path: '',
        status: 'corrupt',
        problem: 'it could not be looked at: It cannot be read.',
        attempt: null,
      },
      status: 'kept',
      images: [],
      bill: null,
      failure: unreadable,
    });
  });

  it.each(['unavailable', 'cancelled'] as const)(
    'since the ledger is busy or the user leaves, ends it for all of them: %s',
    async (kind) => {
      const failure = new Failure(kind, 'Not now.');
      const { recovered } = await scene({ ledger: { receipts: () => Promise.reject(failure) } });
      await expect(recovered()).rejects.toBe(failure);
    },
  );

  it('was finished elsewhere where it is gone since', async () => {
    const read = () => Promise.reject(unreadable);
    const { recovered } = await scene({ journal: { read, ids: async () => [] } });
    expect(await recovered()).toMatchObject({
      entry: { attemptId: ID, status: 'ok' },
      status: 'busy',
      images: [],
      bill: null,
      failure: null,
    });
  });

  it('says how to hear no more of it in a sentence of its own, behind an address too', async () => {
    const hint = 'Look at it: https://seller.example/usage';
    const read = () => {
      throw new Failure('unconfirmed', 'It makes no sense.', { hint });
    };
    const { recovered, sent } = await scene({ api: { read } });
    await sent();
    expect((await recovered()).failure?.hint).toBe(
      `${hint}. To hear no more of it: pixtab recover --discard ${ID}`,
    );
  });

  it('says only how to hear no more of it where there is nothing else to do', async () => {
    const read = () => {
      throw new Failure('unconfirmed', 'It makes no sense.');
    };
    const { recovered, sent } = await scene({ api: { read } });
    await sent();
    expect((await recovered()).failure?.hint).toBe(`To hear no more of it: pixtab recover --discard ${ID}`);
  });

  it('and cannot be counted either, fails with what is in the way of that', async () => {
    const read = () => {
      throw new Failure('unconfirmed', 'It makes no sense.');
    };
    const full = new Failure('disk', 'The ledger is full.');
    const { recovered, sent } = await scene({
      api: { read },
      ledger: { unconfirm: () => Promise.reject(full) },
    });
    await sent();
    expect(await recovered()).toMatchObject({ status: 'kept', failure: full });
  });

  it('since nobody knows whose it is, is kept, and how to hear no more of it is said', async () => {
    const { recovered, answers } = await scene({ answer: { attempt: null } });
    const { status, images, failure } = await recovered();
    expect([status, images, answers.size]).toEqual(['kept', [], 1]);
    expect(failure?.message).toContain('nobody knows whose it is');
    expect(failure?.hint).toBe(
      `It is left as it is, and what it may have cost is counted. To hear no more of it: pixtab recover --discard ${ID}`,
    );
  });
});

describe('an answer that the ledger knows nothing of', () => {
  it('belongs to whoever claims it first', async () => {
    const claimed = await scene({ journal: { claim: async () => false } });
    expect(await claimed.recovered()).toMatchObject({ status: 'busy', bill: null });
    expect(claimed.files.size).toBe(0);
    const free = await scene();
    expect(await free.recovered()).toMatchObject({ status: 'done' });
    expect(free.files.size).toBe(1);
  });

  it('is booked at the prices of its day, where a release that kept none wrote it down', async () => {
    const { recovered } = await scene({ answer: { attempt: { ...plan, terms: undefined } } });
    const { status, bill } = await recovered();
    expect([status, bill?.basis]).toEqual(['done', 'metered']);
  });

  it('is estimated as the order was, which showed no picture, where it says nothing of its usage', async () => {
    const { usageMetadata: _, ...silent } = aPicture();
    const { recovered } = await scene({
      answer: { attempt: { ...plan, terms: undefined }, body: Buffer.from(JSON.stringify(silent)) },
    });
    const { bill } = await recovered();
    const { model, size, aspect, prompt } = plan;
    const order = anOrder('nano-banana-pro', { size, aspect, prompt });
    expect([order.model.id, bill?.basis]).toEqual([model, 'estimated']);
    expect(bill?.amount).toBe(quote(order, TODAY).expected);
  });

  it('is claimed in the ledger alone, where that knows of it', async () => {
    const { recovered, sent } = await scene({ journal: { claim: async () => false } });
    await sent();
    expect(await recovered()).toMatchObject({ status: 'done' });
  });
});

it('an answer whose pictures are on disk brings none of them again', async () => {
  const { recovered, saved, files, answers } = await scene();
  await saved(anImage());
  expect(await recovered()).toMatchObject({ status: 'done', images: [], bill: null, failure: null });
  expect([files.size, answers.size]).toEqual([0, 0]);
});

describe('an answer that is damaged', () => {
  const answer = { body: null, status: 'corrupt' } as const;

  it('is let go of where its pictures are on disk', async () => {
    const { recovered, saved, answers } = await scene({ answer });
    await saved();
    expect(await recovered()).toMatchObject({ status: 'done', images: [], bill: null, failure: null });
    expect(answers.size).toBe(0);
  });

  it('is kept and handed over where they are not, and what it may have cost is counted', async () => {
    const handed: string[] = [];
    const { recovered, sent, answers, store } = await scene({
      answer,
      ledger: { handOver: async (attemptId) => void handed.push(attemptId) },
    });
    await sent();
    expect(await recovered()).toMatchObject({ status: 'kept', failure: { kind: 'unconfirmed' } });
    expect([handed, answers.size, store.attempts.get(ID)?.state]).toEqual([[ID], 1, 'unconfirmed']);
  });
});

describe('an answer that was a turn', () => {
  it('takes its place in the session, and is handed over to nobody', async () => {
    const [outcomes, handed]: [TurnOutcome[], string[]] = [[], []];
    const sessions = {
      finish: async (_: string, outcome: TurnOutcome) => {
        outcomes.push(outcome);
        return { name: 'cats', begunIn: 'cats', number: 1 };
      },
      drop: async () => {},
    };
    const ledger = { handOver: async (attemptId: string) => void handed.push(attemptId) };
    const { recovered, sent, remarks } = await scene({ sessions, ledger });
    await sent();
    expect(await recovered()).toMatchObject({ status: 'done' });
    expect(outcomes).toMatchObject([{ pictures: 1 }]);
    expect(remarks).toEqual(['It is the last turn of session cats now.']);
    expect(handed).toEqual([]);
  });
});
