import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { usageFailure } from '../core/errors.ts';
import { jsonResponse } from './http/response.ts';
import type { HttpResponse } from './http/response.ts';
import { parseJson, readBytes } from './http/call.ts';
import type { Call } from './http/call.ts';
import type { Control } from './control.ts';
import { deliver } from './http/deliver.ts';
import { endpoints } from './endpoints.ts';
import { checkDeadline, checkKey } from './http/keys.ts';
import type { Account } from './account/meter.ts';
import { invalid, Problem, problemBody } from './http/problem.ts';
import { findRoute } from './http/route.ts';
import type { Guise } from './guises/guise.ts';
import { openState } from './state.ts';
import type { StateOptions } from './state.ts';

export interface SandboxOptions extends StateOptions {
  /** 0 takes a free port. */
  readonly port?: number;
  /** One line for every request. */
  readonly onRequest?: (line: string) => void;
  /** The process lives for as long as the sandbox serves; without it, for as long as it has something else to do. */
  readonly holds?: boolean;
}

export interface Sandbox {
  /** "http://127.0.0.1:PORT", and what stands before the paths of whom it plays. */
  readonly url: string;
  /** What the API would have charged so far. */
  meter(): Account;
  readonly control: Control;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** The paths of the sandbox itself. */
const CONTROL = /^\/(?:sandbox(?:\/.*)?)?$/;
/** The real API keeps a connection for as long: one that a client pooled must not break under its next request. */
const KEEP_ALIVE_MS = 240_000;

/** The Gemini API on loopback: same wire, drawn placeholder pictures, nothing spent. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, port = 0, onRequest, holds = false } = options;
  const closing = new AbortController();
  const state = openState(options, closing.signal);
  const { guise } = state;
  const { routes, control } = endpoints(state);

  async function respond(request: IncomingMessage): Promise<HttpResponse> {
    if (request.method === 'OPTIONS') return preflight(request);
    const { pathname, searchParams: query } = locate(request);
    const { headers } = request;
    const { route, names } = found(request.method ?? 'GET', pathname);
    const call: Call = {
      query,
      headers,
      key: guise.keyIn({ query, headers }),
      version: names[0] === 'v1' ? 'v1' : 'v1beta',
      names: names.slice(1).map(decoded),
      origin: address,
      bytes: (limit) => readBytes(request, limit),
      json: async () => parseJson(await readBytes(request)),
    };
    // Only paths of the API have a version, and only the API asks for a key.
    if (names.length > 0) {
      checkKey(call, guise);
      checkDeadline(call);
    }
    return route.handler(call);
  }

  /** Control is reached without the guise's prefix, everything else with it. */
  function found(method: string, pathname: string): NonNullable<ReturnType<typeof findRoute>> {
    const { prefix, lacks, unknownPath = () => 'The requested URL was not found on this server.' } = guise;
    const path = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname;
    const isOutside = path === pathname && prefix !== '' && !CONTROL.test(path);
    const route = isOutside || lacks?.test(path) === true ? null : findRoute(routes, method, path);
    if (route) return route;
    throw new Problem('NOT_FOUND', unknownPath(method, pathname));
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = clock.now();
    const answer = await respond(request).catch((error: unknown) => failed(error, guise));
    await deliver(response, marked(answer), clock, closing.signal);
    // The query may hold a key, so it is not logged.
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const note = answer.note === undefined ? '' : ` (${answer.note})`;
    onRequest?.(`${request.method ?? ''} ${path} ${answer.status}${note} ${clock.now() - began} ms`);
  }

  const server = createServer((request, response) => void serve(request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', refuseGarbage);
  if (!holds) {
    server.unref();
    server.on('connection', (socket) => socket.unref());
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portFailure(error, port)));
    server.listen(port, HOST, resolve);
  });
  const bound = server.address();
  const url = `http://${HOST}:${typeof bound === 'object' && bound ? bound.port : port}`;
  const address = url + guise.prefix;

  return {
    url: address,
    meter: () => control.account(),
    control,
    async close() {
      closing.abort(new Error('the sandbox is closed'));
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

function portFailure(error: Error, port: number): Error {
  const code = 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return usageFailure(`--port: ${port} is taken.`, 'Leave it out to get a free one.');
  return code === 'EACCES' ? usageFailure(`--port: ${port} needs more rights than you have.`) : error;
}

function locate(request: IncomingMessage): URL {
  const path = request.url ?? '/';
  try {
    return new URL(path.startsWith('/') ? `http://${HOST}${path}` : path);
  } catch {
    throw invalid('Invalid URL.');
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function failed(error: unknown, { errorBody = problemBody }: Guise): HttpResponse {
  if (error instanceof Problem) {
    return jsonResponse(errorBody(error), { status: error.http, note: error.message.slice(0, 100).trim() });
  }
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const problem = new Problem('INTERNAL', 'Internal error encountered.');
  return jsonResponse(problemBody(problem), { status: 500, note: `a bug of the sandbox: ${why}` });
}

/** A page of any origin may use the sandbox, as it may use the real API. */
const SHARED = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

/** What a browser asks before it sends a request with a key, or one to this machine. */
const preflight = ({ headers }: IncomingMessage): HttpResponse => ({
  status: 200,
  headers: {
    'access-control-allow-methods': 'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-allow-private-network': 'true',
    'access-control-max-age': '3600',
  },
  body: [],
});

const marked = (answer: HttpResponse): HttpResponse => ({
  ...answer,
  headers: { ...SHARED, ...answer.headers, server: 'scaffolding on HTTPServer2', 'x-pixtab-sandbox': '1' },
});

/** Answers bytes that are not HTTP. */
function refuseGarbage(_: Error, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problemBody(invalid('Malformed HTTP request.')));
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/json; charset=UTF-8',
    `content-length: ${body.length}`,
    'x-pixtab-sandbox: 1',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
