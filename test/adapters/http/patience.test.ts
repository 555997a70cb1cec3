import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patienceWithin } from '../../../src/adapters/http/patience.ts';

describe('patience with an answer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
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
  });
});
