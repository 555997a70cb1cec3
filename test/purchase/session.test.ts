import { describe, expect, it } from 'vitest';
import type { Lane } from '../../src/core/catalogue/model.ts';
import { usd } from '../../src/core/pricing/money.ts';
import { quote } from '../../src/core/pricing/quote.ts';
import type { PurchaseRequest } from '../../src/purchase/request.ts';
import { saverFor, withSession, type SendingFlags, type Session } from '../../src/purchase/session.ts';
import { rejection } from '../support/failure.ts';
import { world, type WorldOptions } from '../support/fakes/deps.ts';
import { fakeTerminal } from '../support/fakes/terminal.ts';
import { anOrder, TODAY } from '../support/pricing.ts';
import { aRun } from '../support/purchases.ts';

const FLAGS: SendingFlags = {
  concurrency: 1,
  timeout: 120,
  retries: 0,
  wait: true,
  input: false,
  askAbove: usd('1'),
};

/** A world that notes what a session opens and closes, and with which client it sends. */
async function scene(options: WorldOptions = {}) {
  const seen: string[] = [];
  const made = world(options);
  const { deps } = made;
  const { ledger, journal } = await deps.books({ sandbox: false });
  const noting: typeof deps = {
    ...deps,
    async books() {
      seen.push('books open');
      return { ledger: { ...ledger, close: async () => void seen.push('books closed') }, journal };
    },
    async slots(whose) {
      seen.push('slots open');
      return { ...(await deps.slots(whose)), close: async () => void seen.push('slots closed') };
    },
  };
  const terminal = fakeTerminal({ events: true });
  const settings = await deps.settings({});
  const within = <T>(work: (session: Session) => Promise<T>, connectsFirst = false): Promise<T> =>
    withSession({ settings, deps: noting, terminal, connectsFirst }, work);
  return { ...made, seen, terminal, within, saver: saverFor(noting, terminal).saver };
}

const WITHOUT_KEY: WorldOptions = { settings: { credentials: async () => null } };

function request(lane: Lane): PurchaseRequest {
  const order = anOrder('nano-banana-2-lite', { lane });
  return {
    offer: { order, quote: quote(order, TODAY) },
    why: 'first',
    tries: { refusals: null, unconfirmed: 0, fallback: [] },
    keepsToPrice: false,
    offerOf: () => Promise.reject(new Error('no other model')) as never,
    placeFor: async () => ({ paths: ['cat.jpg'], cwd: '/work', format: null, quality: null, replace: false }),
    attemptId: () => 'attempt-1',
  };
}

describe('a session', () => {
  it('asks for the key first where it must connect, and opens no books without one', async () => {
    const { seen, within } = await scene(WITHOUT_KEY);
    expect(await rejection(within(async () => {}, true))).toMatchObject({ code: 'no-key' });
    expect(seen).toEqual([]);
  });

  it('needs no key for what is at home, and closes the books whatever happens', async () => {
    const { seen, within } = await scene(WITHOUT_KEY);
    expect(await within(async () => 'done')).toBe('done');
    await expect(within(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(seen).toEqual(['books open', 'books closed', 'books open', 'books closed']);
  });

  it('knows where requests go, and whose jobs are made there', async () => {
    const { within } = await scene();
    const [baseUrl, account] = await within(async (session) => [
      await session.baseUrl(),
      await session.account(),
    ]);
    expect(baseUrl).toBe('https://google.example');
    expect(account).toMatch(/^google\.example#[0-9a-f]{12}$/);
  });

  it('puts a picture that is piped on stdout', async () => {
    const { terminal, saver } = await scene();
    await (await saver()).stdout(new Uint8Array([1, 2]));
    expect(terminal.written).toEqual([new Uint8Array([1, 2])]);
  });
});

describe('a purchase of a session', () => {
  it('has its seconds for each request, and closes what it opened', async () => {
    const { seen, within, api, stop, terminal } = await scene();
    const { results } = await within(async (session) => {
      const context = { saver: session.saver, batch: null };
      expect(session.buyer(FLAGS, context).buyer.timeoutMs).toBe(120_000);
      return session.buy([request('now')], aRun(), FLAGS, context);
    });
    expect([results[0]?.failure, api.sent.length]).toEqual([null, 1]);
    expect(seen).toEqual(['books open', 'slots open', 'slots closed', 'books closed']);
    stop.abort();
    expect(terminal.stderr.join()).not.toContain('Finishing');
  });

  it('holds nothing where there is no key to send with', async () => {
    const { store, within } = await scene(WITHOUT_KEY);
    const bought = within(({ buy, saver }) => buy([request('now')], aRun(), FLAGS, { saver, batch: null }));
    expect(await rejection(bought)).toMatchObject({ code: 'no-key' });
    expect([store.runs.size, store.attempts.size]).toEqual([0, 0]);
  });

  it.each<[string, readonly Lane[], readonly string[]]>([
    ['is sent by nobody where a job brings all of it', ['batch'], []],
    ['has a sender ready where a job brings a part of it', ['batch', 'now'], ['slots open', 'slots closed']],
  ])('%s', async (_, lanes, slots) => {
    const { seen, within } = await scene();
    const bought = within(({ buy, saver }) => buy(lanes.map(request), aRun(), FLAGS, { saver, batch: null }));
    await expect(bought).rejects.toThrow('a request of lane batch has no lane');
    expect(seen.filter((each) => each.startsWith('slots'))).toEqual(slots);
  });

  it('of nothing, where jobs are only awaited, is no run and no event', async () => {
    const { store, within, terminal } = await scene();
    const ended: string[] = [];
    await within(({ buy, saver, books }) => {
      Object.assign(books.ledger, { end: async (runId: string) => void ended.push(runId) });
      return buy([], aRun(), FLAGS, { saver, batch: null });
    });
    expect([store.runs.size, ended, terminal.stdout]).toEqual([0, [], []]);
  });
});
