import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';

/** An answer, or what to do with the connection instead of answering. */
export type Play =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  | ((response: ServerResponse, request: IncomingMessage) => void);

export interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Emulator extends AsyncDisposable {
  readonly baseUrl: string;
  readonly requests: readonly Recorded[];
}

/** A server on loopback that plays its answers in order, and the last one again and again. */
export async function emulator(...plays: readonly Play[]): Promise<Emulator> {
  const requests: Recorded[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const play = plays[Math.min(requests.length, plays.length - 1)];
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      played(play ?? {}, response, request);
    });
  });
  return {
    baseUrl: `http://127.0.0.1:${await listening(server)}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Does what a play says. */
export function played(play: Play, response: ServerResponse, request: IncomingMessage): void {
  if (typeof play === 'function') return play(response, request);
  response.writeHead(play.status ?? 200, { 'content-type': 'application/json', ...play.headers });
  response.end(play.body ?? '');
}

/** Starts a server on a free port of the loopback interface and says which. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

export const answer = (body: unknown, status = 200): Play => ({ status, body: JSON.stringify(body) });

/** Never answers. */
export const stall: Play = () => undefined;

/** Promises a body, sends a part of it, and stalls. */
export const stallInBody: Play = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"candidates":');
};

/** Closes the connection without a word. */
export const reset: Play = (_, request) => request.socket.resetAndDestroy();

/** Promises more than it sends. */
export const truncated: Play = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"candidates":', () => onceReceived(() => response.destroy()));
};

/**
 * Acts once a client in this process has taken what was written to it: loopback delivers at once, so that takes a few turns
 * of the event loop, however slow the machine. A client in another process may need longer.
 */
export function onceReceived(act: () => void, turns = 50): void {
  if (turns === 0) act();
  else setImmediate(() => onceReceived(act, turns - 1));
}
