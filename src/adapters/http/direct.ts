import { once } from 'node:events';
import { request, validateHeaderName, validateHeaderValue, type IncomingMessage } from 'node:http';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Answer, Carried, Engine } from './types.ts';
import { bodyInSteps, wholeBody } from './whole-body.ts';

/** A connection that does not stand by then will not stand at all. */
const CONNECT_MS = 10_000;

/** What the platform's fetch says of itself as well: some gateways turn away a client without a name. */
const PLAIN = { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'node' };

/**
 * Carries requests with the platform's own client of HTTP/1.1, which follows nothing and keeps nothing. Each has a
 * connection of its own: a kept-alive one that the server closes at the wrong moment would leave a purchase unconfirmed.
 * The request is composed when the connection stands, so that nothing of it can be written before that is told.
 */
export function directEngine(lookup?: LookupFunction): Engine {
  const open = new Set<Socket>();
  return {
    async send(carried) {
      const url = new URL(carried.url);
      const headers = { ...PLAIN, ...lowerCased(carried.headers), host: url.host };
      const socket = await connected(url, lookup);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      await standing(socket, url, carried.signal);
      carried.onWrite();
      return answered(await exchanged(carried, url, headers, socket), carried.whole);
    },
    async destroy() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Headers that can be sent; the names of one and the same header are spelt alike. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  const all = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  for (const [name, value] of all) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return Object.fromEntries(all);
}

async function connected({ protocol, hostname, port }: URL, lookup?: LookupFunction): Promise<Socket> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const to = { host, ...(lookup && { lookup }) };
  if (protocol !== 'https:') return connect({ ...to, port: Number(port || 80) });
  const tls = await import('node:tls');
  const servername = isIP(host) === 0 ? host : '';
  return tls.connect({ ...to, port: Number(port || 443), servername, ALPNProtocols: ['http/1.1'] });
}

/** Until the connection stands; ends it where somebody leaves before. */
async function standing(socket: Socket, { protocol }: URL, signal: AbortSignal): Promise<void> {
  // Whoever waits is told by whoever sends; nobody else needs to hear of it.
  socket.on('error', () => undefined);
  const late = setTimeout(() => socket.destroy(timedOut()), CONNECT_MS);
  const leave = (): void => void socket.destroy(new Error('left'));
  signal.addEventListener('abort', leave);
  try {
    if (signal.aborted) leave();
    await once(socket, protocol === 'https:' ? 'secureConnect' : 'connect');
    signal.throwIfAborted();
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', leave);
  }
}

const timedOut = (): Error =>
  Object.assign(new Error(`no connection within ${CONNECT_MS / 1_000} seconds`), { code: 'ETIMEDOUT' });

/** Writes the request, and waits for the head of its answer. The signal ends it at any time, and its body too. */
function exchanged(
  { method, body, signal }: Carried,
  { pathname, search }: URL,
  headers: Readonly<Record<string, string>>,
  socket: Socket,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      createConnection: () => socket,
      method,
      path: `${pathname}${search}`,
      headers,
    });
    const leave = (): void => void outgoing.destroy();
    signal.addEventListener('abort', leave);
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.once('close', () => {
      signal.removeEventListener('abort', leave);
      reject(new Error('the connection was closed'));
    });
    outgoing.end(body ?? undefined);
  });
}

function answered(incoming: IncomingMessage, whole: boolean): Answer {
  const status = incoming.statusCode ?? 0;
  const packings = packingsIn(incoming.headers['content-encoding']);
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: {
      get(name) {
        const value = incoming.headers[name.toLowerCase()];
        return Array.isArray(value) ? value.join(', ') : (value ?? null);
      },
    },
    body: whole ? wholeBody(incoming, packings) : bodyInSteps(incoming, packings),
  };
}

/** The last was put on last: "gzip, br". */
const packingsIn = (stated = ''): readonly string[] =>
  stated
    .toLowerCase()
    .split(',')
    .map((packing) => packing.trim())
    .filter((packing) => packing !== '' && packing !== 'identity');
