import dns from 'node:dns';
import { vi } from 'vitest';

/** Names that end in .invalid are nobody's (RFC 2606): no name server has to say so. */
export function withoutNameServer(): Disposable {
  const real = dns.lookup;
  const spy = vi.spyOn(dns, 'lookup').mockImplementation(((host: string, options: object, done: Done) => {
    if (!host.endsWith('.invalid')) return real(host, options, done);
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
    process.nextTick(() => done(error, '', 4));
  }) as typeof dns.lookup);
  return { [Symbol.dispose]: () => spy.mockRestore() };
}

type Done = (
  error: NodeJS.ErrnoException | null,
  address: string | dns.LookupAddress[],
  family: number,
) => void;

/** Lets every time limit that runs at this moment be over, when that is called; no others, and none by themselves. */
export function heldTimeouts(): Disposable & { readonly expire: () => void } {
  const running = new Set<AbortController>();
  const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const controller = new AbortController();
    running.add(controller);
    return controller.signal;
  });
  return {
    expire() {
      for (const each of running)
        each.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      running.clear();
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}
