import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patienceWithin } from '../../../src/adapters/http/patience.ts';

describe('patience with an answer', () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
  );
  afterEach(() => void vi.useRealTimers());

  it('lasts as long as something comes, however long that is altogether', () => {
    const patience = patienceWithin({ timeoutMs: 10_000 });
    for (let piece = 0; piece < 100; piece++) {
      patience.heard();
      vi.advanceTimersByTime(9_999);
    }
    expect(patience.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(patience.signal.aborted).toBe(true);
  });

  it('ends with the exchange', () => {
    const patience = patienceWithin({ timeoutMs: 10_000, idleMs: 5_000 });
    patience.heard();
    patience.end();
    vi.advanceTimersByTime(60_000);
    expect(patience.signal.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for an answer to begin as long as that may take', () => {
    const patience = patienceWithin({ timeoutMs: 10_000, idleMs: 5_000 });
    vi.advanceTimersByTime(9_999);
    expect(patience.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(patience.signal.aborted).toBe(true);
  });

  it.each([10_000, 5_400_000])('comes to an end though a byte comes now and then: %i ms', (timeoutMs) => {
    const patience = patienceWithin({ timeoutMs });
    const hears = setInterval(() => patience.heard(), 9_000);
    vi.advanceTimersByTime(Math.max(timeoutMs, 3_600_000) - 1);
    expect(patience.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(patience.signal.aborted).toBe(true);
    clearInterval(hears);
    patience.end();
  });

  it('takes a wait that no timer can for as long as one can', () => {
    const patience = patienceWithin({ timeoutMs: 2 ** 40 });
    vi.advanceTimersByTime(1_000);
    expect(patience.signal.aborted).toBe(false);
    patience.end();
  });
});
