import { Failure } from '../../core/errors.ts';
import type { Exchange } from '../http/fetch.ts';
import type { WireContext } from '../http/context.ts';
import { isGone, type UnbilledCalls } from './unbilled.ts';
import { Interrupted } from '../http/stream.ts';

interface Wanted {
  readonly url: string;
  /** What is done, as the start of a sentence: "Fetching files/abc". */
  readonly what: string;
  readonly signal: AbortSignal;
}

interface Part {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The byte of the file at which this part begins. */
  readonly from: number;
  /** The server's mark (ETag) for this state of the file; null where it gives none. */
  readonly version: string | null;
  close(): Promise<void>;
}

const BEYOND_THE_END = 416;
// A download that breaks off after a few bytes again and again will not get better.
const MOST_IN_VAIN = 3;
const FEW = 1_024;

/** What comes slower than this for so long does not come to its end. */
const LONGEST_MS = 60 * 60_000;
const SLOWEST_A_SECOND = 1_024;

/** Reads a file of any length, and resumes where it broke off; null when the file is gone or belongs to another key. */
export function downloader({
  provider,
  open: openHttp,
  clock,
  unbilled,
}: WireContext & { readonly unbilled: UnbilledCalls }) {
  const { idleMs } = provider.timeouts;

  return async (wanted: Wanted): Promise<AsyncIterable<Uint8Array> | null> => {
    const first = await opened(wanted, 0);
    if (first === 'gone') return null;
    if (first.from === 0) return read(first, wanted);
    await first.close();
    throw lost(wanted, 'sent without its beginning');
  };

  async function* read(first: Part, wanted: Wanted): AsyncGenerator<Uint8Array> {
    let part = first;
    let at = 0;
    let inVain = 0;
    let waitedMs = 0;
    while (true) {
      const from = at;
      try {
        for await (const piece of behind(timed(part.chunks), from - part.from)) {
          at += piece.byteLength;
          yield piece;
        }
        return;
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        inVain = at - from < FEW ? inVain + 1 : 0;
        if (error.broke.by === 'caller' || inVain >= MOST_IN_VAIN) throw broken(error, wanted);
      } finally {
        await part.close();
      }
      const next = await opened(wanted, at);
      if (next === 'gone') throw lost(wanted, 'gone meanwhile');
      if (isOther(next, part, at)) {
        await next.close();
        throw lost(wanted, 'another file meanwhile');
      }
      part = next;
    }

    async function* timed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      let askedAt = clock.now();
      for await (const chunk of chunks) {
        // No silence is longer, but a clock may jump.
        waitedMs += Math.min(Math.max(clock.now() - askedAt, 0), idleMs);
        if (waitedMs > LONGEST_MS && at < (waitedMs / 1_000) * SLOWEST_A_SECOND) throw trickling(wanted);
        yield chunk;
        // Whoever reads may take its time.
        askedAt = clock.now();
      }
    }
  }

  function opened(wanted: Wanted, from: number): Promise<Part | 'gone'> {
    return unbilled.again(() => open(wanted, from), wanted.signal);
  }

  async function open({ url, what, signal }: Wanted, from: number): Promise<Part | 'gone'> {
    const { stream, close } = await openHttp();
    // The bytes of a compressed file could not be counted.
    const headers = { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
    const { exchange, chunks } = await stream(
      { method: 'GET', url, headers, body: null },
      { signal, idleMs },
    );
    const version = exchange.headers.get('etag');
    if (chunks !== null) return { chunks, from: beginningOf(exchange, from), version, close };
    await close();
    if (exchange.status === BEYOND_THE_END && from > 0) return { ...NOTHING_MORE, from, version };
    if (isGone(exchange)) return 'gone';
    throw unbilled.failure(exchange, what);
  }
}

const NOTHING_MORE = {
  chunks: { async *[Symbol.asyncIterator]() {} },
  close: async () => {},
};

/** A server that ignores the range begins at the start. */
function beginningOf({ status, headers }: Exchange, wanted: number): number {
  if (status !== 206) return 0;
  const [, stated = wanted] = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '') ?? [];
  return Number(stated);
}

/** Whether the next part belongs to another state of the file, or leaves a gap: halves of two files make no line. */
const isOther = (next: Part, last: Part, at: number): boolean =>
  next.from > at || (next.version !== null && last.version !== null && next.version !== last.version);

const lost = ({ what }: Wanted, why: string): Failure =>
  new Failure('unavailable', `${what} did not come to its end: it is ${why}.`, {
    hint: 'What came is kept; fetch the rest again.',
    charged: 'no',
  });

const trickling = ({ what }: Wanted): Failure =>
  new Failure('unavailable', `${what} is left: what comes is too slow to come to its end.`, {
    hint: 'What came is kept; fetch the rest again.',
    charged: 'no',
  });

async function* behind(chunks: AsyncIterable<Uint8Array>, skip: number): AsyncGenerator<Uint8Array> {
  let left = skip;
  for await (const chunk of chunks) {
    const piece = chunk.subarray(left);
    left -= chunk.byteLength - piece.byteLength;
    if (piece.byteLength > 0) yield piece;
  }
}

function broken({ broke, message }: Interrupted, { what }: Wanted): Failure {
  return broke.by === 'caller'
    ? new Failure('cancelled', 'Cancelled.', { charged: 'no' })
    : new Failure('unavailable', `${what} broke off again and again: ${message}.`, { charged: 'no' });
}
