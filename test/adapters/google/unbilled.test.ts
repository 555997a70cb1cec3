import { describe, expect, it } from 'vitest';
import { unbilledCalls } from '../../../src/adapters/google/unbilled.ts';
import { Failure } from '../../../src/core/errors.ts';
import { rejection } from '../../support/failure.ts';
import { fakeClock } from '../../support/fakes/clock.ts';
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
