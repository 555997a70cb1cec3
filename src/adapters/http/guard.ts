import { Failure } from '../../core/errors.ts';
import type { Provider } from '../../ports/index.ts';
import { isLoopback } from './loopback.ts';
import type { Answer, Carried, Engine, Outgoing } from './types.ts';

/** How a request is carried, whatever it is. */
export type How = Pick<Carried, 'onWrite' | 'signal' | 'whole'>;

/** Stands for the key in a request that is composed by others. The guard puts the credentials in its place. */
export const KEY_STAND_IN = 'added-by-the-guard';

/** The only way out: it adds the credentials for one provider's origin and no other, and follows no redirect. */
export interface Guard {
  /** Throws before anything leaves for another host. */
  check(request: Outgoing): void;
  send(request: Outgoing, how: How): Promise<Answer>;
}

export function guard({ baseUrl, credentials }: Provider, engine: Pick<Engine, 'send'>): Guard {
  const origin = apiOrigin(baseUrl);
  return {
    check({ url }) {
      if (new URL(url).origin === origin) return;
      throw new Failure('bug', 'A request to another host than the API was stopped before it was sent.');
    },
    send(request, how) {
      const headers = withoutStandIn({ ...request.headers, ...credentials.headers() });
      return engine.send({ ...request, ...how, headers });
    },
  };
}

const withoutStandIn = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== KEY_STAND_IN));

/** The address that the key may go to. Plain http would show the key to the network, so it stays on this machine. */
function apiOrigin(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  const safe = url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
  if (!url || !safe || url.username || url.password) {
    throw new Failure(
      'usage',
      'The base URL must be https, or http to a loopback address, without a password in it.',
    );
  }
  return url.origin;
}
