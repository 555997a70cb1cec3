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
