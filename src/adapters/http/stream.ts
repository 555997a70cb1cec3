import type { Provider } from '../../ports/index.ts';
import { brokeBy, collect, joined, MAX_ERROR, NO_HEADERS } from './fetch.ts';
import type { Broke, Exchange, Stage } from './fetch.ts';
import { guard } from './guard.ts';
import type { Answer, Engine, Outgoing } from './types.ts';

export interface StreamLimits {
  readonly signal: AbortSignal;
  /** The longest silence; a body of any length may take as long as it comes. */
  readonly idleMs: number;
}

/** An answer whose body is read as it comes. */
export interface Streamed {
  /** Without a body, unless it is an error. */
  readonly exchange: Exchange;
  /** null when there is nothing good to read; throws Interrupted when it breaks off. */
  readonly chunks: AsyncIterable<Uint8Array> | null;
}

/** A body broke off in the middle. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly broke: Broke;

  constructor(broke: Broke) {
    super(broke.message);
    this.broke = broke;
  }
}

export type GuardedStream = (request: Outgoing, limits: StreamLimits) => Promise<Streamed>;

/** Like the guarded fetch, for a good answer of any length. */
export function guardedStream(provider: Provider, engine: Engine): GuardedStream {
  const send = guard(provider, engine);

  return async (request, { signal: caller, idleMs }) => {
    send.check(request);
    const quiet = silence(idleMs);
    const signal = AbortSignal.any([caller, quiet.signal]);
    let stage: Stage = 'unsent';
    const broken = (error: unknown): Broke => {
      quiet.end();
      return brokeBy(error, caller, quiet.signal);
    };
    let head: Pick<Exchange, 'status' | 'headers'> = { status: null, headers: NO_HEADERS };
    const errorBody: Uint8Array[] = [];
    const exchange = (broke: Broke | null): Exchange => ({
      stage,
      ...head,
      body: provider.credentials.scrub(joined(errorBody)),
      broke,
    });
    try {
      signal.throwIfAborted();
      const onWrite = (): void => void (stage = 'sent');
      const answer = await send.send(request, { signal, onWrite, whole: false });
      head = { status: answer.status, headers: answer.headers };
      stage = 'answering';
      if (answer.ok) return { exchange: exchange(null), chunks: read(answer) };
      await collect(answer, errorBody, MAX_ERROR);
      stage = 'answered';
      quiet.end();
      return { exchange: exchange(null), chunks: null };
    } catch (error) {
      return { exchange: exchange(broken(error)), chunks: null };
    }

    async function* read({ body }: Answer): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of body) {
          // A reader may take its time; only the other side's silence counts.
          quiet.end();
          yield chunk;
          quiet.begin();
        }
      } catch (error) {
        throw new Interrupted(broken(error));
      } finally {
        quiet.end();
      }
    }
  };
}

/** A timer for silence: it aborts unless it is ended in time. */
function silence(ms: number): { readonly signal: AbortSignal; begin(): void; end(): void } {
  const controller = new AbortController();
  const begin = (): NodeJS.Timeout => setTimeout(() => controller.abort(), ms);
  let timer = begin();
  return {
    signal: controller.signal,
    begin() {
      timer = begin();
    },
    end: () => clearTimeout(timer),
  };
}
