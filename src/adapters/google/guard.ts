import { Failure } from '../../core/errors.ts';
import type { Connection } from '../../ports/index.ts';
import { apiOrigin, assertKey } from './origin.ts';
import { platformDispatcher, watched } from './watch.ts';
import type { Dispatcher } from './watch.ts';

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

/** The only way out: adds the key for one API's origin and no other, and follows no redirect. */
export interface Guard {
  /** Throws before anything leaves for another host. */
  check(request: Outgoing): void;
  /** Where the engine cannot be watched, anything may have been written as soon as it was begun. */
  readonly firstStage: 'unsent' | 'sent';
  send(request: Outgoing, signal: AbortSignal, onWrite: () => void): Promise<Response>;
}

export function guard({ baseUrl, apiKey }: Connection, dispatcher: Dispatcher | null): Guard {
  const { origin } = apiOrigin(baseUrl);
  assertKey(apiKey);
  const engine = dispatcher ?? platformDispatcher();
  return {
    firstStage: engine ? 'unsent' : 'sent',
    check({ url }) {
      if (new URL(url).origin === origin) return;
      throw new Failure('bug', 'A request to another host than the API was stopped before it was sent.');
    },
    send({ method, url, headers, body }, signal, onWrite) {
      const init: RequestInit = {
        method,
        headers: { ...headers, 'x-goog-api-key': apiKey },
        body,
        redirect: 'manual',
        signal,
      };
      if (engine) Object.assign(init, { dispatcher: watched(engine, onWrite) });
      return fetch(url, init);
    },
  };
}
