import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { fakeClock } from '../support/fakes/clock.ts';

const A_MONTH = 30 * 24 * 60 * 60 * 1000;

describe.each([
  ['system clock', systemClock],
  ['fake clock', () => fakeClock()],
])('%s', (_name, make) => {
  it('has moved on by at least the wait after a sleep', async () => {
    const clock = make();
    const before = clock.now();
    await clock.sleep(5);
    // Timers count in another clock than the date and may differ by one.
    expect(clock.now() - before).toBeGreaterThanOrEqual(4);
  });

  it('rejects with the reason of a signal that has aborted before', async () => {
    const reason = new Error('stopped');
    await expect(make().sleep(A_MONTH, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('rejects a wait of nothing all the same', async () => {
    const reason = new Error('stopped');
    await expect(make().sleep(0, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('rejects with the reason as soon as the signal aborts', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const waiting = make().sleep(A_MONTH, stop.signal);
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('leaves no listener on the signal', async () => {
    const stop = new AbortController();
    for (let round = 0; round < 20; round += 1) await make().sleep(0.1, stop.signal);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  it('gives random numbers from 0 up to, not including, 1', () => {
    const clock = make();
    for (let round = 0; round < 100; round += 1) {
      const value = clock.random();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }
  });
});

describe('fake clock', () => {
  it('remembers every wait and lets no real time pass', async () => {
    const clock = fakeClock(1000);
    await clock.sleep(A_MONTH);
    await clock.sleep(250);
    expect(clock.waits).toEqual([A_MONTH, 250]);
    expect(clock.now()).toBe(1000 + A_MONTH + 250);
  });

  it('returns the random numbers of its script first', () => {
    const clock = fakeClock();
    clock.script(0, 0.9);
    expect([clock.random(), clock.random(), clock.random()]).toEqual([0, 0.9, 0.5]);
  });
});

describe('system clock', () => {
  it('really waits for longer than one timer can', async () => {
    const clock = systemClock();
    const stop = new AbortController();
    const month = clock.sleep(A_MONTH, stop.signal).catch(() => 'stopped');
    expect(await Promise.race([month, clock.sleep(20).then(() => 'still waiting')])).toBe('still waiting');
    stop.abort();
    expect(await month).toBe('stopped');
  });
});
