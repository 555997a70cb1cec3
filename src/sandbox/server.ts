import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../ports.ts';
import { jsonAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { parseJson, readBytes } from './call.ts';
import type { Call } from './call.ts';
import { chance } from './chance.ts';
import { controlRoutes } from './control.ts';
import type { Control } from './control.ts';
import { deliver } from './deliver.ts';
import { faultQueue } from './faults/queue.ts';
import { checkDeadline, checkKey } from './keys.ts';
import { limits } from './limits.ts';
import { meter } from './meter.ts';
import type { Account } from './meter.ts';
import type { Painter } from './pictures.ts';
import { invalid, Problem, problemBody } from './problem.ts';
import { repeats } from './repeats.ts';
import { findRoute, modelRoutes } from './routes.ts';
import type { Settings, State } from './state.ts';

export interface SandboxOptions extends Partial<Settings> {
  /** 0 takes a free one. */
  readonly port?: number;
  /** The same seed and the same requests give the same answers. */
  readonly seed?: number;
  /** "429x2,reset-after,ok": see faults/schedule.ts. */
  readonly faults?: string;
  readonly clock: Clock;
  readonly painter: Painter;
  /** One line for every request. */
  readonly onRequest?: (line: string) => void;
}

export interface Sandbox {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  /** What the API would have charged so far. */
  meter(): Account;
  readonly control: Control;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const DEFAULTS: Settings = {
  latencyMs: 0,
  rpm: null,
  rpd: null,
  retired: false,
  signatureBytes: 512,
  batchMs: 2000,
};

/** The Gemini API on loopback: same wire, drawn placeholder pictures, nothing spent. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, painter, seed = 1, port = 0, faults = '', onRequest } = options;
  const closing = new AbortController();
  let settings: Settings = { ...DEFAULTS, ...pick(options) };

  const now = (): number => clock.now();
  const counts = repeats();
  const state: State = {
    clock,
    seed,
    painter,
    closing: closing.signal,
    meter: meter(now),
    limits: limits(now, () => settings),
    faults: faultQueue(faults, chance(seed, 'faults')),
    settings: () => settings,
    repeat: counts.next,
  };
  const control: Control = {
    setFaults: (schedule) => state.faults.set(schedule),
    addFaults: (schedule) => state.faults.add(schedule),
    pending: () => state.faults.pending(),
    settings: () => settings,
    change(changes) {
      settings = { ...settings, ...changes };
    },
    account: () => state.meter.account(),
    reset() {
      state.meter.reset();
      state.limits.reset();
      state.faults.clear();
      counts.reset();
    },
  };
  const routes = [...modelRoutes(state, () => null), ...controlRoutes(control)];

  async function respond(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = locate(request);
    const { route, names } = findRoute(routes, request.method ?? 'GET', pathname);
    const call: Call = {
      method: request.method ?? 'GET',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      version: names[0] === 'v1' ? 'v1' : 'v1beta',
      names: names.slice(1).map(decoded),
      origin: url,
      bytes: (limit) => readBytes(request, limit),
      json: async () => parseJson(await readBytes(request)),
    };
    if (!pathname.startsWith('/sandbox')) {
      checkKey(call);
      checkDeadline(call);
    }
    return route.handler(call);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = clock.now();
    const answer = await respond(request).catch(failed);
    await deliver(response, marked(answer), clock, closing.signal);
    // Never the query: it may hold a key.
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const note = answer.note === undefined ? '' : ` (${answer.note})`;
    onRequest?.(`${request.method ?? ''} ${path} ${answer.status}${note} ${clock.now() - began} ms`);
  }

  const server = createServer((request, response) => void serve(request, response));
  server.on('clientError', refuseGarbage);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`;

  return {
    url,
    meter: () => state.meter.account(),
    control,
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function pick(options: SandboxOptions): Partial<Settings> {
  const keys = Object.keys(DEFAULTS) as (keyof Settings)[];
  return Object.fromEntries(
    keys.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]),
  );
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

function failed(error: unknown): Answer {
  if (error instanceof Problem) {
    return jsonAnswer(problemBody(error), { status: error.http, note: error.message.slice(0, 100).trim() });
  }
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const problem = new Problem('INTERNAL', 'Internal error encountered.');
  return jsonAnswer(problemBody(problem), { status: 500, note: `a bug of the sandbox: ${why}` });
}

const marked = (answer: Answer): Answer => ({
  ...answer,
  headers: { ...answer.headers, server: 'scaffolding on HTTPServer2', 'x-pixtab-sandbox': '1' },
});

/** What is not even HTTP. */
function refuseGarbage(_: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(problemBody(invalid('Malformed HTTP request.')));
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: ${body.length}\r\nx-pixtab-sandbox: 1\r\nconnection: close\r\n\r\n${body}`,
  );
}
