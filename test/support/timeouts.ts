import { vi } from 'vitest';

/** Nothing but a limit for a request is so long. */
const LIMIT_MS = 60_000;
/** As long as a timer can be. */
const NEVER_MS = 2 ** 31 - 1;

/** Time limits: those that run when `expire` is called are over then; none is over by itself, however slow the machine. */
export function heldTimeouts(): Disposable & { expire(): void } {
  const running = new Set<() => void>();
  const timer = globalThis.setTimeout;
  const held = (work: () => void, ms = 0): NodeJS.Timeout => {
    if (ms < LIMIT_MS) return timer(work, ms);
    running.add(work);
    return timer(work, NEVER_MS);
  };
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(held);
  return {
    expire() {
      for (const limit of running) limit();
      running.clear();
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}
