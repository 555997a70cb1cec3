import type { JSONRPCMessage, RequestId, Transport } from '@modelcontextprotocol/server';
import type { AgentCall } from '../../ports/index.ts';
import { isRecord } from './records.ts';

type Signals = Pick<AgentCall, 'stop' | 'leave'>;

/** Calls of tools that have not ended. */
export interface Calls {
  /** Runs a call; `gone` aborts when the client cancels it or goes away. */
  run<T>(id: RequestId, gone: AbortSignal, work: (signals: Signals) => Promise<T>): Promise<T>;
  /** The client cancels a call: at first it stops, and once more leaves at once. */
  cancel(id: RequestId): void;
  /** Resolves when none is left. */
  end(): Promise<void>;
}

export function callsUnderWay(): Calls {
  const underWay = new Map<RequestId, { readonly leave: AbortController; isStopped: boolean }>();
  const work = new Set<Promise<unknown>>();
  return {
    async run(id, stop, call) {
      // It may be cancelled before it begins.
      const own = { leave: new AbortController(), isStopped: stop.aborted };
      underWay.set(id, own);
      const running = call({ stop, leave: own.leave.signal });
      work.add(running);
      try {
        return await running;
      } finally {
        work.delete(running);
        underWay.delete(id);
      }
    },
    cancel(id) {
      const own = underWay.get(id);
      if (own?.isStopped) own.leave.abort();
      else if (own) own.isStopped = true;
    },
    async end() {
      while (work.size > 0) await Promise.allSettled(work);
    },
  };
}

/** Who is told what a client says beside its questions. */
export interface Ears {
  cancel(id: RequestId): void;
  /** A request of the revision of 2026-07-28 wants to hear of these resources until it is cancelled. */
  listen(id: RequestId, uris: readonly string[]): void;
}

/** A transport that also tells `ears` what the client cancels, and when it is closed. What was `answered` before is not sent. */
export function heard(
  wire: Transport,
  ears: Ears,
  answered: RequestId | null,
): { readonly transport: Transport; readonly closed: Promise<void> } {
  let close = (): void => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const listeners: Pick<Transport, 'onmessage' | 'onerror' | 'onclose'> = {
    onmessage(message, extra) {
      const id = cancelledIn(message);
      if (id !== null) ears.cancel(id);
      if ('id' in message && 'method' in message && message.method === 'subscriptions/listen')
        ears.listen(message.id, urisIn(message.params));
      transport.onmessage?.(message, extra);
    },
    onerror: (error) => transport.onerror?.(error),
    onclose() {
      close();
      transport.onclose?.();
    },
  };
  let said = answered;
  const transport: Transport = {
    async start() {
      await Object.assign(wire, listeners).start();
    },
    async send(message, options) {
      if (said === null || !isAnswerTo(said, message)) return wire.send(message, options);
      said = null;
    },
    close: () => wire.close(),
  };
  return { transport, closed };
}

const isAnswerTo = (id: RequestId, message: JSONRPCMessage): boolean =>
  !('method' in message) && message.id === id;

function cancelledIn(message: JSONRPCMessage): RequestId | null {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return null;
  const id: unknown = message.params?.['requestId'];
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** The resources in a request for subscriptions. */
function urisIn(params: unknown): readonly string[] {
  const wanted = isRecord(params) ? params['notifications'] : null;
  const uris: unknown = isRecord(wanted) ? wanted['resourceSubscriptions'] : null;
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : [];
}
