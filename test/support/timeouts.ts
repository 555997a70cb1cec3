import { vi } from 'vitest';

/** Time limits: those that run when `expire` is called are over then; none is over by itself, however slow the machine. */
export function heldTimeouts(): Disposable & { expire(): void } {
  const running = new Set<AbortController>();
  const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const limit = new AbortController();
    running.add(limit);
    return limit.signal;
  });
  return {
    expire() {
      for (const limit of running) limit.abort(new DOMException('It took too long.', 'TimeoutError'));
      running.clear();
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}
