import { createServer, type Socket } from 'node:net';
import { listening } from './emulator.ts';

/** What a server does with a connection once it has a request. */
export type RawPlay = (socket: Socket, request: string) => void;

export interface RawServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** Every request that came, head and body. Looks whether it is a sandbox are turned away and not counted. */
  readonly requests: readonly string[];
}

const TURNED_AWAY = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

/** A server that says whatever bytes it likes: no library stands between it and the wire. */
export async function rawServer(play: RawPlay): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      const request = text;
      text = '';
      if (request.startsWith('POST') || request.startsWith('GET /v1beta')) {
        requests.push(request);
        play(socket, request);
      } else socket.end(TURNED_AWAY);
    });
    socket.on('end', () => {
      if (text !== '') socket.end(TURNED_AWAY);
    });
  });
  return {
    baseUrl: `http://127.0.0.1:${await listening(server)}`,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isWhole(request: string): boolean {
  const head = request.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)\r$/im.exec(request)?.[1] ?? '0';
  return head >= 0 && request.length >= head + 4 + Number(length);
}

/** The head of an answer, and what follows it. */
export const message = (status: string, headers: readonly string[], body: string | Uint8Array = ''): Buffer =>
  Buffer.concat([
    Buffer.from([`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n'), 'latin1'),
    Buffer.from(body),
  ]);

/** Sends a piece again and again, as fast as it is taken, and then what ends it. */
export function poured(
  socket: Socket,
  piece: Uint8Array,
  bytes: number,
  end: string | Uint8Array = '',
): void {
  let sent = 0;
  const more = (): void => {
    while (sent < bytes && !socket.destroyed) {
      sent += piece.length;
      if (!socket.write(piece)) return void socket.once('drain', more);
    }
    socket.end(end);
  };
  more();
}
