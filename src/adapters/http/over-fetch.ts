import type { Answer, Engine } from './types.ts';
import { unpaused } from './unpaused.ts';
import { watched, type Agent } from './watch.ts';

/** Carries requests with the platform's fetch over an agent that knows the way. */
export function overFetch(agent: Agent): Engine {
  return {
    async send({ method, url, headers, body, signal, onWrite, whole }) {
      const init: RequestInit = { method, headers, body, redirect: 'manual', signal };
      const dispatcher = watched(whole ? unpaused(agent) : agent, onWrite);
      const response = await fetch(url, Object.assign(init, { dispatcher }));
      const { status, ok } = response;
      return { status, ok, headers: response.headers, body: bodyOf(response) };
    },
    destroy: () => agent.destroy(),
  };
}

export const bodyOf = ({ body }: Response): Answer['body'] =>
  (body as AsyncIterable<Uint8Array> | null) ?? NOTHING;

const NOTHING: Answer['body'] = { async *[Symbol.asyncIterator]() {} };
