import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../ports.ts';
import type { Answer, Delivery } from './answer.ts';

const PIECES = 10;

/** Sends an answer, well or badly. Never rejects: a client that leaves is no concern of the server. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  clock: Clock,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const signal = AbortSignal.any([closing, gone.signal]);
  try {
    await sent(response, answer, (ms) => clock.sleep(ms, signal), signal);
  } catch {
    response.destroy();
  }
}

async function sent(
  response: ServerResponse,
  answer: Answer,
  sleep: (ms: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { delivery } = answer;
  if (delivery?.how === 'drop') return void reset(response);
  if (delivery?.how === 'hang') return forever(signal);
  if (delivery?.how === 'slow-head') await sleep(delivery.ms);

  const fixed = Array.isArray(answer.body);
  const chunks = fixed ? [...(answer.body as readonly (string | Uint8Array)[])].map(bytesOf) : null;
  const body = chunks ? altered(chunks, delivery) : null;
  const headers: Record<string, string> = { ...answer.headers };
  if (delivery?.how === 'gzip') headers['content-encoding'] = 'gzip';
  if (body && body.length <= 1) headers['content-length'] = String(body[0]?.length ?? 0);
  response.writeHead(answer.status, headers);

  if (!body) {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) await write(response, chunk, signal);
  } else if (delivery?.how === 'truncate' || delivery?.how === 'stall') {
    await write(response, firstHalf(body), signal);
    if (delivery.how === 'stall') return forever(signal);
    // Let the half leave before the connection breaks.
    await new Promise((resolve) => setImmediate(resolve));
    return void response.destroy();
  } else if (delivery?.how === 'slow-body') {
    const whole = Buffer.concat(body);
    const step = Math.max(1, Math.ceil(whole.length / PIECES));
    for (let from = 0; from < whole.length; from += step) {
      await sleep(delivery.ms / PIECES);
      await write(response, whole.subarray(from, from + step), signal);
    }
  } else {
    for (const chunk of body) await write(response, chunk, signal);
  }
  response.end();
}

function altered(chunks: readonly Buffer[], delivery: Delivery | undefined): readonly Buffer[] {
  if (delivery?.how === 'gzip') return [gzipSync(Buffer.concat(chunks))];
  if (delivery?.how === 'garble') return [Buffer.concat([Buffer.from(")]}'\n"), ...chunks])];
  return chunks;
}

const bytesOf = (chunk: string | Uint8Array): Buffer =>
  typeof chunk === 'string'
    ? Buffer.from(chunk)
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

function firstHalf(body: readonly Buffer[]): Buffer {
  const whole = Buffer.concat(body);
  return whole.subarray(0, Math.floor(whole.length / 2));
}

async function write(response: ServerResponse, chunk: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (chunk.length > 0 && !response.write(chunk)) await once(response, 'drain', { signal });
}

/** Closes the connection the hard way, so that the client sees a reset and not an end. */
function reset(response: ServerResponse): void {
  if (response.socket) response.socket.resetAndDestroy();
  else response.destroy();
}

const forever = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(new Error('closed'));
    signal.addEventListener('abort', () => reject(new Error('closed')), { once: true });
  });
