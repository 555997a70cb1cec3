import { setMaxListeners } from 'node:events';
import type { Provider } from '../../ports/index.ts';
import { patienceWithin, type Silence } from './patience.ts';
import { guard } from './guard.ts';
import type { Answer, Engine, Outgoing } from './types.ts';

/** A request as a wire composes it. */
export interface WireRequest extends Outgoing {
  readonly body: string | null;
}

/** What becomes of a composed request: it is sent, or only shown. */
export type Carry = (request: WireRequest) => Promise<void>;

export interface Limits extends Silence {
  readonly signal: AbortSignal;
  /** Ends the exchange as long as nothing is written; what may have been written goes on. */
  readonly stop?: AbortSignal;
  /** Largest good answer in bytes. */
  readonly mostBytes?: number;
}

/** How far an exchange came: nothing is written yet, something may be, the head of an answer came, all of it came. */
export type Stage = 'unsent' | 'sent' | 'answering' | 'answered';

export interface Broke {
  /** `caller`: the signal of the caller; `size`: more bytes than any answer has. */
  readonly by: 'timeout' | 'caller' | 'size' | 'network';
  /** The platform's code, ECONNRESET for instance; empty where it gives none. */
  readonly code: string;
  readonly message: string;
}

/** What happened to one request. */
export interface Exchange {
  readonly stage: Stage;
  readonly status: number | null;
  readonly headers: Answer['headers'];
  /** As much of the body as arrived, unpacked. */
  readonly body: Uint8Array;
  /** Why it ended early; null when the whole answer is here. */
  readonly broke: Broke | null;
}

export type GuardedFetch = (request: Outgoing, limits: Limits) => Promise<Exchange>;

/** A job may have its results inside of its description; JSON.parse ends at 512 MiB. */
export const MAX_ANSWER = 256 * 1024 * 1024;
// An error is a few kilobytes; a longer one is a page of something in between, and its beginning says enough.
export const MAX_ERROR = 1024 * 1024;
/**
 * A guarded fetch that stops when the other side falls silent, and reports a broken exchange as a value, so that what it may have cost
 * can be told from how far it came.
 */
export function guardedFetch(provider: Provider, engine: Pick<Engine, 'send'>): GuardedFetch {
  const send = guard(provider, engine);

  return async (request, limits) => {
    send.check(request);
    const patience = patienceWithin(limits);
    const unwritten = new AbortController();
    const caller = AbortSignal.any([limits.signal, unwritten.signal]);
    const signal = AbortSignal.any([caller, patience.signal]);
    let stage: Stage = 'unsent';
    const stop = (): void => {
      if (stage === 'unsent') unwritten.abort();
    };
    let status: number | null = null;
    let headers = NO_HEADERS;
    const arrived: Uint8Array[] = [];

    const exchange = (broke: Broke | null): Exchange => ({
      stage,
      status,
      headers,
      body: provider.credentials.scrub(joined(arrived)),
      broke,
    });

    try {
      if (limits.stop) {
        // Every request that is under way listens, and Node takes more than ten for a leak and says so.
        setMaxListeners(0, limits.stop);
        limits.stop.addEventListener('abort', stop);
        if (limits.stop.aborted) stop();
      }
      signal.throwIfAborted();
      // Whoever left before is told by the engine's own look at the signal, and nothing is written.
      const onWrite = (): void => void (signal.aborted || (stage = 'sent'));
      const answer = await send.send(request, { signal, onWrite, whole: true });
      stage = 'answering';
      patience.heard();
      ({ status, headers } = answer);
      const most = answer.ok ? (limits.mostBytes ?? MAX_ANSWER) : MAX_ERROR;
      const isWhole = await collect(answer, arrived, most, patience.heard);
      if (!isWhole && answer.ok) return exchange(TOO_LARGE);
      stage = 'answered';
      return exchange(null);
    } catch (error) {
      return exchange(brokeBy(error, caller, patience.signal));
    } finally {
      limits.stop?.removeEventListener('abort', stop);
      patience.end();
    }
  };
}

/** Of an answer of which nothing came. */
export const NO_HEADERS: Answer['headers'] = { get: () => null };

const TOO_LARGE: Broke = { by: 'size', code: '', message: 'the answer is larger than any picture' };

/** Reads the body into `into`; false when it was left after `most` bytes. */
export async function collect(
  { body }: Pick<Answer, 'body'>,
  into: Uint8Array[],
  most: number,
  onChunk: () => void = () => {},
): Promise<boolean> {
  let size = 0;
  // Leaving the loop early closes the connection.
  for await (const chunk of body) {
    onChunk();
    size += chunk.byteLength;
    if (size > most) return false;
    into.push(chunk);
  }
  return true;
}

export const joined = (chunks: readonly Uint8Array[]): Uint8Array => {
  const [only] = chunks;
  return only && chunks.length === 1 ? only : Buffer.concat(chunks);
};

export function brokeBy(error: unknown, caller: AbortSignal, timeout: AbortSignal): Broke {
  if (caller.aborted) return { by: 'caller', code: '', message: 'cancelled' };
  if (timeout.aborted) return { by: 'timeout', code: '', message: 'nothing came for too long' };
  const root = rootOf(error);
  return { by: 'network', code: codeOf(root), message: root instanceof Error ? root.message : String(root) };
}

/** The platform wraps the real reason: "fetch failed", cause: …, cause: connect ECONNREFUSED. */
function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < 8; depth++) {
    if (!(root instanceof Error) || codeOf(root) !== '' || !(root.cause instanceof Error)) return root;
    root = root.cause;
  }
  return root;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
