import { describe, expect, it } from 'vitest';
import { isGone, unbilledCalls } from '../../../src/adapters/google/unbilled.ts';
import type { Broke, Exchange } from '../../../src/adapters/http/fetch.ts';
import type { Http } from '../../../src/adapters/http/open.ts';
import { Failure } from '../../../src/core/errors.ts';
import { googleError } from '../../support/answers.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
import { exchange } from '../../support/judged.ts';
import { providerAt } from '../../support/provider.ts';

const provider = providerAt('https://google.example', 'AIzaSecret');

const calls = () => {
  const clock = fakeClock();
  const open = () => Promise.reject(new Error('nothing is sent'));
  return { clock, ...unbilledCalls({ provider, open, clock }) };
};

/** Fails so often, and says then how often it was tried. */
const failing = (times: number, error: Error) => {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= times) throw error;
    return tries;
  };
};
const outage = (retryAfterSeconds?: number) =>
  new Failure('unavailable', 'Overloaded.', { charged: 'no', repeat: true, retryAfterSeconds });

describe('what costs nothing', () => {
  const { signal } = new AbortController();

  it('is tried again until it works, five times at the most', async () => {
    const { again } = calls();
    expect(await again(failing(5, outage(1)), signal)).toBe(6);
    expect(await rejection(again(failing(6, outage(1)), signal))).toMatchObject({ kind: 'unavailable' });
  });

  it('waits as long as the server says, and five minutes in all', async () => {
    const { again, clock } = calls();
    await rejection(again(failing(9, outage(100)), signal));
    expect(clock.waits).toEqual([100_000, 100_000, 100_000]);
  });

  it('is not tried again after a mistake of ours, nor after what certainly stays', async () => {
    const { again, clock } = calls();
    const bug = new TypeError('no');
    await expect(again(failing(1, bug), signal)).rejects.toBe(bug);
    const refused = new Failure('auth', 'No.', { charged: 'no' });
    await expect(again(failing(1, refused), signal)).rejects.toBe(refused);
    expect(clock.waits).toEqual([]);
  });

  it('ends without a charge when the caller leaves while it waits', async () => {
    const { again, pause } = calls();
    const left = AbortSignal.abort();
    expect(await rejection(again(failing(1, outage(1)), left))).toMatchObject({
      kind: 'cancelled',
      charged: 'no',
    });
    expect(await rejection(pause(1, left))).toMatchObject({ kind: 'cancelled', charged: 'no' });
  });

  it('tells a clock that breaks from a caller who leaves', async () => {
    const broken = new Error('no timers');
    const clock = { ...fakeClock(), sleep: () => Promise.reject(broken) };
    const { pause } = unbilledCalls({ provider, open: () => Promise.reject(broken), clock });
    await expect(pause(1, signal)).rejects.toBe(broken);
  });
});

describe('a call that costs nothing', () => {
  const { signal } = new AbortController();
  const broke = (code: string, by: Broke['by'] = 'network'): Partial<Exchange> => ({
    stage: 'answering',
    broke: { by, code, message: 'socket hang up' },
  });

  const overload = Buffer.from(JSON.stringify(googleError(503, 'UNAVAILABLE', 'The model is overloaded.')));

  it.each<[string, Partial<Exchange>, object]>([
    [
      'a connection that broke',
      broke('ECONNRESET'),
      { repeat: true, message: 'Asking did not work: ECONNRESET.' },
    ],
    ['one that gives no code', broke(''), { repeat: true, message: 'Asking did not work: socket hang up.' }],
    ['an error of the server', { status: 500 }, { repeat: true, message: 'Asking did not work: HTTP 500.' }],
    ['an overload', { status: 503, body: overload }, { repeat: true, hint: 'Try again later.' }],
    ['a refusal', { status: 401 }, { repeat: false, kind: 'auth' }],
    ['a caller who left', broke('', 'caller'), { kind: 'cancelled', message: 'Cancelled.' }],
  ])('was not charged, whatever became of it: %s', (_, changes, expected) => {
    const { failure } = calls();
    const failed = failure(exchange(changes), 'Asking');
    expect(failed).toMatchObject({ charged: 'no', ...expected });
    expect(failed.hint === 'Try again later.').toBe('hint' in expected);
  });

  const answeredBy = (changes: Partial<Exchange>, isAccepted = true) => {
    const http = { fetch: async () => exchange(changes), close: async () => {} } as unknown as Http;
    const { call } = unbilledCalls({ provider, open: async () => http, clock: fakeClock() });
    const accept = ({ status }: Exchange): boolean => status === 404;
    return call(
      { method: 'GET', url: '', headers: {}, body: null },
      { signal, what: 'Asking', ...(isAccepted && { accept }), once: true },
    );
  };

  it('takes an error for an answer where it is one, and came whole', async () => {
    expect(await answeredBy({ status: 404 })).toMatchObject({ status: 404 });
    expect(await rejection(answeredBy({ status: 404 }, false))).toMatchObject({ charged: 'no' });
    expect(await rejection(answeredBy({ status: 403 }))).toMatchObject({ charged: 'no' });
    expect(await rejection(answeredBy({ status: 404, ...broke('ECONNRESET') }))).toMatchObject({
      kind: 'unavailable',
    });
  });
});

it.each<[number, string, boolean]>([
  [404, '', true],
  [403, 'You do not have permission to access the File, or it may not exist.', true],
  [403, 'Suspended.', false],
  [503, 'The server is down, and may not exist.', false],
])('what is answered with %i and "%s" is gone: %s', (status, message, gone) => {
  expect(isGone(exchange({ status, body: Buffer.from(JSON.stringify(message)) }))).toBe(gone);
});
