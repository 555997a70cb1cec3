import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../../ports/index.ts';
import { SIGN_IN } from './response.ts';
import type { HttpResponse, Delivery } from './response.ts';

/** A slow body trickles in this many pieces. */
const PIECES = 10;

/** Sends a response, well or badly. It never rejects: a client that leaves is no concern of the server's. */
export async function deliver(
  response: ServerResponse,
  answer: HttpResponse,
  clock: Clock,
  closing: AbortSignal,
): Promise<void> {
  const left = new AbortController();
  response.on('close', () => left.abort());
  const signal = AbortSignal.any([closing, left.signal]);
  try {
    await send(response, answer, (ms) => clock.sleep(ms, signal), signal);
  } catch {
    response.destroy();
  }
}

async function send(
  response: ServerResponse,
  whole: HttpResponse,
  sleep: (ms: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { delivery } = whole;
  const answer = delivery?.how === 'empty' || delivery?.how === 'page' ? replaced(whole, delivery) : whole;
  if (delivery?.how === 'drop') {
    // Without a FIN, so that the client sees a reset and not an end.
    response.socket?.resetAndDestroy();
    return;
  }
  if (delivery?.how === 'hang') await ended(signal);
  if (delivery?.how === 'slow-head') await sleep(delivery.ms);

  const chunks = answer.source ?? prepared(answer.body, delivery);
  const length = Array.isArray(chunks) && chunks.length < 2 ? { 'content-length': lengthOf(chunks) } : {};
  const zipped = delivery?.how === 'gzip' && !answer.source ? { 'content-encoding': 'gzip' } : {};
  const headers: Record<string, string | number> = { ...answer.headers, ...length, ...zipped };
  response.writeHead(answer.status, headers);

  const halfway = delivery?.how === 'truncate' || delivery?.how === 'stall';
  let left = halfway ? Math.floor(Number(headers['content-length'] ?? lengthOf(chunks)) / 2) : Infinity;
  for await (const chunk of chunks) {
    const piece = chunk.subarray(0, left);
    if (delivery?.how === 'slow-body')
      await trickle(response, piece, () => sleep(delivery.ms / PIECES), signal);
    else await write(response, piece, signal);
    left -= piece.length;
    if (left > 0) continue;
    if (delivery?.how === 'stall') await ended(signal);
    // The first half has to leave before the connection breaks.
    await new Promise((resolve) => {
      response.write('', resolve);
    });
    response.destroy();
    return;
  }
  response.end();
}

/** The answer's status with other words, or none. */
function replaced({ source: _, headers, ...answer }: HttpResponse, { how }: Delivery): HttpResponse {
  const { 'content-length': __, ...kept } = headers ?? {};
  if (how === 'empty') return { ...answer, headers: kept, body: [] };
  return { ...answer, headers: { ...kept, 'content-type': 'text/html' }, body: [SIGN_IN] };
}

function prepared(body: readonly string[], delivery: Delivery | undefined): readonly Buffer[] {
  const chunks = body.map((chunk) => Buffer.from(chunk));
  if (delivery?.how === 'gzip') return [gzipSync(Buffer.concat(chunks))];
  if (delivery?.how === 'garble') return [Buffer.concat([Buffer.from(")]}'\n"), ...chunks])];
  return chunks;
}

const lengthOf = (chunks: readonly Buffer[] | AsyncIterable<Uint8Array>): number =>
  Array.isArray(chunks) ? chunks.reduce((sum: number, chunk: Buffer) => sum + chunk.length, 0) : 0;

async function trickle(
  response: ServerResponse,
  bytes: Uint8Array,
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const step = Math.max(1, Math.ceil(bytes.length / PIECES));
  for (let from = 0; from < bytes.length; from += step) {
    await pause();
    await write(response, bytes.subarray(from, from + step), signal);
  }
}

async function write(response: ServerResponse, chunk: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (chunk.length > 0 && !response.write(chunk)) await once(response, 'drain', { signal });
}

/** Waits for ever; rejects when the client leaves or the sandbox closes. */
const ended = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(new Error('ended'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
