import { describe, expect, it } from 'vitest';
import { retrying } from '../../../src/adapters/send/retry.ts';
import { Failure } from '../../../src/core/errors.ts';
import type { FailureDetail } from '../../../src/core/errors.ts';
import type { SendOptions } from '../../../src/ports/index.ts';
import { pictureAnswer } from '../../support/answers.ts';
import { apiContract, sendOptions } from '../../support/api.contract.ts';
import { rejection } from '../../support/failure.ts';
import { fakeApi } from '../../support/fakes/api.ts';
import type { Scripted } from '../../support/fakes/api.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { anOrder } from '../../support/pricing.ts';

const order = anOrder('gemini-3-pro-image');

const overloaded = (detail: FailureDetail = {}) =>
  new Failure('unavailable', 'Overloaded.', { charged: 'no', repeat: true, ...detail });
const lost = new Failure('unconfirmed', 'The connection broke.');

apiContract('the fake behind retries', async (...happenings) => {
  const script = happenings.map((happening): Scripted => {
    if (happening === 'overloaded') return overloaded();
    return happening === 'lost' ? lost : happening.answer;
  });
  const api = fakeApi(...script);
  return {
    api: retrying(api, fakeClock()),
    requests: () => api.sent.length,
    [Symbol.asyncDispose]: async () => undefined,
  };
});

function setUp(...script: readonly Scripted[]) {
  const clock = fakeClock();
  const api = fakeApi(...script);
  const log: string[] = [];
  const send = (changes: Partial<SendOptions> = {}) =>
    retrying(api, clock).send(
      order,
      sendOptions({
        retries: 3,
        retryBudgetMs: 120_000,
        beforeSend: async () => void log.push('before'),
        onRetry: async (failure, waitMs) => void log.push(`${failure.message} ${waitMs}`),
        ...changes,
      }),
    );
  return { clock, api, log, send };
}

describe('retrying', () => {
  it('sends again after an overload and brings the answer', async () => {
    const { clock, api, log, send } = setUp(overloaded(), overloaded({ retryAfterSeconds: 7 }));
    const { body } = await send();
    expect(JSON.parse(Buffer.from(body).toString())).toEqual(pictureAnswer());
    expect(api.sent).toHaveLength(3);
    expect(clock.waits).toEqual([500, 7_000]);
    expect(log).toEqual(['before', 'Overloaded. 500', 'before', 'Overloaded. 7000', 'before']);
  });

  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])('with %i retries gives up after %i sends', async (retries, sends) => {
    const { api, clock, send } = setUp(...Array.from({ length: 9 }, () => overloaded()));
    expect(await rejection(send({ retries }))).toMatchObject({ kind: 'unavailable', message: 'Overloaded.' });
    expect(api.sent).toHaveLength(sends);
    expect(clock.waits).toHaveLength(retries);
  });

  it('adds up its waits, and stops before they exceed what is allowed', async () => {
    const { api, clock, send } = setUp(
      overloaded({ retryAfterSeconds: 60 }),
      overloaded({ retryAfterSeconds: 60 }),
      overloaded({ retryAfterSeconds: 1 }),
    );
    expect(await rejection(send())).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 1 });
    expect(clock.waits).toEqual([60_000, 60_000]);
    expect(api.sent).toHaveLength(3);
  });

  it.each([
    ['an unconfirmed request', lost],
    ['a refusal', new Failure('refused', 'No.', { charged: 'no' })],
    ['a quota of a day', new Failure('rate-limited', 'Tomorrow.', { retryAfterSeconds: 1 })],
  ])('does not repeat %s', async (_, failure) => {
    const { api, clock, log, send } = setUp(failure);
    expect(await rejection(send())).toBe(failure);
    expect(api.sent).toHaveLength(1);
    expect(clock.waits).toEqual([]);
    expect(log).toEqual(['before']);
  });

  it.each([
    ['an error that is no failure', new Error('a bug')],
    // p-retry takes this one for a broken network.
    ['an error that looks like a broken network', new TypeError('fetch failed')],
  ])('does not repeat %s', async (_, error) => {
    const { api, send } = setUp(() => Promise.reject(error));
    await expect(send()).rejects.toBe(error);
    expect(api.sent).toHaveLength(1);
  });

  it('keeps an answer that arrives after the caller has left', async () => {
    const caller = new AbortController();
    const { send } = setUp(async () => {
      caller.abort();
      return pictureAnswer();
    });
    expect((await send({ signal: caller.signal })).status).toBe(200);
  });

  it.each(['signal', 'stop'] as const)('ends every wait at its %s, with nothing charged', async (which) => {
    const caller = new AbortController();
    const { api, send } = setUp(overloaded());
    const leaving = send({ [which]: caller.signal, onRetry: async () => caller.abort() });
    expect(await rejection(leaving)).toMatchObject({ kind: 'cancelled', charged: 'no' });
    expect(api.sent).toHaveLength(1);
  });

  it.each<[string, Partial<SendOptions>]>([
    ['before a send', { beforeSend: () => Promise.reject(new Error('the disk is full')) }],
    ['before a wait', { onRetry: () => Promise.reject(new Error('the disk is full')) }],
  ])('ends when the books cannot be kept %s', async (_, changes) => {
    const { clock, send } = setUp(overloaded());
    await expect(send(changes)).rejects.toThrow('the disk is full');
    expect(clock.waits).toEqual([]);
  });
});
