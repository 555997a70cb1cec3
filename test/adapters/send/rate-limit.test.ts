import { describe, expect, it } from 'vitest';
import { rateLimited } from '../../../src/adapters/send/rate-limit.ts';
import { retrying } from '../../../src/adapters/send/retry.ts';
import { GOOGLE } from '../../../src/core/providers/google.ts';
import { Failure } from '../../../src/core/errors.ts';
import type { FailureDetail } from '../../../src/core/errors.ts';
import type { LimitWishes } from '../../../src/core/policy/rate-limits.ts';
import { usd } from '../../../src/core/pricing/money.ts';
import type { Pace, SendOptions, Slots } from '../../../src/ports/index.ts';
import { apiContract, sendOptions } from '../../support/api.contract.ts';
import { rejection } from '../../support/failure.ts';
import { fakeApi } from '../../support/fakes/api.ts';
import type { Scripted } from '../../support/fakes/api.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { fakeSlots } from '../../support/fakes/slots.ts';
import { anOrder } from '../../support/pricing.ts';

const order = anOrder('gemini-3-pro-image');

const tooMany = (detail: FailureDetail = {}) =>
  new Failure('rate-limited', 'Too many.', {
    charged: 'no',
    repeat: true,
    retryAfterSeconds: 2,
    met: { meter: 'requests', stated: null },
    ...detail,
  });

function setUp(
  wishes: LimitWishes,
  { script = [], ...changes }: Partial<Pace> & { script?: Scripted[] } = {},
) {
  const clock = fakeClock();
  clock.script(...Array.from({ length: 20 }, () => 0));
  const api = fakeApi(...script);
  const slots = fakeSlots(clock);
  const notes: string[] = [];
  const pace: Pace = {
    slots,
    wishes,
    wait: true,
    onWait: (why, waitMs) => void notes.push(`${waitMs} ${why}`),
    ...changes,
  };
  const paced = rateLimited(api, pace, clock, GOOGLE);
  const send = (options: Partial<SendOptions> = {}) => paced.send(order, sendOptions(options));
  return { api, clock, slots, notes, paced, send };
}

apiContract('the fake in slots', async (...happenings) => {
  const script = happenings.map((happening): Scripted => {
    if (happening === 'overloaded')
      return new Failure('unavailable', 'Overloaded.', { charged: 'no', repeat: true });
    return happening === 'lost' ? new Failure('unconfirmed', 'The connection broke.') : happening.answer;
  });
  const { api, paced } = setUp({ rpm: 1 }, { script });
  return { api: paced, requests: () => api.sent.length, [Symbol.asyncDispose]: async () => undefined };
});

describe('limited', () => {
  it('lets the first request go at once, whatever the limits', async () => {
    const { send, api, clock, notes } = setUp({ rpm: 1, rpd: 1, ipm: 1, spendRate: usd('0.01'), tier: 1 });
    await send();
    expect([api.sent.length, clock.waits, notes]).toEqual([1, [], []]);
  });

  it('waits for a slot, says why and how long, and then sends', async () => {
    const { send, api, clock, notes } = setUp({ rpm: 2 });
    for (let n = 0; n < 3; n++) await send();
    expect(api.sent).toHaveLength(3);
    expect(clock.waits).toEqual([60_001]);
    expect(notes).toEqual(['60001 --rpm allows 2 requests of Nano Banana Pro a minute']);
  });

  it('says it once a minute for all that wait together', async () => {
    const free = fakeSlots(fakeClock());
    let asked = 0;
    const soon: Slots = {
      ...free,
      take: async (...asks) =>
        (asked += 1) > 8 ? free.take(...asks) : { waitMs: 1_000, why: 'full', untilMidnight: false },
    };
    const { send, api, notes } = setUp({}, { slots: soon });
    await Promise.all([send(), send(), send(), send()]);
    expect([api.sent.length, notes.length]).toEqual([4, 1]);
  });

  it('has the slot before the books say that a request leaves', async () => {
    const { send, slots } = setUp({});
    const seen: number[] = [];
    await send({ beforeSend: async () => void seen.push(slots.given.length) });
    expect(seen).toEqual([1]);
  });

  it('neither writes nor sends anything once it was stopped while it took its slot', async () => {
    const stop = new AbortController();
    const slots = fakeSlots(fakeClock());
    const busy: Slots = {
      ...slots,
      take: async (...asked) => {
        const slot = await slots.take(...asked);
        stop.abort();
        return slot;
      },
    };
    const { send, api } = setUp({}, { slots: busy });
    let isWritten = false;
    const beforeSend = async () => void (isWritten = true);
    expect(await rejection(send({ stop: stop.signal, beforeSend }))).toMatchObject({
      kind: 'cancelled',
      charged: 'no',
    });
    expect([isWritten, api.sent.length]).toEqual([false, 0]);
  });

  it.each([
    ['left at once and is answered slowly', 0, 9_000, 3_000],
    ['left at once and is answered quickly', 0, 400, 400],
    ['was held up by the books a little', 50, 9_000, 3_000],
    ['was held up by the books', 2_000, 9_000, 5_000],
    ['was held up by the books and is answered quickly', 2_000, 400, 2_400],
  ])('counts a request that %s when the server has it at the latest', async (_, books, server, at) => {
    const clock = fakeClock();
    const began = clock.now();
    const slots = fakeSlots(clock);
    const answers = [async () => (clock.advance(server), {})];
    const pace: Pace = { slots, wishes: {}, wait: true, onWait: () => {} };
    const beforeSend = async () => clock.advance(books);
    await rateLimited(fakeApi(...answers), pace, clock, GOOGLE).send(order, sendOptions({ beforeSend }));
    expect((slots.given[0]?.at ?? 0) - began).toBe(at);
  });

  it('does not keep an answer waiting for the slots', async () => {
    const stuck: Slots = { ...fakeSlots(fakeClock()), arrives: () => new Promise(() => {}) };
    const { send } = setUp({}, { slots: stuck });
    expect((await send()).status).toBe(200);
  });

  it('takes into account how many pictures and how much money a request is about', async () => {
    const { paced, slots } = setUp({});
    await paced.send({ ...order, count: 4 }, sendOptions({ cost: usd('0.24') }));
    expect(slots.given).toMatchObject([{ model: order.model.id, images: 4, cost: usd('0.24') }]);
  });

  it('takes a slot for every repeat too', async () => {
    const overload = () => new Failure('unavailable', 'Overloaded.', { charged: 'no', repeat: true });
    const { paced, slots, clock } = setUp({ rpm: 2 }, { script: [overload(), overload()] });
    await retrying(paced, clock).send(order, sendOptions({ retries: 3, retryBudgetMs: 60_000 }));
    expect(slots.given).toHaveLength(3);
    expect(clock.waits.at(-1)).toBeGreaterThan(55_000);
  });

  it('reports what Google refused, and the next ones keep to it', async () => {
    const named = { meter: 'requests', stated: 2 } as const;
    const { send, api, clock } = setUp({}, { script: [{}, {}, tooMany({ met: named })] });
    await Promise.allSettled([send(), send(), send()]);
    await send();
    expect(api.sent).toHaveLength(4);
    expect(clock.waits).toEqual([60_001]);
  });

  it.each([
    ['a day', undefined],
    ['an overload', undefined],
  ])('learns nothing from a refusal for %s', async (_, met) => {
    const { send, clock } = setUp({}, { script: [{}, tooMany({ met })] });
    await Promise.allSettled([send(), send(), send()]);
    await send();
    expect(clock.waits).toEqual([]);
  });

  it('passes on what Google said although it could not be kept in mind', async () => {
    const clock = fakeClock();
    const broken: Slots = {
      ...fakeSlots(clock),
      refused: () => Promise.reject(new Error('the disk is full')),
    };
    const { send } = setUp({}, { slots: broken, script: [tooMany()] });
    expect(await rejection(send())).toMatchObject({ kind: 'rate-limited', message: 'Too many.' });
  });

  it('sends nothing and charges nothing when slots cannot be given out', async () => {
    const broken: Slots = { ...fakeSlots(fakeClock()), take: () => Promise.reject(new Error('odd')) };
    const { send, api } = setUp({}, { slots: broken });
    expect(await rejection(send())).toMatchObject({ kind: 'bug', charged: 'no' });
    expect(api.sent).toEqual([]);
  });

  it('ends the wait at the first Ctrl-C, with nothing sent', async () => {
    const stop = new AbortController();
    const { send, api } = setUp({ rpm: 1 }, { onWait: () => stop.abort() });
    await send();
    expect(await rejection(send({ stop: stop.signal }))).toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect(api.sent).toHaveLength(1);
  });

  it('ends the wait after an hour in which others took every slot, with nothing sent', async () => {
    const never: Slots = {
      ...fakeSlots(fakeClock()),
      take: async () => ({ waitMs: 61_000, why: '--rpm allows 1 request', untilMidnight: false }),
    };
    const { send, api, notes } = setUp({}, { slots: never });
    expect(await rejection(send())).toMatchObject({
      kind: 'rate-limited',
      charged: 'no',
      repeat: false,
      retryAfterSeconds: 61,
    });
    expect([api.sent.length, notes.length]).toEqual([0, 59]);
  });

  it('does not wait for midnight, and says when it is', async () => {
    const { send, clock, api, notes } = setUp({ rpd: 1 });
    await send();
    const failure = await rejection(send());
    expect(failure).toMatchObject({
      kind: 'rate-limited',
      charged: 'no',
      repeat: false,
      retryAfterSeconds: 20 * 3_600,
    });
    expect(failure.message).toMatch(/midnight Pacific time \(.+ for you\): --rpd allows 1 request of/);
    // It is no wait, so none is announced.
    expect([api.sent.length, clock.waits, notes]).toEqual([1, [], []]);
  });
});

describe('with --no-wait', () => {
  it('refuses where it would wait for a slot', async () => {
    const { send, api, clock, notes } = setUp({ rpm: 1 }, { wait: false });
    await send();
    const failure = await rejection(send());
    expect(failure).toMatchObject({
      kind: 'rate-limited',
      charged: 'no',
      repeat: false,
      retryAfterSeconds: 61,
      message: 'No request may leave for another 61 s: --rpm allows 1 request of Nano Banana Pro a minute.',
    });
    expect([api.sent.length, clock.waits, notes]).toEqual([1, [], []]);
  });

  it('does not repeat what Google refuses for now, but repeats an overload', async () => {
    const overload = new Failure('unavailable', 'Overloaded.', { charged: 'no', repeat: true });
    const { paced, clock, api } = setUp({}, { wait: false, script: [overload, tooMany()] });
    const sending = retrying(paced, clock).send(order, sendOptions({ retries: 5, retryBudgetMs: 60_000 }));
    expect(await rejection(sending)).toMatchObject({ kind: 'rate-limited', retryAfterSeconds: 2 });
    expect(api.sent).toHaveLength(2);
  });
});
